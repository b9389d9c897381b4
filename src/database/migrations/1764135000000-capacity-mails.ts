import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Who wants the capacity of which organization by mail, each month. */
export class CapacityMails1764135000000 implements MigrationInterface {
  name = 'CapacityMails1764135000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE capacity_mail (
        organization_id bigint NOT NULL CONSTRAINT capacity_mail_organization_id_fkey REFERENCES organization ON DELETE CASCADE,
        user_id bigint NOT NULL CONSTRAINT capacity_mail_user_id_fkey REFERENCES user_account ON DELETE CASCADE,
        mailed_at timestamptz NOT NULL,
        CONSTRAINT capacity_mail_pkey PRIMARY KEY (organization_id, user_id)
      );
      CREATE INDEX capacity_mail_user ON capacity_mail (user_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE capacity_mail');
  }
}
