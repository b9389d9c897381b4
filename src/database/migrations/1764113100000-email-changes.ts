import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Links that prove the new address of an account. */
export class EmailChanges1764113100000 implements MigrationInterface {
  name = 'EmailChanges1764113100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE email_change (
        token_hash bytea PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        email text NOT NULL,
        session_id uuid,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
      CREATE INDEX email_change_user ON email_change (user_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE email_change');
  }
}
