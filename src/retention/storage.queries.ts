import sql, { type Sql } from 'sql-template-tag';

/** Notes how large the database is today, unless it is noted. */
export function noteSize(now: Date): Sql {
  return sql`INSERT INTO size_sample (day, database_bytes)
    SELECT (${now}::timestamptz AT TIME ZONE 'UTC')::date, pg_database_size(current_database()) ON CONFLICT DO NOTHING`;
}

/** What a table holds, as {@link sizes} adds it up. */
const holds = sql`CASE
    WHEN c.relname LIKE 'audit\\_%' THEN 'audit'
    WHEN c.relname IN ('ended_session', 'client_session', 'lease') THEN 'sessions'
    WHEN c.relname = 'denial' THEN 'refusals'
    WHEN c.relname = 'outbox_mail' THEN 'mail'
    WHEN c.relname IN ('usage_hour', 'usage_month', 'usage_year', 'rolled_up_year', 'usage_roll_up', 'known_machine', 'seat_month') THEN 'reports'
    ELSE 'other' END`;

/** Rows `{name, bytes}`: the tables with their indexes, by what they hold. */
export const sizes = sql`SELECT ${holds} AS name, sum(pg_total_relation_size(c.oid))::int8 AS bytes FROM pg_class c
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace GROUP BY 1 ORDER BY 2 DESC`;

/** `{bytes}`: the whole database. */
export const databaseSize = sql`SELECT pg_database_size(current_database()) AS bytes`;

/** `{bytes, days}`: what the database has grown by in the last four weeks of samples; no row with samples of one day only. */
export const growth = sql`
  WITH newest AS (SELECT day, database_bytes FROM size_sample ORDER BY day DESC LIMIT 1),
       oldest AS (SELECT s.day, s.database_bytes FROM size_sample s, newest n WHERE s.day >= n.day - 28 ORDER BY s.day LIMIT 1)
  SELECT (n.database_bytes - o.database_bytes)::int8 AS bytes, n.day - o.day AS days FROM newest n, oldest o WHERE n.day > o.day`;
