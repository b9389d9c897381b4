import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Per-user seats that assign themselves to people who need one, and return from those who no longer use theirs. */
export class PerUserSeatPolicies1764134000000 implements MigrationInterface {
  name = 'PerUserSeatPolicies1764134000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- When someone was last at work is found without reading all of their sessions. This takes its time, so nothing that check-outs
      -- read is locked before.
      CREATE INDEX ended_session_user_ended ON ended_session (user_id, ended_at);
      DROP INDEX ended_session_user;

      ALTER TABLE organization
        ADD auto_assign boolean NOT NULL DEFAULT false,
        ADD unassign_after_days integer
          CONSTRAINT organization_unassign_after_days_check CHECK (unassign_after_days >= 1 AND unassign_after_days <= 3650);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX ended_session_user ON ended_session (user_id);
      DROP INDEX ended_session_user_ended;
      ALTER TABLE organization DROP auto_assign, DROP unassign_after_days;
    `);
  }
}
