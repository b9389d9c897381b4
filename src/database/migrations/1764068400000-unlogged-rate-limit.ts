import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * A sign-in counts in up to four places, and each count waited for the disk. Counts may be lost when the database crashes: who
 * guesses gains a few attempts. A clean stop, a backup and a restart of the server keep them.
 */
export class UnloggedRateLimit1764068400000 implements MigrationInterface {
  name = 'UnloggedRateLimit1764068400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE rate_limit SET UNLOGGED');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE rate_limit SET LOGGED');
  }
}
