import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** A Runtime Engine takes over the seat of a program that holds it: its lease names that of the program. */
export class LeaseOrigins1764133910000 implements MigrationInterface {
  name = 'LeaseOrigins1764133910000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE lease ADD origin_id uuid;
      CREATE INDEX lease_origin ON lease (origin_id) WHERE origin_id IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE lease DROP origin_id');
  }
}
