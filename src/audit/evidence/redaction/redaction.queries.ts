import sql, { type Sql } from 'sql-template-tag';
import { erased } from './personal-data.js';
import { type ChainEvent } from '../sealed-event.js';

/** The last block that has lost its personal data, or is gone, as `block`. */
export const lastForgotten = sql`SELECT greatest(forgotten_block, (SELECT max(removed_block) FROM audit_checkpoint)) AS block FROM audit_chain`;

/** Writes what is left of recorded events into their rows. */
export function rewriteEvents(events: readonly ChainEvent[]): Sql {
  return sql`UPDATE audit_event e SET actor_id = n."actorId", actor = n.actor, target_id = n."targetId", details = n.details, address = n.address
    FROM jsonb_to_recordset(${JSON.stringify(events.map(({ fields }) => fields))}::jsonb)
           AS n(id bigint, "actorId" bigint, actor text, "targetId" text, details jsonb, address text)
   WHERE e.id = n.id`;
}

/** What a session loses with its person. */
const withoutPerson = sql`user_id = NULL, machine_id = '', session_id = '', hostname = NULL, fingerprint = NULL, job_id = NULL,
  granted_from = NULL, ended_from = NULL, ended_by = CASE WHEN ended_by LIKE '%@%' THEN ${erased} ELSE ended_by END`;

export function forgetSessions(leaseIds: readonly string[]): Sql {
  return sql`UPDATE ended_session SET ${withoutPerson} WHERE lease_id = ANY (${leaseIds}::uuid[])`;
}

/** The same for some sessions that the audit log does not know, or no longer. */
export function forgetUnsealedSessions(before: Date, atMost: number): Sql {
  return sql`UPDATE ended_session SET ${withoutPerson} WHERE lease_id = ANY (ARRAY(
    SELECT lease_id FROM ended_session WHERE ended_at < ${before}::timestamptz AND ended_event_id IS NULL AND machine_id <> ''
     LIMIT ${atMost} FOR UPDATE SKIP LOCKED))`;
}

/** A name that was last noted before this many blocks is in none of them. */
const blocksNoted = 1000;

/** Deletes names that are only in events that have lost them, or are gone. */
export function forgetNames(lastForgotten: number): Sql[] {
  return [
    // A former release does not say in which block it has sealed a name.
    sql`UPDATE audit_name SET last_block = (SELECT block FROM audit_chain) WHERE last_block IS NULL`,
    sql`DELETE FROM audit_name WHERE last_block + ${blocksNoted}::bigint <= ${lastForgotten}::bigint`,
  ];
}
