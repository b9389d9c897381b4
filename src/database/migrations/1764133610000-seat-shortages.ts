import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Where all seats are taken, so that the end of it can be told, too. */
export class SeatShortages1764133610000 implements MigrationInterface {
  name = 'SeatShortages1764133610000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE seat_shortage (
        organization_id bigint NOT NULL
          CONSTRAINT seat_shortage_organization_id_fkey REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL,
        since timestamptz NOT NULL,
        CONSTRAINT seat_shortage_pkey PRIMARY KEY (organization_id, product)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE seat_shortage');
  }
}
