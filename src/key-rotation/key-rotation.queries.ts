import sql, { raw } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../database/query.js';
import { type SealedColumn } from './sealed-columns.js';

/** Until the commit, nothing writes to these tables. Transactions that have begun to are waited for. */
export async function lockTables(manager: EntityManager, tables: readonly string[]): Promise<void> {
  await execute(manager, sql`LOCK TABLE ${raw(tables.join(', '))} IN SHARE ROW EXCLUSIVE MODE`);
}

/** The keys, as text, of the rows in which the column is filled. */
export async function keysOfSealed(
  manager: EntityManager,
  { table, key, column }: SealedColumn,
): Promise<readonly string[]> {
  const rows = await rowsOf<{ key: string }>(
    manager,
    sql`
      SELECT ${raw(key)}::text AS key FROM ${raw(table)} WHERE ${raw(column)} IS NOT NULL ORDER BY ${raw(key)}`,
  );
  return rows.map((row) => row.key);
}

/** What is in a sealed column of a row. */
export interface SealedRow {
  key: string;
  sealed: Buffer;
}

export async function sealedRows(
  manager: EntityManager,
  { table, key, column }: SealedColumn,
  keys: readonly string[],
): Promise<SealedRow[]> {
  return rowsOf(
    manager,
    sql`
      SELECT ${raw(key)}::text AS key, ${raw(column)} AS sealed FROM ${raw(table)}
       WHERE ${raw(key)}::text = ANY(${keys}::text[])`,
  );
}

export async function writeSealed(
  manager: EntityManager,
  { table, key, column }: SealedColumn,
  rows: readonly SealedRow[],
): Promise<void> {
  await execute(
    manager,
    sql`
      UPDATE ${raw(table)} t SET ${raw(column)} = w.sealed
        FROM unnest(${rows.map((row) => row.key)}::text[], ${rows.map(({ sealed }) => sealed)}::bytea[]) AS w(key, sealed)
       WHERE t.${raw(key)}::text = w.key`,
  );
}

/** Every server reads its signing keys, and with them the secret keys, again. */
export async function notifyKeysChanged(manager: EntityManager): Promise<void> {
  await execute(manager, sql`SELECT pg_notify('signing_key_changed', '')`);
}

/** Now, and the latest end of anything that is out or may be granted at this moment. */
export async function lastEnd(manager: EntityManager, slackMinutes: number): Promise<{ now: Date; until: Date }> {
  const [end] = (await rowsOf<{ now: Date; until: Date }>(
    manager,
    sql`
      SELECT now() AS now,
             greatest(now(), (SELECT newest_time FROM installation),
                      (SELECT max(expires_at) FROM lease WHERE expires_at < 'infinity'),
                      (SELECT max(expires_at) FROM offline_license WHERE expires_at < 'infinity'),
                      (SELECT max(expires_at) FROM seat_charge WHERE expires_at < 'infinity'),
                      greatest(now(), (SELECT newest_time FROM installation))
                        + make_interval(mins => coalesce((SELECT max(max_lease_minutes) FROM seat_pool), 1440)))
               + make_interval(mins => ${slackMinutes}::int) AS until`,
  )) as [{ now: Date; until: Date }];
  return end;
}
