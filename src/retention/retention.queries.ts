import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type OldRows } from './table-rules.js';

/** Rows that are deleted at once, so that no request waits for a lock and no transaction grows. */
export const batch = 5_000;

/** Deletes some of the rows of a table that are from before a time. Several servers may do it at once: each takes other rows. */
export function deleteOldRows(table: string, { time, and }: OldRows, before: Date): Sql {
  return sql`DELETE FROM ${raw(table)} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${raw(table)} WHERE ${raw(time)} < ${before}::timestamptz ${and ? raw(`AND ${and}`) : empty}
     LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
}

/** Deletes some of the machines that no session is known of any more. */
export const deleteForgottenMachines = sql`DELETE FROM known_machine WHERE ctid = ANY (ARRAY(
  SELECT k.ctid FROM known_machine k WHERE NOT EXISTS (
    SELECT FROM usage_month m WHERE m.organization_id = k.organization_id AND m.machine_id = k.machine_id)
   LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
