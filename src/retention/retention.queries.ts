import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type OldRows } from './table-rules.js';

/** Rows that are deleted at once, so that no request waits for a lock and no transaction grows. */
export const batch = 5_000;

/** Deletes some of the rows of a table that are from before a time. Several servers may do it at once: each takes other rows. */
export function deleteOldRows(table: string, { time, and }: OldRows, before: Date): Sql {
  const isOld = sql`${raw(time)} < ${before}::timestamptz ${and ? raw(`AND ${and}`) : empty}`;
  return sql`DELETE FROM ${raw(table)} WHERE ${someOf(table, isOld)}`;
}

/** Deletes some of the machines of which neither a session nor a refusal is known any more. */
export const deleteForgottenMachines = sql`DELETE FROM known_machine WHERE ctid = ANY (ARRAY(
  SELECT k.ctid FROM known_machine k WHERE NOT EXISTS (
    SELECT FROM usage_month m WHERE m.organization_id = k.organization_id AND m.machine_id = k.machine_id)
     AND NOT EXISTS (SELECT FROM denial d WHERE d.organization_id = k.organization_id AND d.machine_id = k.machine_id)
   LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;

/** Takes persons, machines and addresses out of some refusals, and deletes some of what clients have reported themselves. */
export function forgetRefusalsAndReports(before: Date): Sql[] {
  return [
    sql`UPDATE denial SET user_id = NULL, machine_id = '', session_id = '', hostname = NULL
         WHERE ${someOf('denial', sql`occurred_at < ${before}::timestamptz AND machine_id <> ''`)}`,
    sql`DELETE FROM client_session WHERE ${someOf('client_session', sql`reported_at < ${before}::timestamptz`)}`,
  ];
}

/** Puts sums by user and machine, of full months, together to one sum for each product and model. @returns `{changed}`: how many */
export function forgetMonths(before: Date): Sql {
  const isOld = sql`month + interval '1 month' < ${before}::timestamptz AND machine_id <> ''`;
  return sql`
    WITH gone AS (DELETE FROM usage_month WHERE ${someOf('usage_month', isOld)} RETURNING *),
         sums AS (INSERT INTO usage_month AS m (organization_id, month, user_id, machine_id, product, model, carried, began, micros, last_started_at)
                  SELECT organization_id, month, 0, '', product, model, sum(carried), sum(began), sum(micros), max(last_started_at)
                    FROM gone GROUP BY organization_id, month, product, model
                  ON CONFLICT (organization_id, month, user_id, machine_id, product, model) DO UPDATE
                    SET carried = m.carried + excluded.carried, began = m.began + excluded.began, micros = m.micros + excluded.micros,
                        last_started_at = greatest(m.last_started_at, excluded.last_started_at))
    SELECT count(*)::int AS changed FROM gone`;
}

function someOf(table: string, condition: Sql): Sql {
  return sql`ctid = ANY (ARRAY(SELECT ctid FROM ${raw(table)} WHERE ${condition} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
}
