import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Mail servers that take access tokens of OAuth 2.0 in the place of a password. */
export class MailTokens1764113000000 implements MigrationInterface {
  name = 'MailTokens1764113000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE mail_server
        ADD token_url text,
        ADD client_id text,
        ADD client_secret_sealed bytea,
        ADD scope text;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE mail_server DROP token_url, DROP client_id, DROP client_secret_sealed, DROP scope;
    `);
  }
}
