import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds the former lease of any session, however it ended, and the refusals that were recorded for a session. */
export class FormerSessions1764110000000 implements MigrationInterface {
  name = 'FormerSessions1764110000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX ended_session_session ON ended_session (user_id, machine_id, session_id);
      -- The new index finds what this one found.
      DROP INDEX ended_session_by_hand;
      CREATE INDEX denial_session ON denial (session_id, user_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX denial_session;
      CREATE INDEX ended_session_by_hand ON ended_session (user_id, machine_id, session_id)
        WHERE end_reason IS NOT NULL AND end_reason NOT IN ('released', 'expired', 'replaced');
      DROP INDEX ended_session_session;
    `);
  }
}
