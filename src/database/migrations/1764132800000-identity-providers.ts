import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Directories and single sign-on: how they are reached, what their groups give, and whose accounts they vouch for. */
export class IdentityProviders1764132800000 implements MigrationInterface {
  name = 'IdentityProviders1764132800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE identity_provider (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        kind text NOT NULL CONSTRAINT identity_provider_kind_check CHECK (kind IN ('ldap', 'oidc', 'saml')),
        name text NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        provisioning text NOT NULL
          CONSTRAINT identity_provider_provisioning_check CHECK (provisioning IN ('create', 'existing')),
        domains text[] NOT NULL DEFAULT '{}',
        -- Of its kind, without secrets.
        settings jsonb NOT NULL,
        secrets_sealed bytea,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        last_sync_at timestamptz,
        last_sync jsonb
      );

      CREATE TABLE identity_group (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        provider_id bigint NOT NULL
          CONSTRAINT identity_group_provider_id_fkey REFERENCES identity_provider ON DELETE CASCADE,
        name text NOT NULL,
        organization_id bigint CONSTRAINT identity_group_organization_id_fkey REFERENCES organization ON DELETE CASCADE,
        role text CONSTRAINT identity_group_role_check CHECK (role IN ('ADMIN', 'BILLING_MANAGER', 'USER')),
        team_id bigint CONSTRAINT identity_group_team_id_fkey REFERENCES team ON DELETE CASCADE,
        root boolean NOT NULL DEFAULT false,
        CONSTRAINT identity_group_target_check
          CHECK (root = (organization_id IS NULL) AND root = (role IS NULL) AND NOT (root AND team_id IS NOT NULL))
      );
      CREATE INDEX identity_group_by_provider ON identity_group (provider_id);

      CREATE TABLE user_identity (
        provider_id bigint NOT NULL
          CONSTRAINT user_identity_provider_id_fkey REFERENCES identity_provider ON DELETE CASCADE,
        subject text NOT NULL,
        user_id bigint NOT NULL CONSTRAINT user_identity_user_id_fkey REFERENCES user_account ON DELETE CASCADE,
        email text NOT NULL,
        -- A group has made the account an administrator.
        gives_root boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        PRIMARY KEY (provider_id, subject)
      );
      CREATE UNIQUE INDEX user_identity_once ON user_identity (user_id, provider_id);

      ALTER TABLE membership ADD COLUMN managed_by bigint
        CONSTRAINT membership_managed_by_fkey REFERENCES identity_provider ON DELETE SET NULL;
      ALTER TABLE team_member ADD COLUMN managed_by bigint
        CONSTRAINT team_member_managed_by_fkey REFERENCES identity_provider ON DELETE SET NULL;

      CREATE INDEX audit_event_identity_providers ON audit_event (coalesce(organization_id, 0), target_id, id)
        WHERE action IN ('identity-provider.created', 'identity-provider.changed');

      CREATE FUNCTION notify_identity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('identity_changed', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER identity_changed AFTER INSERT OR UPDATE OR DELETE ON identity_provider
        FOR EACH STATEMENT EXECUTE FUNCTION notify_identity_changed();
      CREATE TRIGGER identity_changed AFTER INSERT OR UPDATE OR DELETE ON identity_group
        FOR EACH STATEMENT EXECUTE FUNCTION notify_identity_changed();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX audit_event_identity_providers;
      ALTER TABLE membership DROP COLUMN managed_by;
      ALTER TABLE team_member DROP COLUMN managed_by;
      DROP TABLE user_identity, identity_group, identity_provider;
      DROP FUNCTION notify_identity_changed;
    `);
  }
}
