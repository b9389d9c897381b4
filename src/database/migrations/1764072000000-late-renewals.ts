import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Whose seat was given away, and who renews it nevertheless, competes for a new one: with all that the session has said. */
export class LateRenewals1764072000000 implements MigrationInterface {
  name = 'LateRenewals1764072000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE ended_session ADD version text, ADD fingerprint text, ADD job_id text');
    await queryRunner.query(remember('version, fingerprint, job_id,', 'e.version, e.fingerprint, e.job_id,'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(remember('', ''));
    await queryRunner.query('ALTER TABLE ended_session DROP version, DROP fingerprint, DROP job_id');
  }
}

function remember(columns: string, values: string): string {
  return `
    CREATE OR REPLACE FUNCTION remember_ended_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname, ${columns}
                                 started_at, ended_at, end_reason, ended_by)
        SELECT e.id, e.organization_id, e.product, p.model, e.user_id, e.machine_id, e.session_id, e.hostname, ${values}
               e.started_at, least(e.expires_at, greatest(e.renewed_at, clock_timestamp())),
               nullif(current_setting('license_server.end_reason', true), ''),
               nullif(current_setting('license_server.ended_by', true), '')
          FROM ended e JOIN seat_pool p ON p.id = e.pool_id;
      IF EXISTS (SELECT FROM seat_waiter) THEN
        PERFORM pg_notify('seat_freed', queue)
           FROM (SELECT DISTINCT organization_id || ' ' || product AS queue FROM ended) AS freed;
      END IF;
      RETURN NULL;
    END $$`;
}
