import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Katalon's clients never try a renewal twice, so theirs is due later than that of programs that do. */
export class ClientRenewals1764110100000 implements MigrationInterface {
  name = 'ClientRenewals1764110100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE organization
        ADD client_renewal_share double precision NOT NULL DEFAULT 0.8
          CHECK (client_renewal_share BETWEEN 0.1 AND 0.9)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE organization DROP client_renewal_share');
  }
}
