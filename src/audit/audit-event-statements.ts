import { type Statement } from '../database/pool/preparing-client.js';
import { type AuditedChange } from './audited-change.js';

const columns = 'occurred_at, action, organization_id, actor_id, actor, target_type, target_id, details, address';

/** The columns after the first one, each as a parameter. */
const eventsAsRows =
  'unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[])';

/** Writes events of one moment, in their order. */
export function insertionOf(events: readonly AuditedChange[], at: Date): Statement {
  return [`INSERT INTO audit_event (${columns}) SELECT $1, * FROM ${eventsAsRows}`, valuesOf(events, at)];
}

/**
 * Writes each event unless one with its key was written within the last day; the rows of the answer have the `key` of each that was.
 *
 * @param events by their keys
 */
export function insertionOnceADay(events: ReadonlyMap<string, AuditedChange>, at: Date): Statement {
  // Keys in one order, so that servers do not wait for each other in a circle.
  return [
    `WITH counted AS (
       INSERT INTO rate_limit AS r (key, points, expire)
         SELECT key, 1, (extract(epoch FROM server_now() + interval '1 day') * 1000)::bigint FROM unnest($10::text[]) AS key ORDER BY key
       ON CONFLICT (key) DO UPDATE SET expire = excluded.expire WHERE r.expire <= excluded.expire - 86400000
       RETURNING key),
     written AS (
       INSERT INTO audit_event (${columns})
         SELECT $1, e.action, e.organization_id, e.actor_id, e.actor, e.target_type, e.target_id, e.details, e.address
           FROM ROWS FROM (${eventsAsRows}, unnest($10::text[]))
                AS e(action, organization_id, actor_id, actor, target_type, target_id, details, address, key)
           JOIN counted USING (key))
     SELECT key FROM counted`,
    [...valuesOf([...events.values()], at), [...events.keys()]],
  ];
}

function valuesOf(events: readonly AuditedChange[], at: Date): unknown[] {
  return [
    at,
    events.map(({ change }) => change.action),
    events.map(({ change }) => change.organizationId ?? null),
    events.map(({ actor }) => actor.id),
    events.map(({ actor }) => actor.name),
    events.map(({ change }) => change.targetType ?? null),
    events.map(({ change }) => (change.targetId === undefined ? null : String(change.targetId))),
    events.map(({ change }) => JSON.stringify(change.details ?? {})),
    events.map(({ actor }) => actor.address),
  ];
}
