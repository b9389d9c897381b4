import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Remembers which months of the audit log are in signed files, and may go from the database. */
export class AuditArchives1764132220000 implements MigrationInterface {
  name = 'AuditArchives1764132220000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_archive (
        last_block bigint PRIMARY KEY,
        first_block bigint NOT NULL,
        month text NOT NULL,
        file text NOT NULL,
        sha256 text NOT NULL,
        archived_at timestamptz NOT NULL
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_archive');
  }
}
