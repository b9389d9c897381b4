import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Signing keys can be replaced while what they have signed stays good, and every server hears of it. */
export class RetiredSigningKeys1764104000000 implements MigrationInterface {
  name = 'RetiredSigningKeys1764104000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE retired_signing_key (
        kid text PRIMARY KEY,
        purpose text NOT NULL,
        public_key text NOT NULL,
        retired_at timestamptz NOT NULL,
        accepted_until timestamptz NOT NULL
      );

      -- Also when only the encryption of the private keys has changed: the secret key is another one then.
      CREATE FUNCTION notify_signing_key() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('signing_key_changed', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER notify_signing_key AFTER INSERT OR UPDATE OR DELETE ON signing_key
        FOR EACH STATEMENT EXECUTE FUNCTION notify_signing_key();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER notify_signing_key ON signing_key;
      DROP FUNCTION notify_signing_key;
      DROP TABLE retired_signing_key;
    `);
  }
}
