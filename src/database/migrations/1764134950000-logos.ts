import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The name that the server bears beside the product's, and the logos of organizations and of the server. */
export class Logos1764134950000 implements MigrationInterface {
  name = 'Logos1764134950000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE installation ADD site_name text NOT NULL DEFAULT '';
      CREATE TABLE logo (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint CONSTRAINT logo_organization_id_fkey REFERENCES organization ON DELETE CASCADE,
        media_type text NOT NULL,
        width integer NOT NULL,
        height integer NOT NULL,
        sha256 text NOT NULL,
        content bytea NOT NULL
      );
      CREATE UNIQUE INDEX logo_owner ON logo (coalesce(organization_id, 0));`);
    for (const [event, rows] of Object.entries({ INSERT: 'NEW', UPDATE: 'NEW', DELETE: 'OLD' })) {
      await queryRunner.query(`
        CREATE TRIGGER organization_changed_by_${event.toLowerCase()} AFTER ${event} ON logo
          REFERENCING ${rows} TABLE AS changed FOR EACH STATEMENT
          EXECUTE FUNCTION notify_organization_changed('organization')`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE logo; ALTER TABLE installation DROP site_name');
  }
}
