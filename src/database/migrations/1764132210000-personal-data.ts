import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Lets sealed audit events lose personal data while the chain goes on verifying. */
export class PersonalData1764132210000 implements MigrationInterface {
  name = 'PersonalData1764132210000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE audit_block ADD salts bytea, ADD redacted bytea, ADD redaction text;
      ALTER TABLE audit_block ALTER salts SET STORAGE EXTERNAL, ALTER redacted SET STORAGE EXTERNAL;
      ALTER TABLE audit_chain ADD forgotten_block bigint NOT NULL DEFAULT 0;
      ALTER TABLE audit_name ADD last_block bigint;
      UPDATE audit_name SET last_block = (SELECT block FROM audit_chain);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE audit_name DROP last_block;
      ALTER TABLE audit_chain DROP forgotten_block;
      ALTER TABLE audit_block DROP salts, DROP redacted, DROP redaction;
    `);
  }
}
