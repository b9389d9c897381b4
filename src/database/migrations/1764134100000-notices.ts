import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What people have read of what needs action, and what they were told by mail. */
export class Notices1764134100000 implements MigrationInterface {
  name = 'Notices1764134100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE dismissed_notice (
        user_id bigint NOT NULL
          CONSTRAINT dismissed_notice_user_id_fkey REFERENCES user_account ON DELETE CASCADE,
        notice uuid NOT NULL,
        dismissed_at timestamptz NOT NULL,
        CONSTRAINT dismissed_notice_pkey PRIMARY KEY (user_id, notice)
      );
      CREATE TABLE mailed_notice (
        notice uuid NOT NULL,
        mailed_at timestamptz NOT NULL,
        CONSTRAINT mailed_notice_pkey PRIMARY KEY (notice)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE dismissed_notice, mailed_notice');
  }
}
