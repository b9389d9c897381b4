import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What the servers have seen of the clock, so that a clock that was in the future does no lasting harm. */
export class ClockSteps1764114000000 implements MigrationInterface {
  name = 'ClockSteps1764114000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE installation
        -- The database's clock as a server saw it last, within the last seconds while one is at work.
        ADD clock_at timestamptz NOT NULL DEFAULT '-infinity',
        -- When the newest of the vendor's files that were ever installed was issued: later ones prove a later time.
        ADD newest_issue timestamptz NOT NULL DEFAULT '-infinity',
        -- For people: the last time the clock was found set back, and the last time the vendor proved another time.
        ADD clock_step jsonb,
        ADD time_proof jsonb;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'ALTER TABLE installation DROP clock_at, DROP newest_issue, DROP clock_step, DROP time_proof',
    );
  }
}
