import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Authenticator apps, recovery codes, and sign-ins that wait for the second step. */
export class SecondFactors1764132700000 implements MigrationInterface {
  name = 'SecondFactors1764132700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE second_factor (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        kind text NOT NULL,
        name text NOT NULL,
        secret_sealed bytea,
        last_step bigint,
        refused_steps bigint[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL,
        confirmed_at timestamptz,
        last_used_at timestamptz,
        CONSTRAINT second_factor_kind_check CHECK (kind IN ('totp', 'passkey'))
      );
      CREATE INDEX second_factor_by_user ON second_factor (user_id);

      CREATE TABLE recovery_code (
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        code_hash bytea NOT NULL,
        used_at timestamptz,
        PRIMARY KEY (user_id, code_hash)
      );

      CREATE TABLE pending_sign_in (
        token_hash bytea PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        credentials_version integer NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX pending_sign_in_by_user ON pending_sign_in (user_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE pending_sign_in, recovery_code, second_factor');
  }
}
