import sql, { raw, type Sql } from 'sql-template-tag';

// How the rows of three tables are read as events of the chain: the same for sealing, verifying and exporting.

const time = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** @param where on `audit_event e` */
export function recordedEvents(where: Sql): Sql {
  return sql`SELECT 'event' AS kind, e.id::text AS ref,
      jsonb_build_object('id', e.id, 'occurredAt', ${raw(time('e.occurred_at'))}, 'action', e.action,
        'organizationId', e.organization_id, 'actorId', e.actor_id, 'actor', e.actor, 'targetType', e.target_type,
        'targetId', e.target_id, 'details', e.details, 'address', e.address) AS fields
    FROM audit_event e WHERE ${where}`;
}

/**
 * Only what never changes while a lease lives.
 *
 * @param where on `g`, with the columns of the union
 */
export function grants(where: Sql): Sql {
  return sql`SELECT 'grant' AS kind, g.id::text AS ref,
      jsonb_build_object('id', g.event_id, 'occurredAt', ${raw(time('g.started_at'))}, 'action', 'lease.granted',
        'organizationId', g.organization_id, 'actorId', g.user_id, 'targetType', 'lease', 'targetId', g.id,
        'details', jsonb_build_object('product', g.product, 'model', g.model, 'machineId', g.machine_id,
                                      'sessionId', g.session_id), 'address', g.granted_from) AS fields
    FROM (SELECT l.id, l.event_id, l.xid, l.xid AS newest_xid, l.started_at, l.organization_id, l.user_id, l.product, p.model,
                 l.machine_id, l.session_id, l.granted_from
            FROM lease l JOIN seat_pool p ON p.id = l.pool_id
          UNION ALL
          SELECT s.lease_id, s.granted_event_id, s.granted_xid, s.ended_xid, s.started_at, s.organization_id, s.user_id, s.product,
                 s.model, s.machine_id, s.session_id, s.granted_from
            FROM ended_session s) AS g
   WHERE g.event_id IS NOT NULL AND ${where}`;
}

/** @param where on `ended_session s` */
export function ends(where: Sql): Sql {
  return sql`SELECT 'end' AS kind, s.lease_id::text AS ref,
      jsonb_build_object('id', s.ended_event_id, 'occurredAt', ${raw(time('s.ended_at'))}, 'action', 'lease.ended',
        'organizationId', s.organization_id, 'actor', s.ended_by, 'targetType', 'lease', 'targetId', s.lease_id,
        'details', jsonb_build_object('reason', s.end_reason, 'product', s.product, 'machineId', s.machine_id,
                                      'holderId', s.user_id), 'address', s.ended_from) AS fields
    FROM ended_session s WHERE s.ended_event_id IS NOT NULL AND ${where}`;
}
