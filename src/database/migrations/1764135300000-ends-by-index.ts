import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What ends leases reads their pools, and only those, by the index, also with a plan that PostgreSQL has made for few pools. */
export class EndsByIndex1764135300000 implements MigrationInterface {
  name = 'EndsByIndex1764135300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      rememberEndedSessions('CROSS JOIN LATERAL (SELECT model FROM seat_pool WHERE id = e.pool_id OFFSET 0) AS p'),
    );
    await queryRunner.query(
      notifyPoolChanged(
        'CROSS JOIN LATERAL (SELECT organization_id FROM seat_pool WHERE id = changed.pool_id OFFSET 0) AS p',
      ),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(rememberEndedSessions('JOIN seat_pool p ON p.id = e.pool_id'));
    await queryRunner.query(notifyPoolChanged('JOIN seat_pool p ON p.id = changed.pool_id'));
  }
}

function rememberEndedSessions(pools: string): string {
  return `
    CREATE OR REPLACE FUNCTION remember_ended_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname, version, fingerprint, job_id,
                                 granted_xid, granted_event_id, granted_from, ended_from, started_at, ended_at, end_reason, ended_by)
        SELECT e.id, e.organization_id, e.product, p.model, e.user_id, e.machine_id, e.session_id, e.hostname, e.version, e.fingerprint, e.job_id,
               e.xid, e.event_id, e.granted_from, coalesce(f.every ->> (e.id || ' ' || e.user_id), f.every ->> ''),
               e.started_at, least(e.expires_at, greatest(e.renewed_at, clock_timestamp())),
               nullif(current_setting('license_server.end_reason', true), ''),
               nullif(current_setting('license_server.ended_by', true), '')
          FROM ended e ${pools}
               CROSS JOIN (SELECT coalesce(nullif(current_setting('license_server.ended_from', true), ''), '{}')::jsonb AS every) AS f;
      IF EXISTS (SELECT FROM seat_waiter) THEN
        PERFORM pg_notify('seat_freed', queue)
           FROM (SELECT DISTINCT organization_id || ' ' || product AS queue FROM ended) AS freed;
      END IF;
      RETURN NULL;
    END $$`;
}

function notifyPoolChanged(pools: string): string {
  return `
    CREATE OR REPLACE FUNCTION notify_pool_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('organization_changed', c.organization_id || ' ' || TG_ARGV[0])
         FROM (SELECT DISTINCT p.organization_id FROM changed ${pools}) AS c;
      RETURN NULL;
    END $$`;
}
