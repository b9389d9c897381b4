import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class Seats1764036000000 implements MigrationInterface {
  name = 'Seats1764036000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- License policy (manual, "Licenses and seats", policies).
      ALTER TABLE organization
        ADD lease_minutes integer NOT NULL DEFAULT 15 CHECK (lease_minutes BETWEEN 1 AND 43200),
        -- Floating seats that may be granted beyond the quota, in percent of it.
        ADD over_quota_percent integer NOT NULL DEFAULT 0 CHECK (over_quota_percent BETWEEN 0 AND 100),
        -- Patterns of machine ids and host names, with * for anything. None allowed explicitly: all are.
        ADD allowed_machines text[] NOT NULL DEFAULT '{}',
        ADD denied_machines text[] NOT NULL DEFAULT '{}';

      CREATE TABLE offline_license (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        pool_id bigint NOT NULL REFERENCES seat_pool ON DELETE CASCADE,
        machine_id text NOT NULL,
        created_at timestamptz NOT NULL,
        created_by bigint REFERENCES user_account ON DELETE SET NULL,
        expires_at timestamptz NOT NULL,
        -- What the client reads, signed.
        token text NOT NULL
      );
      CREATE INDEX offline_license_pool ON offline_license (pool_id, expires_at);

      CREATE INDEX machine_by_id ON machine (machine_id);

      -- Sessions that are over: what utilization is computed from, with the leases that are still there.
      CREATE TABLE ended_session (
        lease_id uuid PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL,
        model text NOT NULL,
        user_id bigint,
        machine_id text NOT NULL,
        session_id text NOT NULL,
        hostname text,
        started_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL
      );
      CREATE INDEX ended_session_organization ON ended_session (organization_id, started_at);

      -- However a lease ends, its session is remembered; one statement for a whole batch.
      CREATE FUNCTION remember_ended_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname,
                                   started_at, ended_at)
          SELECT e.id, e.organization_id, e.product, p.model, e.user_id, e.machine_id, e.session_id, e.hostname,
                 e.started_at, least(e.expires_at, greatest(e.renewed_at, clock_timestamp()))
            FROM ended e JOIN seat_pool p ON p.id = e.pool_id;
        RETURN NULL;
      END $$;
      CREATE TRIGGER remember_ended_sessions AFTER DELETE ON lease
        REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION remember_ended_sessions();

      CREATE INDEX audit_event_occurred ON audit_event (occurred_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX audit_event_occurred;
      DROP TRIGGER remember_ended_sessions ON lease;
      DROP FUNCTION remember_ended_sessions;
      DROP TABLE ended_session, offline_license;
      DROP INDEX machine_by_id;
      ALTER TABLE organization DROP lease_minutes, DROP over_quota_percent, DROP allowed_machines, DROP denied_machines;
    `);
  }
}
