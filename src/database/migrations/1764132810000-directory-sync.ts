import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** People that a directory has disabled or removed, and changes of a provider that no server needs to hear of. */
export class DirectorySync1764132810000 implements MigrationInterface {
  name = 'DirectorySync1764132810000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Since when the directory does not let the person in any more; what they held has ended then.
      ALTER TABLE user_identity ADD COLUMN ended_at timestamptz;

      -- The outcome of each comparison is no change of the settings.
      DROP TRIGGER identity_changed ON identity_provider;
      CREATE TRIGGER identity_changed
        AFTER INSERT OR DELETE OR UPDATE OF name, enabled, provisioning, domains, settings, secrets_sealed, updated_at
        ON identity_provider FOR EACH STATEMENT EXECUTE FUNCTION notify_identity_changed();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER identity_changed ON identity_provider;
      CREATE TRIGGER identity_changed AFTER INSERT OR UPDATE OR DELETE ON identity_provider
        FOR EACH STATEMENT EXECUTE FUNCTION notify_identity_changed();
      ALTER TABLE user_identity DROP COLUMN ended_at;
    `);
  }
}
