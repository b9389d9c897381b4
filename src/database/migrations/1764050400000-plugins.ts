import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class Plugins1764050400000 implements MigrationInterface {
  name = 'Plugins1764050400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The plugin library. The packages themselves are files, named by their SHA-256.
      CREATE TABLE plugin (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        -- NULL: public, for everybody.
        organization_id bigint REFERENCES organization ON DELETE CASCADE,
        name text NOT NULL CHECK (name <> ''),
        version text NOT NULL CHECK (version <> ''),
        -- Sorts as versions do.
        version_order text COLLATE "C" NOT NULL,
        kind text NOT NULL CHECK (kind IN ('custom-keywords', 'studio')),
        packaging text NOT NULL CHECK (packaging IN ('jar', 'zip')),
        description text NOT NULL,
        -- Paths of the jars in the package.
        jars text[] NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        uploaded_by bigint REFERENCES user_account ON DELETE SET NULL,
        uploaded_at timestamptz NOT NULL
      );
      -- File systems that do not tell Excel from excel get along with it too.
      CREATE UNIQUE INDEX plugin_version ON plugin (coalesce(organization_id, 0), lower(name), lower(version));
      CREATE INDEX plugin_content ON plugin (sha256);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE plugin');
  }
}
