import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds the oldest leases of a pool, which a refusal names, without reading the others. */
export class OldestLeases1764130000000 implements MigrationInterface {
  name = 'OldestLeases1764130000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX lease_pool_started ON lease (pool_id, started_at)');
    await queryRunner.query('DROP INDEX lease_pool');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX lease_pool ON lease (pool_id)');
    await queryRunner.query('DROP INDEX lease_pool_started');
  }
}
