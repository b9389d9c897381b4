import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Machines that were only ever refused are found by their names too. */
export class RefusedMachines1764133400000 implements MigrationInterface {
  name = 'RefusedMachines1764133400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      INSERT INTO known_machine (organization_id, machine_id, hostname)
      SELECT DISTINCT organization_id, machine_id, coalesce(hostname, '') FROM denial
          ON CONFLICT DO NOTHING;
    `);
  }

  async down(): Promise<void> {
    // They do no harm to the version before.
  }
}
