import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Who has to have a second factor, and passkeys. */
export class SecondFactorPolicy1764132710000 implements MigrationInterface {
  name = 'SecondFactorPolicy1764132710000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE installation
        ADD require_second_factor text NOT NULL DEFAULT 'nobody',
        ADD CONSTRAINT installation_require_second_factor_check
          CHECK (require_second_factor IN ('nobody', 'root', 'everybody'));
      ALTER TABLE organization ADD require_second_factor boolean NOT NULL DEFAULT false;
      ALTER TABLE user_account ADD second_factor_due_at timestamptz;
      ALTER TABLE session ADD is_whole boolean NOT NULL DEFAULT false;

      ALTER TABLE second_factor
        ADD credential_id bytea CONSTRAINT second_factor_credential_id_key UNIQUE,
        ADD public_key bytea,
        ADD counter bigint,
        ADD transports text[] NOT NULL DEFAULT '{}';

      CREATE TABLE used_challenge (
        challenge_hash bytea PRIMARY KEY,
        expires_at timestamptz NOT NULL
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE used_challenge;
      ALTER TABLE second_factor DROP credential_id, DROP public_key, DROP counter, DROP transports;
      ALTER TABLE session DROP is_whole;
      ALTER TABLE user_account DROP second_factor_due_at;
      ALTER TABLE organization DROP require_second_factor;
      ALTER TABLE installation DROP require_second_factor;
    `);
  }
}
