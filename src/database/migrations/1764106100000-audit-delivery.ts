import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Remembers how much of the audit log has left through syslog or into a file, so that an outage of the receiver loses nothing. */
export class AuditDelivery1764106100000 implements MigrationInterface {
  name = 'AuditDelivery1764106100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_delivery (
        destination text PRIMARY KEY,
        -- Blocks and checkpoints up to these have been taken.
        block bigint NOT NULL,
        checkpoint bigint NOT NULL,
        delivered_at timestamptz NOT NULL
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_delivery');
  }
}
