import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Scopes of API keys, confirmations of sessions, and refresh tokens that rotate. */
export class Credentials1764102000000 implements MigrationInterface {
  name = 'Credentials1764102000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Keys that are there may go on doing what they did; so does one that the release before makes during an upgrade.
      ALTER TABLE api_key
        ADD scopes text[] NOT NULL DEFAULT '{seats,read,write,server}'
          CHECK (scopes <@ '{seats,read,write,server}' AND scopes <> '{}'),
        ADD legacy boolean NOT NULL DEFAULT true;

      -- Null: by signing in.
      ALTER TABLE session ADD confirmed_at timestamptz;

      CREATE TABLE token_family (
        id uuid PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        generation integer NOT NULL,
        ended_at timestamptz,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX token_family_by_expiry ON token_family (expires_at);
      CREATE INDEX token_family_by_user ON token_family (user_id);
      CREATE TRIGGER access_changed AFTER INSERT OR UPDATE ON token_family
        FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION notify_access_changed();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE token_family;
      ALTER TABLE session DROP confirmed_at;
      ALTER TABLE api_key DROP scopes, DROP legacy;
    `);
  }
}
