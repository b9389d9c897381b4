import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The settings of each server at its last start, so that the next start can tell what has changed. */
export class RecordedSettings1764118000000 implements MigrationInterface {
  name = 'RecordedSettings1764118000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE recorded_settings (
        server text PRIMARY KEY,
        settings jsonb NOT NULL,
        recorded_at timestamptz NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE recorded_settings');
  }
}
