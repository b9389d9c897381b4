import { type MigrationInterface, type QueryRunner } from 'typeorm';

export class SeatRules1764046800000 implements MigrationInterface {
  name = 'SeatRules1764046800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE organization
        -- Share of the lease after which its renewal is due.
        ADD renewal_share double precision NOT NULL DEFAULT 1 / 3.0::double precision
          CHECK (renewal_share BETWEEN 0.1 AND 0.9),
        -- Minutes after which a session that says it is idle ends; NULL: never.
        ADD idle_minutes integer CHECK (idle_minutes BETWEEN 1 AND 43200);

      -- Machines that may be registered; NULL: any number. Computed with the quota, from the license files.
      ALTER TABLE seat_pool ADD machine_quota integer CHECK (machine_quota >= 0);
      UPDATE installation SET quotas_valid_until = '-infinity';

      ALTER TABLE lease
        -- The CI job that it belongs to, and what its container says to be, whatever machine id it has this time.
        ADD job_id text,
        ADD fingerprint text;
      CREATE INDEX lease_job ON lease (user_id, job_id) WHERE job_id IS NOT NULL;
      CREATE INDEX lease_fingerprint ON lease (user_id, fingerprint) WHERE fingerprint IS NOT NULL;

      -- Floating seats that are kept for a user or a team.
      CREATE TABLE seat_reservation (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL CHECK (product IN ('KSE', 'KRE')),
        seats integer NOT NULL CHECK (seats BETWEEN 1 AND 100000),
        user_id bigint,
        team_id bigint,
        CHECK (num_nonnulls(user_id, team_id) = 1),
        FOREIGN KEY (organization_id, user_id) REFERENCES membership (organization_id, user_id) ON DELETE CASCADE,
        FOREIGN KEY (organization_id, team_id) REFERENCES team (organization_id, id) ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX seat_reservation_user ON seat_reservation (organization_id, product, user_id)
        WHERE user_id IS NOT NULL;
      CREATE UNIQUE INDEX seat_reservation_team ON seat_reservation (organization_id, product, team_id)
        WHERE team_id IS NOT NULL;

      -- Why a session is over, and by whose hand, for the client that comes to renew it.
      ALTER TABLE ended_session ADD end_reason text, ADD ended_by text;
      CREATE INDEX ended_session_by_hand ON ended_session (user_id, machine_id, session_id)
        WHERE end_reason IS NOT NULL AND end_reason NOT IN ('released', 'expired', 'replaced');
      -- Rows come in the order of this column, so the smallest of indexes finds the old ones.
      CREATE INDEX ended_session_ended ON ended_session USING brin (ended_at);

      -- Who waits for a seat, in the order of arrival, and when its server last said that it still does (real time, also
      -- where a test steps the clock).
      CREATE TABLE seat_waiter (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL,
        user_id bigint NOT NULL,
        seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX seat_waiter_queue ON seat_waiter (organization_id, product, id);

      -- When a server was last at work, in real time: what is missing after a return is credited to the leases.
      ALTER TABLE installation ADD alive_at timestamptz NOT NULL DEFAULT clock_timestamp();

      -- Whoever deletes leases says why in settings of the transaction.
      CREATE OR REPLACE FUNCTION remember_ended_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname,
                                   started_at, ended_at, end_reason, ended_by)
          SELECT e.id, e.organization_id, e.product, p.model, e.user_id, e.machine_id, e.session_id, e.hostname,
                 e.started_at, least(e.expires_at, greatest(e.renewed_at, clock_timestamp())),
                 nullif(current_setting('license_server.end_reason', true), ''),
                 nullif(current_setting('license_server.ended_by', true), '')
            FROM ended e JOIN seat_pool p ON p.id = e.pool_id;
        IF EXISTS (SELECT FROM seat_waiter) THEN
          PERFORM pg_notify('seat_freed', queue)
             FROM (SELECT DISTINCT organization_id || ' ' || product AS queue FROM ended) AS freed;
        END IF;
        RETURN NULL;
      END $$;

      CREATE FUNCTION notify_seats_added() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('seat_freed', NEW.organization_id || ' ' || NEW.product);
        RETURN NULL;
      END $$;
      CREATE TRIGGER seats_added AFTER UPDATE OF quota ON seat_pool FOR EACH ROW
        WHEN (NEW.quota > OLD.quota) EXECUTE FUNCTION notify_seats_added();

      -- Whoever is served, or gives up, lets the next ones look.
      CREATE FUNCTION notify_queue_moved() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('seat_freed', queue)
           FROM (SELECT DISTINCT organization_id || ' ' || product AS queue FROM gone) AS moved;
        RETURN NULL;
      END $$;
      CREATE TRIGGER queue_moved AFTER DELETE ON seat_waiter
        REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION notify_queue_moved();

      -- When the administrators were last told that more seats are in use than there are.
      CREATE TABLE over_quota_notice (
        organization_id bigint NOT NULL REFERENCES organization ON DELETE CASCADE,
        product text NOT NULL,
        told_at timestamptz NOT NULL,
        PRIMARY KEY (organization_id, product)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE over_quota_notice, seat_reservation, seat_waiter;
      DROP TRIGGER seats_added ON seat_pool;
      DROP FUNCTION notify_seats_added;
      DROP FUNCTION notify_queue_moved;
      CREATE OR REPLACE FUNCTION remember_ended_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname,
                                   started_at, ended_at)
          SELECT e.id, e.organization_id, e.product, p.model, e.user_id, e.machine_id, e.session_id, e.hostname,
                 e.started_at, least(e.expires_at, greatest(e.renewed_at, clock_timestamp()))
            FROM ended e JOIN seat_pool p ON p.id = e.pool_id;
        RETURN NULL;
      END $$;
      DROP INDEX ended_session_ended, ended_session_by_hand;
      ALTER TABLE ended_session DROP end_reason, DROP ended_by;
      ALTER TABLE lease DROP job_id, DROP fingerprint;
      ALTER TABLE installation DROP alive_at;
      ALTER TABLE seat_pool DROP machine_quota;
      ALTER TABLE organization DROP renewal_share, DROP idle_minutes;
    `);
  }
}
