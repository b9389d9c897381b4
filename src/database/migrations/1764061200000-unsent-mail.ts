import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What is stuck in the outbox is counted at each reading of the metrics, among all the mails that were ever sent. */
export class UnsentMail1764061200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE INDEX outbox_mail_unsent ON outbox_mail (state, created_at) WHERE state <> 'sent'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX outbox_mail_unsent');
  }
}
