import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Makes the audit log provable: blocks that are chained by their hashes, and signed checkpoints. Grants and ends of leases
 * become audit events where they are, in their own tables, so that no check-out writes anything twice.
 */
export class AuditChain1764106000000 implements MigrationInterface {
  name = 'AuditChain1764106000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The transaction that wrote a row: once it is below the oldest one that runs, nothing can come in between any more.
      -- Rows from before are of transaction 0. Backups leave these columns out, for they mean nothing in another cluster.
      ALTER TABLE audit_event ADD xid xid8 NOT NULL DEFAULT '0';
      ALTER TABLE audit_event ALTER xid SET DEFAULT pg_current_xact_id();
      CREATE INDEX audit_event_xid ON audit_event (xid);

      -- Grants of before have no event_id: they are in audit_event.
      ALTER TABLE lease ADD xid xid8 NOT NULL DEFAULT '0', ADD event_id bigint, ADD granted_from text;
      ALTER TABLE lease ALTER xid SET DEFAULT pg_current_xact_id(),
                        ALTER event_id SET DEFAULT nextval('audit_event_id_seq');
      ALTER TABLE ended_session
        ADD granted_xid xid8 NOT NULL DEFAULT '0', ADD granted_event_id bigint, ADD granted_from text,
        ADD ended_xid xid8 NOT NULL DEFAULT '0', ADD ended_event_id bigint, ADD ended_from text;
      ALTER TABLE ended_session
        ALTER granted_xid SET DEFAULT pg_current_xact_id(),
        ALTER ended_xid SET DEFAULT pg_current_xact_id(),
        ALTER ended_event_id SET DEFAULT nextval('audit_event_id_seq');
      CREATE INDEX ended_session_xid ON ended_session (ended_xid);
      CREATE INDEX ended_session_granted_event ON ended_session (granted_event_id);
      CREATE INDEX ended_session_ended_event ON ended_session (ended_event_id);
      -- What was granted stays known when its organization goes; the retention of sessions removes it.
      ALTER TABLE ended_session DROP CONSTRAINT ended_session_organization_id_fkey;

      CREATE TABLE audit_block (
        number bigint PRIMARY KEY,
        sealed_at timestamptz NOT NULL,
        -- Hash of the block before.
        previous bytea NOT NULL,
        hash bytea NOT NULL,
        -- Events in this block and all before.
        total bigint NOT NULL,
        -- The newest checkpoint when it was sealed.
        checkpoint bigint NOT NULL,
        -- It holds events from before there were blocks.
        history boolean NOT NULL,
        -- What is in it: rows of audit_event, then grants and ends by their leases, and the hash of each (32 bytes).
        events bigint[] NOT NULL,
        grants uuid[] NOT NULL,
        ends uuid[] NOT NULL,
        leaves bytea NOT NULL
      );
      ALTER TABLE audit_block ALTER leaves SET STORAGE EXTERNAL;

      CREATE TABLE audit_checkpoint (
        number bigint PRIMARY KEY,
        at timestamptz NOT NULL,
        block bigint NOT NULL,
        hash text NOT NULL,
        count bigint NOT NULL,
        -- Blocks up to this one are removed, and the hash of the last of them; 0 and '': none.
        removed_block bigint NOT NULL,
        anchor text NOT NULL,
        -- Sessions of blocks up to this one may be removed.
        removed_sessions_block bigint NOT NULL,
        kid text NOT NULL,
        -- Compact JWS, whose claims are the columns above.
        signature text NOT NULL
      );

      -- Stands in for an e-mail address in what is hashed: without its row nobody can tell whose it was.
      CREATE TABLE audit_name (
        name text PRIMARY KEY,
        salt bytea NOT NULL,
        pseudonym text NOT NULL UNIQUE
      );

      -- Where sealing stands. A restore leaves restored_in, because the rows of the backup have new transaction ids.
      CREATE TABLE audit_chain (
        singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        sealed_below xid8 NOT NULL DEFAULT pg_current_xact_id(),
        restored_in xid8 DEFAULT pg_current_xact_id(),
        cluster text,
        block bigint NOT NULL DEFAULT 0,
        hash bytea NOT NULL DEFAULT '',
        total bigint NOT NULL DEFAULT 0,
        checkpoint bigint NOT NULL DEFAULT 0,
        -- Compact JWS of the four above, so that a tail that is cut off is missed.
        signature text
      );
      INSERT INTO audit_chain (sealed_below, restored_in) VALUES ('0', NULL);
    `);
    await queryRunner.query(remember(true));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(remember(false));
    await queryRunner.query(`
      DROP TABLE audit_chain, audit_name, audit_checkpoint, audit_block;
      DELETE FROM ended_session s WHERE NOT EXISTS (SELECT FROM organization o WHERE o.id = s.organization_id);
      ALTER TABLE ended_session ADD FOREIGN KEY (organization_id) REFERENCES organization ON DELETE CASCADE;
      ALTER TABLE ended_session DROP granted_xid, DROP granted_event_id, DROP granted_from,
        DROP ended_xid, DROP ended_event_id, DROP ended_from;
      ALTER TABLE lease DROP xid, DROP event_id, DROP granted_from;
      ALTER TABLE audit_event DROP xid;
    `);
  }
}

/** How a deleted lease becomes an ended session; with what its two audit events need besides, or without. */
function remember(events: boolean): string {
  const columns = events ? 'granted_xid, granted_event_id, granted_from, ended_from,' : '';
  const values = events ? `e.xid, e.event_id, e.granted_from, coalesce(a.address, whole.address),` : '';
  const addresses = events
    ? `CROSS JOIN (SELECT coalesce(nullif(current_setting('license_server.ended_from', true), ''), '{}')::jsonb AS every) AS f
       CROSS JOIN LATERAL (SELECT f.every ->> '' AS address) AS whole
       LEFT JOIN LATERAL (SELECT f.every ->> (e.id || ' ' || e.user_id) AS address) AS a ON true`
    : '';
  return `
    CREATE OR REPLACE FUNCTION remember_ended_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname, version, fingerprint, job_id,
                                 ${columns} started_at, ended_at, end_reason, ended_by)
        SELECT e.id, e.organization_id, e.product, p.model, e.user_id, e.machine_id, e.session_id, e.hostname, e.version, e.fingerprint, e.job_id,
               ${values} e.started_at, least(e.expires_at, greatest(e.renewed_at, clock_timestamp())),
               nullif(current_setting('license_server.end_reason', true), ''),
               nullif(current_setting('license_server.ended_by', true), '')
          FROM ended e JOIN seat_pool p ON p.id = e.pool_id ${addresses};
      IF EXISTS (SELECT FROM seat_waiter) THEN
        PERFORM pg_notify('seat_freed', queue)
           FROM (SELECT DISTINCT organization_id || ' ' || product AS queue FROM ended) AS freed;
      END IF;
      RETURN NULL;
    END $$`;
}
