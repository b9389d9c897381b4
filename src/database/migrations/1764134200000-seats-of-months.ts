import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How many seats an organization had in each month: nothing else remembers it once the allocation or the license has changed. */
export class SeatsOfMonths1764134200000 implements MigrationInterface {
  name = 'SeatsOfMonths1764134200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE seat_month (
        organization_id bigint NOT NULL,
        product text NOT NULL,
        model text NOT NULL,
        month timestamptz NOT NULL,
        seats integer NOT NULL,
        PRIMARY KEY (organization_id, product, model, month)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE seat_month');
  }
}
