import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** People and groups that an identity provider keeps up to date here by SCIM 2.0, and the tokens that it does it with. */
export class Scim1764133000000 implements MigrationInterface {
  name = 'Scim1764133000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE scim_token (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        provider_id bigint NOT NULL CONSTRAINT scim_token_provider_id_fkey REFERENCES identity_provider ON DELETE CASCADE,
        token_hash bytea NOT NULL CONSTRAINT scim_token_token_hash_key UNIQUE,
        hint text NOT NULL,
        created_at timestamptz NOT NULL,
        last_used_at timestamptz
      );
      CREATE INDEX scim_token_by_provider ON scim_token (provider_id);

      CREATE TABLE scim_user (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        provider_id bigint NOT NULL CONSTRAINT scim_user_provider_id_fkey REFERENCES identity_provider ON DELETE CASCADE,
        user_id bigint NOT NULL CONSTRAINT scim_user_user_id_fkey REFERENCES user_account ON DELETE CASCADE,
        user_name text NOT NULL,
        external_id text,
        version integer NOT NULL DEFAULT 1,
        -- The groups have changed, and the roles not yet.
        grants_due boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX scim_user_name ON scim_user (provider_id, fold_case(user_name));
      CREATE UNIQUE INDEX scim_user_account ON scim_user (user_id);
      CREATE INDEX scim_user_external_id ON scim_user (provider_id, external_id);
      CREATE INDEX scim_user_grants_due ON scim_user (id) WHERE grants_due;

      CREATE TABLE scim_group (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        provider_id bigint NOT NULL CONSTRAINT scim_group_provider_id_fkey REFERENCES identity_provider ON DELETE CASCADE,
        display_name text NOT NULL,
        external_id text,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX scim_group_name ON scim_group (provider_id, fold_case(display_name));

      CREATE TABLE scim_group_member (
        group_id bigint NOT NULL CONSTRAINT scim_group_member_group_id_fkey REFERENCES scim_group ON DELETE CASCADE,
        scim_user_id bigint NOT NULL CONSTRAINT scim_group_member_scim_user_id_fkey REFERENCES scim_user ON DELETE CASCADE,
        PRIMARY KEY (group_id, scim_user_id)
      );
      CREATE INDEX scim_group_member_by_user ON scim_group_member (scim_user_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE scim_group_member, scim_group, scim_user, scim_token');
  }
}
