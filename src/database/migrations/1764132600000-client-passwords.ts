import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Client passwords, which Katalon Studio signs in with: keys that people can type. */
export class ClientPasswords1764132600000 implements MigrationInterface {
  name = 'ClientPasswords1764132600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE api_key ADD COLUMN kind text NOT NULL DEFAULT 'key'
        CONSTRAINT api_key_kind_check CHECK (kind IN ('key', 'client-password'));
      ALTER TABLE api_key ADD CONSTRAINT api_key_client_password_check
        CHECK (kind = 'key' OR scopes = '{seats}'::text[]);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE api_key DROP COLUMN kind');
  }
}
