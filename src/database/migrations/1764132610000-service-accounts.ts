import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Service accounts: accounts of organizations, for programs. In place of an address they have a name, which two organizations
 * may both give; they have no password, and are no administrators of the server.
 */
export class ServiceAccounts1764132610000 implements MigrationInterface {
  name = 'ServiceAccounts1764132610000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE user_account ADD COLUMN service boolean NOT NULL DEFAULT false;
      ALTER TABLE user_account DROP CONSTRAINT user_account_email_check;
      ALTER TABLE user_account ADD CONSTRAINT user_account_email_check
        CHECK (CASE WHEN service THEN strpos(email, '@') = 0 ELSE email = lower(email) END);
      ALTER TABLE user_account ADD CONSTRAINT user_account_service_check
        CHECK (NOT service OR (password IS NULL AND NOT root AND origin_organization_id IS NOT NULL));
      DROP INDEX user_account_email;
      CREATE UNIQUE INDEX user_account_email ON user_account (email) WHERE NOT service;
      CREATE INDEX user_account_by_email ON user_account (email);
      CREATE INDEX user_account_service ON user_account (origin_organization_id) WHERE service;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DELETE FROM user_account WHERE service;
      DROP INDEX user_account_email, user_account_by_email, user_account_service;
      CREATE UNIQUE INDEX user_account_email ON user_account (email);
      ALTER TABLE user_account DROP COLUMN service;
      ALTER TABLE user_account ADD CONSTRAINT user_account_email_check CHECK (email = lower(email));
    `);
  }
}
