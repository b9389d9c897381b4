import sql, { type Sql } from 'sql-template-tag';

/** The first event that no block has although it is old enough, or that two blocks have: put in, removed, or sealed twice. */
export function firstStranger(): Sql {
  return sql`WITH sealed AS MATERIALIZED (
       SELECT 'event' AS kind, unnest(events)::text AS ref, number FROM audit_block
       UNION ALL SELECT 'grant', unnest(grants)::text, number FROM audit_block
       UNION ALL SELECT 'end', unnest(ends)::text, number FROM audit_block),
     there AS (
       SELECT 'event' AS kind, id::text AS ref, xid, occurred_at FROM audit_event
       UNION ALL SELECT 'grant', id::text, xid, started_at FROM lease WHERE event_id IS NOT NULL
       UNION ALL SELECT 'grant', lease_id::text, granted_xid, started_at FROM ended_session WHERE granted_event_id IS NOT NULL
       UNION ALL SELECT 'end', lease_id::text, ended_xid, ended_at FROM ended_session WHERE ended_event_id IS NOT NULL),
     newest AS (SELECT max(sealed_at) AS at FROM audit_block),
     strange AS (
       SELECT t.kind || ' ' || t.ref AS event, NULL::bigint AS block
         FROM there t LEFT JOIN sealed s USING (kind, ref), audit_chain c, newest n
        WHERE s.ref IS NULL AND c.restored_in IS NULL
          AND (t.xid < c.sealed_below OR (t.kind = 'event' AND t.occurred_at < n.at - interval '1 day'))
       UNION ALL
       SELECT kind || ' ' || ref, max(number) FROM sealed GROUP BY kind, ref HAVING count(*) > 1)
     SELECT event, block FROM strange ORDER BY block NULLS FIRST, event LIMIT 1`;
}
