import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Finds old mails and reports of clients without reading all of them every hour. */
export class OldRows1764132200000 implements MigrationInterface {
  name = 'OldRows1764132200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX outbox_mail_created ON outbox_mail USING brin (created_at);
      CREATE INDEX client_session_reported ON client_session USING brin (reported_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX outbox_mail_created, client_session_reported');
  }
}
