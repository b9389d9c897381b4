import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class People1764028800000 implements MigrationInterface {
  name = 'People1764028800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE installation
        ADD organization_creation text NOT NULL DEFAULT 'everybody' CHECK (organization_creation IN ('everybody', 'root'));

      ALTER TABLE user_account
        ADD last_access_at timestamptz,
        -- An invitation was accepted; the membership begins when the account signs in.
        ADD joins_at_sign_in boolean NOT NULL DEFAULT false;

      -- A session ends with whatever ends everything that was issued to the account: a new password, "sign out everywhere".
      ALTER TABLE session
        ADD credentials_version integer,
        ADD last_used_at timestamptz;
      UPDATE session SET credentials_version = u.credentials_version FROM user_account u WHERE u.id = session.user_id;
      ALTER TABLE session ALTER credentials_version SET NOT NULL;

      -- Links to set a new password. The tokens are not here, only their SHA-256.
      CREATE TABLE password_reset (
        token_hash bytea PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
      CREATE INDEX password_reset_by_user ON password_reset (user_id);

      -- What must not happen too often, such as failed sign-ins, in the form that the rate limiter's library wants.
      CREATE TABLE rate_limit (
        key varchar(255) PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      );
      CREATE INDEX rate_limit_expire ON rate_limit (expire);

      -- With membership_one_owner, which allows one at most: exactly one owner, looked at when the transaction commits.
      CREATE FUNCTION check_organization_owned() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE organization bigint := CASE TG_TABLE_NAME WHEN 'organization' THEN to_jsonb(NEW) ->> 'id'
                                                        ELSE to_jsonb(OLD) ->> 'organization_id' END;
      BEGIN
        IF EXISTS (SELECT FROM organization o WHERE o.id = organization)
          AND NOT EXISTS (SELECT FROM membership m WHERE m.organization_id = organization AND m.role = 'OWNER') THEN
          RAISE EXCEPTION 'organization % must have an owner', organization
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'organization_owned';
        END IF;
        RETURN NULL;
      END $$;
      CREATE CONSTRAINT TRIGGER organization_owned AFTER INSERT ON organization
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_organization_owned();
      CREATE CONSTRAINT TRIGGER organization_owned AFTER UPDATE OF organization_id, role OR DELETE ON membership
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.role = 'OWNER') EXECUTE FUNCTION check_organization_owned();

      CREATE TABLE removed_member (
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        role text NOT NULL,
        joined_at timestamptz NOT NULL,
        removed_at timestamptz NOT NULL,
        removed_by bigint REFERENCES user_account ON DELETE SET NULL,
        PRIMARY KEY (organization_id, user_id)
      );

      CREATE TABLE team (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        name text NOT NULL CHECK (name <> ''),
        created_at timestamptz NOT NULL,
        UNIQUE (organization_id, id)
      );
      CREATE UNIQUE INDEX team_name ON team (organization_id, lower(name));

      CREATE TABLE team_member (
        team_id bigint NOT NULL,
        user_id bigint NOT NULL,
        organization_id bigint NOT NULL,
        role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'USER')),
        joined_at timestamptz NOT NULL,
        PRIMARY KEY (team_id, user_id),
        FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id) ON DELETE CASCADE,
        -- Only members of the organization are in its teams, and they leave with their membership.
        FOREIGN KEY (organization_id, user_id) REFERENCES membership (organization_id, user_id) ON DELETE CASCADE
      );
      CREATE INDEX team_member_by_user ON team_member (organization_id, user_id);

      CREATE TABLE invitation (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        email text NOT NULL CHECK (email = lower(email)),
        role text NOT NULL CHECK (role IN ('ADMIN', 'BILLING_MANAGER', 'USER')),
        -- Per-user seats to assign when the membership begins: [{"product", "model"}].
        assign jsonb NOT NULL DEFAULT '[]',
        -- The link's token is computed from this with the secret key; the database alone does not have it.
        nonce bytea NOT NULL,
        token_hash bytea NOT NULL UNIQUE,
        invited_by bigint REFERENCES user_account ON DELETE SET NULL,
        created_at timestamptz NOT NULL,
        sent_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        opened_at timestamptz,
        accepted_at timestamptz,
        -- The account that accepted.
        user_id bigint REFERENCES user_account ON DELETE CASCADE,
        -- When the membership began.
        joined_at timestamptz,
        revoked_at timestamptz,
        CHECK ((accepted_at IS NULL) = (user_id IS NULL)),
        CHECK (joined_at IS NULL OR accepted_at IS NOT NULL)
      );
      CREATE UNIQUE INDEX invitation_open ON invitation (organization_id, email) WHERE joined_at IS NULL AND revoked_at IS NULL;
      CREATE INDEX invitation_to_join ON invitation (user_id) WHERE joined_at IS NULL AND revoked_at IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE invitation, team_member, team, removed_member, rate_limit, password_reset;
      DROP TRIGGER organization_owned ON membership;
      DROP TRIGGER organization_owned ON organization;
      DROP FUNCTION check_organization_owned;
      ALTER TABLE session DROP credentials_version, DROP last_used_at;
      ALTER TABLE user_account DROP last_access_at, DROP joins_at_sign_in;
      ALTER TABLE installation DROP organization_creation;
    `);
  }
}
