import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How large the database was on each day, to say how fast it grows. */
export class SizeSamples1764132230000 implements MigrationInterface {
  name = 'SizeSamples1764132230000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE size_sample (day date PRIMARY KEY, database_bytes bigint NOT NULL)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE size_sample');
  }
}
