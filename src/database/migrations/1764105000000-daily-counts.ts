import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What organizations may do only so often a day is counted for all servers together. */
export class DailyCounts1764105000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE daily_count (
         organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
         kind text NOT NULL,
         day date NOT NULL,
         count integer NOT NULL,
         PRIMARY KEY (organization_id, kind)
       )`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE daily_count');
  }
}
