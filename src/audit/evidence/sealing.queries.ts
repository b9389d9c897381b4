import sql, { raw, type Sql } from 'sql-template-tag';
import { locks } from '../../database/locks.js';

/** `{locked}`: whether no other server seals; until the commit, none does. */
export const triedToSeal = sql`SELECT pg_try_advisory_xact_lock(${locks.sealing}) AS locked`;

/** The row of the chain, locked until the commit. */
export const heldChain = sql`SELECT sealed_below::text AS "sealedBelow", restored_in::text AS "restoredIn", cluster, block, hash, total, checkpoint,
    pg_snapshot_xmin(pg_current_snapshot())::text AS xmin,
    (SELECT system_identifier::text FROM pg_control_system()) AS "currentCluster", signature
  FROM audit_chain FOR UPDATE`;

/** What the row of the chain says from now on. */
export interface ChainRow {
  sealedBelow: string;
  cluster: string;
  block: number;
  hash: Buffer;
  total: number;
  checkpoint: number;
  signature: string;
}

export function saveChain({ sealedBelow, cluster, block, hash, total, checkpoint, signature }: ChainRow): Sql {
  return sql`UPDATE audit_chain SET sealed_below = ${sealedBelow}::xid8, restored_in = NULL, cluster = ${cluster}, block = ${block}, hash = ${hash},
    total = ${total}, checkpoint = ${checkpoint}, signature = ${signature}`;
}

/** Gives all rows the number of this transaction, as if a restore had just put them in. */
export const renumbered = [
  sql`UPDATE audit_event SET xid = pg_current_xact_id()`,
  sql`UPDATE lease SET xid = pg_current_xact_id()`,
  sql`UPDATE ended_session SET granted_xid = pg_current_xact_id(), ended_xid = pg_current_xact_id()`,
  sql`UPDATE audit_chain SET sealed_below = pg_current_xact_id(), restored_in = pg_current_xact_id()`,
];

/** The blocks that follow `after`, sealed before `before`, with at most `atMost` events together. */
export interface OldBlocks {
  after: number;
  before: Date;
  atMost: number;
}

/** Up to `atMost` events together, so that a transaction stays small; the first block always belongs to them. */
function isAmongNext(after: number, atMost: number): Sql {
  return sql`number > ${after}::bigint AND (number = ${after}::bigint + 1
    OR total <= (SELECT total FROM audit_block WHERE number = ${after}::bigint + 1) + ${atMost}::bigint)`;
}

/** `{number}` of the last of them that comes before any later block, or null. */
export function lastBlockWithSessions({ after, before, atMost }: OldBlocks): Sql {
  return sql`SELECT max(number) AS number FROM audit_block
    WHERE ${isAmongNext(after, atMost)}
      AND number < coalesce((SELECT min(number) FROM audit_block WHERE number > ${after}::bigint AND sealed_at >= ${before}::timestamptz), number + 1)`;
}

export function removeSessionsOf(after: number, last: number): Sql {
  return sql`DELETE FROM ended_session
    WHERE lease_id IN (SELECT unnest(ends) FROM audit_block WHERE number > ${after}::bigint AND number <= ${last}::bigint)`;
}

/** `{number, hash}` of the last of them, none after `safe`. */
export function lastOldBlock({ after, before, atMost }: OldBlocks, safe: number): Sql {
  return sql`SELECT number, encode(hash, 'hex') AS hash FROM audit_block
    WHERE ${isAmongNext(after, atMost)} AND number <= ${safe}::bigint
      AND number < coalesce((SELECT min(number) FROM audit_block WHERE sealed_at >= ${before}::timestamptz), number + 1)
    ORDER BY number DESC LIMIT 1`;
}

/** Removes blocks up to one, with their events; grants and ends stay as what happened, and are no events any more. */
export function removeBlocksUpTo(last: number): Sql[] {
  const gone = (column: string): Sql =>
    sql`SELECT unnest(${raw(column)}) FROM audit_block WHERE number <= ${last}::bigint`;
  return [
    sql`DELETE FROM audit_event WHERE id IN (${gone('events')})`,
    sql`UPDATE lease SET event_id = NULL WHERE id IN (${gone('grants')})`,
    sql`UPDATE ended_session SET granted_event_id = NULL WHERE lease_id IN (${gone('grants')})`,
    sql`UPDATE ended_session SET ended_event_id = NULL WHERE lease_id IN (${gone('ends')})`,
    sql`DELETE FROM audit_block WHERE number <= ${last}::bigint`,
  ];
}

/** Which transactions the events to seal are from. */
export interface Unsealed {
  /** The transaction of a restore: what it has put in has one number, and what is in a block already is known by its id. */
  restoredIn: string | null;
  sealedBelow: string;
  /** The oldest transaction that runs. */
  xmin: string;
}

/** @param xid column with the number of the transaction */
export function isUnsealed({ restoredIn, sealedBelow, xmin }: Unsealed, xid: string, sealed: SealedIds): Sql {
  const column = raw(xid);
  if (restoredIn === null) return sql`${column} >= ${sealedBelow}::xid8 AND ${column} < ${xmin}::xid8`;
  return sql`${column} = ${restoredIn}::xid8
    AND NOT EXISTS (SELECT FROM (SELECT unnest(${raw(sealed.column)}) AS id FROM audit_block) b WHERE b.id = ${raw(sealed.id)})`;
}

/** Where a block has the ids of sealed events, and where the events have them. */
export interface SealedIds {
  column: 'events' | 'grants' | 'ends';
  id: string;
}

/** Rows `{name, salt, pseudonym}` of those names that have one. */
export function pseudonymsOf(names: readonly string[]): Sql {
  return sql`SELECT name, salt, pseudonym FROM audit_name WHERE name = ANY (${names}::text[])`;
}

export function addNames(names: readonly { name: string; salt: Buffer; pseudonym: string }[], block: number): Sql {
  return sql`INSERT INTO audit_name (name, salt, pseudonym, last_block)
    SELECT n.*, ${block}::bigint FROM unnest(${names.map(({ name }) => name)}::text[], ${names.map(({ salt }) => salt)}::bytea[],
                         ${names.map(({ pseudonym }) => pseudonym)}::text[]) AS n`;
}

/** Blocks between two notes that a name is still in use. */
const blocksNoted = 1000;

/** Notes that a block has these names, unless one shortly before it had. */
export function noteNames(names: readonly string[], block: number): Sql {
  return sql`UPDATE audit_name SET last_block = ${block}
    WHERE name = ANY (${names}::text[]) AND coalesce(last_block, 0) < ${block}::bigint - ${blocksNoted}::bigint`;
}
