import sql, { raw, type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { changedRows, execute, rowsOf } from '../database/query.js';
import { type StoredTime, storedTimes } from './stored-times.js';

/** What was done when the clock was found set back. */
export interface ClockStep {
  /** When it was found. */
  at: string;
  /** What the clock said before. */
  from: string;
  /** Rows whose times were pulled back, by table. */
  rows: Record<string, number>;
}

/** When a server has last looked at the clock, if that is further in the future than the tolerance; until the commit, no other server sees it. */
export async function takeClockSetBack(
  manager: EntityManager,
  toleranceSeconds: number,
): Promise<{ from: Date; now: Date } | undefined> {
  const [found] = await rowsOf<{ from: Date; now: Date }>(
    manager,
    sql`
      SELECT clock_at AS from, server_now() AS now FROM installation
       WHERE clock_at > server_now() + ${toleranceSeconds}::int * interval '1 second' FOR UPDATE`,
  );
  return found;
}

/** Locks all seats, in the order of check-outs. */
export async function lockAllPools(manager: EntityManager): Promise<void> {
  await execute(manager, sql`SELECT FROM seat_pool ORDER BY id FOR UPDATE`);
}

/** Pulls every stored time back to now. @returns how many rows have changed, by table */
export async function pullTimesBack(manager: EntityManager): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const { table, statement } of pullingStatements()) {
    const count = await changedRows(manager, statement);
    if (count > 0) rows[table] = (rows[table] ?? 0) + count;
  }
  return rows;
}

export async function noteClockStep(manager: EntityManager, step: ClockStep): Promise<void> {
  await execute(
    manager,
    sql`
      UPDATE installation
         SET clock_at = server_now(), alive_at = clock_timestamp(), clock_step = ${JSON.stringify(step)}::jsonb`,
  );
}

/** What servers remember for a while, they would remember until the time that the clock said before. */
export async function notifyClockSetBack(manager: EntityManager): Promise<void> {
  await execute(manager, sql`SELECT pg_notify('clock_set_back', '')`);
}

interface PullingStatement {
  table: string;
  statement: Sql;
}

/** Statements that pull every stored time back, in the order of their tables. */
export function pullingStatements(): PullingStatement[] {
  const now = sql`server_now()`;
  return [
    ...Object.entries(storedTimes).flatMap((times) => pullingStatement(...times, now)),
    ...furtherStatements(now),
  ];
}

function pullingStatement(table: string, columns: Record<string, StoredTime>, now: Sql): PullingStatement[] {
  const changes = Object.entries(columns).flatMap(([column, decision]) => {
    if (decision === 'at-most-now')
      return [{ column, becomes: `least(t.${column}, m.now)`, where: `t.${column} > m.now` }];
    return 'becomes' in decision ? [{ column, ...decision }] : [];
  });
  if (changes.length === 0) return [];
  const set = changes.map(
    ({ column, becomes, where }) => `${column} = CASE WHEN ${where} THEN ${becomes} ELSE t.${column} END`,
  );
  const where = changes.map((change) => `(${change.where})`).join(' OR ');
  const update = raw(`UPDATE ${table} t SET ${set.join(', ')}`);
  return [{ table, statement: sql`${update} FROM (SELECT ${now} AS now) AS m WHERE ${raw(where)}` }];
}

/** For what is not itself a column of time, or follows from several. */
function furtherStatements(now: Sql): PullingStatement[] {
  return [
    {
      table: 'rate_limit',
      statement: sql`
        UPDATE rate_limit t SET expire = (extract(epoch FROM m.now + interval '15 minutes') * 1000)::bigint
          FROM (SELECT ${now} AS now) AS m
         WHERE t.expire > extract(epoch FROM m.now + interval '15 minutes') * 1000`,
    },
    { table: 'daily_count', statement: sql`DELETE FROM daily_count WHERE day > (${now} AT TIME ZONE 'UTC')::date` },
    {
      table: 'expiry_notice',
      // What was announced in the future is announced again when its time comes.
      statement: sql`DELETE FROM expiry_notice WHERE expires_at - days_before * interval '1 day' > ${now}`,
    },
    {
      table: 'seat_pool',
      statement: sql`
        UPDATE seat_pool p SET earliest_expiry = l.first
          FROM (SELECT pool_id, min(expires_at) AS first FROM lease GROUP BY 1) AS l
         WHERE l.pool_id = p.id AND l.first < p.earliest_expiry`,
    },
  ];
}
