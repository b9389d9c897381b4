import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class InitialSchema1764000000000 implements MigrationInterface {
  name = 'InitialSchema1764000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The one clock of all servers. The offset, in milliseconds, is 0 but in tests, which step time with it.
      CREATE FUNCTION server_now(offset_millis bigint) RETURNS timestamptz
        LANGUAGE sql VOLATILE RETURN clock_timestamp() + offset_millis * interval '1 millisecond';

      CREATE TABLE installation (
        id smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
        server_id uuid NOT NULL DEFAULT gen_random_uuid(),
        created_at timestamptz NOT NULL DEFAULT now(),
        setup_completed_at timestamptz,
        evaluation_issued_at timestamptz,
        -- A clock set back behind this does not revive a license.
        newest_time timestamptz NOT NULL DEFAULT now(),
        -- Until then the quotas in seat_pool follow from the license files; -infinity: compute them anew.
        quotas_valid_until timestamptz NOT NULL DEFAULT '-infinity'
      );
      INSERT INTO installation DEFAULT VALUES;

      CREATE TABLE signing_key (
        purpose text PRIMARY KEY,
        kid text NOT NULL UNIQUE,
        public_key text NOT NULL,
        private_key_sealed bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE audit_event (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        occurred_at timestamptz NOT NULL,
        action text NOT NULL,
        organization_id bigint,
        actor_id bigint,
        actor text NOT NULL,
        target_type text,
        target_id text,
        details jsonb NOT NULL DEFAULT '{}',
        address text
      );
      CREATE INDEX audit_event_organization ON audit_event (organization_id, id);

      CREATE TABLE user_account (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        email text NOT NULL CHECK (email = lower(email)),
        password text,
        password_encrypted boolean NOT NULL DEFAULT true,
        first_name text NOT NULL DEFAULT '',
        last_name text NOT NULL DEFAULT '',
        root boolean NOT NULL DEFAULT false,
        disabled_at timestamptz,
        -- Counted up to end everything that was issued to the account before.
        credentials_version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        last_organization_id bigint
      );
      CREATE UNIQUE INDEX user_account_email ON user_account (email);

      CREATE TABLE session (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        token_hash bytea NOT NULL UNIQUE,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        address text,
        user_agent text
      );
      CREATE INDEX session_by_user ON session (user_id);

      CREATE TABLE api_key (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        name text NOT NULL,
        key_hash bytea NOT NULL UNIQUE,
        hint text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        last_used_at timestamptz
      );
      CREATE INDEX api_key_by_user ON api_key (user_id);

      CREATE TABLE organization (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        name text NOT NULL CHECK (name <> ''),
        created_at timestamptz NOT NULL
      );

      CREATE TABLE membership (
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'BILLING_MANAGER', 'USER')),
        joined_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, user_id)
      );
      CREATE INDEX membership_by_user ON membership (user_id);
      CREATE UNIQUE INDEX membership_one_owner ON membership (organization_id) WHERE role = 'OWNER';

      CREATE TABLE license_file (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        jti text NOT NULL UNIQUE,
        token text NOT NULL,
        self_issued boolean NOT NULL,
        uploaded_at timestamptz NOT NULL,
        uploaded_by bigint REFERENCES user_account ON DELETE SET NULL
      );

      CREATE TABLE seat_pool (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL CHECK (product IN ('KSE', 'KRE')),
        model text NOT NULL CHECK (model IN ('per-user', 'node-locked', 'floating')),
        -- NULL: whatever no organization was given explicitly, for the first organization alone.
        allocation integer CHECK (allocation >= 0),
        quota integer NOT NULL DEFAULT 0 CHECK (quota >= 0),
        -- When the last license behind the quota ends, grace days included.
        ends_at timestamptz NOT NULL DEFAULT '-infinity',
        -- Rows in lease for a floating pool, maintained under this row's lock.
        in_use integer NOT NULL DEFAULT 0 CHECK (in_use >= 0),
        -- No lease of the pool ends before; a lower bound, so that renewals need not touch it.
        earliest_expiry timestamptz NOT NULL DEFAULT 'infinity',
        UNIQUE (organization_id, product, model)
      ) WITH (fillfactor = 70);

      CREATE TABLE licensed_user (
        pool_id bigint NOT NULL REFERENCES seat_pool ON DELETE CASCADE,
        user_id bigint NOT NULL REFERENCES user_account ON DELETE CASCADE,
        assigned_at timestamptz NOT NULL,
        PRIMARY KEY (pool_id, user_id)
      );

      CREATE TABLE machine (
        pool_id bigint NOT NULL REFERENCES seat_pool ON DELETE CASCADE,
        machine_id text NOT NULL,
        hostname text,
        user_id bigint REFERENCES user_account ON DELETE SET NULL,
        registered_at timestamptz NOT NULL,
        PRIMARY KEY (pool_id, machine_id)
      );

      CREATE TABLE lease (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        number bigint GENERATED ALWAYS AS IDENTITY,
        pool_id bigint NOT NULL REFERENCES seat_pool,
        organization_id bigint NOT NULL,
        product text NOT NULL,
        user_id bigint NOT NULL,
        machine_id text NOT NULL,
        session_id text NOT NULL,
        hostname text,
        version text,
        started_at timestamptz NOT NULL,
        renewed_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        -- Only members hold seats, whatever the order of a removal and a check-out.
        FOREIGN KEY (organization_id, user_id) REFERENCES membership (organization_id, user_id),
        UNIQUE (user_id, product, machine_id, session_id, organization_id)
      ) WITH (fillfactor = 70);
      CREATE INDEX lease_pool ON lease (pool_id);
      CREATE INDEX lease_member ON lease (organization_id, user_id);

      CREATE TABLE denial (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        occurred_at timestamptz NOT NULL,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL,
        code text NOT NULL,
        user_id bigint REFERENCES user_account ON DELETE SET NULL,
        machine_id text NOT NULL,
        session_id text NOT NULL,
        hostname text
      );
      CREATE INDEX denial_organization ON denial (organization_id, id);

      CREATE TABLE client_session (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        user_id bigint REFERENCES user_account ON DELETE SET NULL,
        machine_id text NOT NULL,
        session_id text NOT NULL,
        started_at timestamptz,
        ended_at timestamptz,
        version text,
        reported_at timestamptz NOT NULL,
        UNIQUE (organization_id, user_id, machine_id, session_id)
      );

      -- Servers remember who somebody is and may do; every change of it, by whatever hand, is told to all of them.
      CREATE FUNCTION notify_access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
      BEGIN
        PERFORM pg_notify('access_changed', coalesce(changed ->> 'user_id', changed ->> 'id'));
        RETURN NULL;
      END $$;
      CREATE TRIGGER access_changed AFTER DELETE OR UPDATE OF email, password, disabled_at, root, credentials_version
        ON user_account FOR EACH ROW EXECUTE FUNCTION notify_access_changed();
      CREATE TRIGGER access_changed AFTER DELETE ON session FOR EACH ROW EXECUTE FUNCTION notify_access_changed();
      CREATE TRIGGER access_changed AFTER DELETE ON api_key FOR EACH ROW EXECUTE FUNCTION notify_access_changed();
      CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON membership
        FOR EACH ROW EXECUTE FUNCTION notify_access_changed();

      CREATE FUNCTION notify_license_changed() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('license_changed', '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER license_changed AFTER INSERT OR UPDATE OR DELETE ON license_file
        FOR EACH STATEMENT EXECUTE FUNCTION notify_license_changed();
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The first schema has nothing before it.'));
  }
}
