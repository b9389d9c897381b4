import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class Announcements1764043200000 implements MigrationInterface {
  name = 'Announcements1764043200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Kinds of mail that the user does not want.
      ALTER TABLE user_account ADD muted_mail text[] NOT NULL DEFAULT '{}';

      -- When the administrators were last told that all seats are in use.
      CREATE TABLE exhaustion_notice (
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL,
        told_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, product)
      );

      -- What people were told of the end of a license: so many days before, 0 at the end itself.
      CREATE TABLE expiry_notice (
        jti text NOT NULL,
        expires_at timestamptz NOT NULL,
        days_before integer NOT NULL,
        PRIMARY KEY (jti, expires_at, days_before)
      );
      CREATE INDEX denial_occurred ON denial (occurred_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX denial_occurred;
      DROP TABLE exhaustion_notice, expiry_notice;
      ALTER TABLE user_account DROP muted_mail;
    `);
  }
}
