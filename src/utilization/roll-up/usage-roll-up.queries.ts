import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type DenialCode, denialCodes, passesByItself } from '../../activation/seat/seat-decision.js';
import { isAfter, orderBy, type Place } from '../../http/cursor.js';

const hourMillis = 3_600_000;

/** Refusals that another seat would have spared. */
export const lackOfSeats: readonly DenialCode[] = denialCodes.filter(
  (code) => passesByItself(code) || code === 'no-seat-assigned',
);

/** Who was refused, on a row of `denial`: the machine, where the account is gone. */
export const deniedUser = sql`coalesce('user ' || user_id, 'machine ' || machine_id)`;

/** Where the roll-up stands. */
export interface RolledUp {
  /** Null: nothing is rolled up. */
  until: Date | null;
  /** When the oldest session began that runs at that time. */
  oldestStart: Date | null;
}

export const rolledUp = sql`SELECT nullif(rolled_until, '-infinity') AS until, nullif(oldest_start, '-infinity') AS "oldestStart" FROM usage_roll_up`;

export const heldRollUp = sql`${rolledUp} FOR UPDATE`;

/** The full hour in which the first session or refusal was, as `at`; null when there was none. */
export const firstUse = sql`SELECT date_trunc('hour', least((SELECT min(started_at) FROM ended_session), (SELECT min(started_at) FROM lease),
    (SELECT min(occurred_at) FROM denial)), 'UTC') AS at`;

/** Some time of one organization, or of all, and whose sessions. */
export interface SessionsWithin {
  from: Date;
  to: Date;
  /** No session that runs at `from` has begun before. */
  oldestStart: Date | null;
  /** On the columns of {@link sessionsWithin}, of the row `s`. */
  conditions?: Sql;
}

/** Only those that began first or last, as many as a page needs. */
export interface ByStart {
  direction: 'ASC' | 'DESC';
  limit: number;
  /** Where the page before ended. */
  after?: Place | undefined;
}

/**
 * Sessions that are over and that run, which began within a time or ran as it began. `ends_at` of one that runs is when it expires
 * unless it is renewed.
 */
export function sessionsWithin(range: SessionsWithin, some?: ByStart): Sql {
  const { from, to, oldestStart, conditions = sql`true` } = range;
  const touches = (end: string): Sql => sql`s.started_at < ${to}::timestamptz
      AND (${raw(end)} > ${from}::timestamptz OR s.started_at >= ${from}::timestamptz) AND ${conditions}`;
  // Each table by its own index: together they would be sorted whole.
  const first = (id: string): Sql => {
    if (!some) return empty;
    const { direction, limit, after } = some;
    const ordered = {
      column: 's.started_at',
      direction,
      tie: { column: id, direction: 'ASC' },
      neverNull: true,
    } as const;
    return sql`${after ? sql`AND ${isAfter(ordered, after)}` : empty} ${orderBy(ordered)} LIMIT ${limit}`;
  };
  return sql`
    (SELECT s.lease_id AS id, s.organization_id, s.user_id, s.session_id, s.machine_id, s.hostname, s.product, s.model, s.started_at,
            s.ended_at AS ends_at, true AS is_over
       FROM ended_session s
      WHERE s.started_at >= ${oldestStart ?? '-infinity'}::timestamptz AND ${touches('s.ended_at')} ${first('s.lease_id')})
    UNION ALL
    (SELECT s.id, s.organization_id, s.user_id, s.session_id, s.machine_id, s.hostname, s.product, s.model, s.started_at, s.expires_at, false
       FROM (SELECT l.*, p.model FROM lease l JOIN seat_pool p ON p.id = l.pool_id) AS s WHERE ${touches('s.expires_at')} ${first('s.id')})`;
}

/** By what sessions are added up: columns to group by, and the product and model of the rows; an empty one stands for all of them. */
interface Grouping {
  sums: Sql;
  product: Sql;
  model: Sql;
  /** For the row `s` of a session. */
  keys: Sql;
}

/** By product and model, by each of them, and all together. */
const everyKind: Grouping = {
  sums: sql`GROUPING SETS ((product, model), (product), (model), ())`,
  product: sql`coalesce(product, '')`,
  model: sql`coalesce(model, '')`,
  keys: sql`(s.product, s.model), (s.product, ''), ('', s.model), ('', '')`,
};

/** One of these only: a report that needs no more is several times as fast. */
function byKind(byProduct: boolean, byModel: boolean): Grouping {
  const product = byProduct ? sql`product` : sql`''::text`;
  const model = byModel ? sql`model` : sql`''::text`;
  return {
    sums: sql`2, 3`,
    product,
    model,
    keys: sql`(${byProduct ? raw('s.product') : product}, ${byModel ? raw('s.model') : model})`,
  };
}

/**
 * What sessions add up to in each hour (UTC) that one of them touched; the first and the last hour may be cut off.
 *
 * @param by of which the rows are
 */
function hoursOf(sessions: Sql, { from, to }: { from: Date; to: Date }, by: Grouping): Sql {
  // In a few hours all sessions are compared with each: a list of its own hours for every session costs ten times as much.
  const isShort = to.getTime() - from.getTime() <= 2 * hourMillis;
  const [first, last] = isShort
    ? [sql`${from}::timestamptz`, sql`${to}::timestamptz`]
    : [sql`greatest(w.started_at, ${from}::timestamptz)`, sql`least(w.ends_at, ${to}::timestamptz)`];
  return sql`
    within AS (${sessions}),
    spans AS (
      SELECT w.organization_id, w.product, w.model, w.user_id, w.machine_id, w.started_at, h.hour, w.started_at >= h.begins AS began,
             (extract(epoch FROM least(w.ends_at, h.ends) - greatest(w.started_at, h.begins)) * 1000000)::bigint AS micros
        FROM within w CROSS JOIN LATERAL (
               SELECT hour, greatest(hour, ${from}::timestamptz) AS begins, least(hour + interval '1 hour', ${to}::timestamptz) AS ends
                 FROM generate_series(date_trunc('hour', ${first}, 'UTC'), ${last}, interval '1 hour') AS hour) AS h
       WHERE h.begins < h.ends AND w.started_at < h.ends AND (w.ends_at > h.begins OR w.started_at >= h.begins)),
    sums AS (
      SELECT organization_id, ${by.product} AS product, ${by.model} AS model, hour, count(*) FILTER (WHERE NOT began) AS carried,
             count(*) FILTER (WHERE began) AS began, sum(micros) AS micros, min(started_at) AS oldest_start
        FROM spans GROUP BY organization_id, hour, ${by.sums}),
    -- A session that ends at the moment when another begins makes room for it.
    levels AS (
      SELECT s.organization_id, k.product, k.model, s.at, s.step,
             sum(s.step) OVER (PARTITION BY s.organization_id, k.product, k.model ORDER BY s.at, s.step ROWS UNBOUNDED PRECEDING) AS level
        FROM (SELECT organization_id, product, model, greatest(started_at, ${from}::timestamptz) AS at, 1 AS step FROM within
              UNION ALL SELECT organization_id, product, model, ends_at, -1 FROM within WHERE ends_at < ${to}::timestamptz) AS s
       CROSS JOIN LATERAL (VALUES ${by.keys}) AS k (product, model)),
    peaks AS (
      SELECT organization_id, product, model, date_trunc('hour', at, 'UTC') AS hour, max(level) AS peak
        FROM levels WHERE step > 0 GROUP BY 1, 2, 3, 4),
    hours AS (
      SELECT s.organization_id, s.product, s.model, s.hour, s.carried::int, s.began::int, greatest(s.carried, coalesce(p.peak, 0))::int AS peak,
             s.micros::bigint, s.oldest_start
        FROM sums s LEFT JOIN peaks p USING (organization_id, product, model, hour))`;
}

/** Adds some full hours to the roll-up, in a transaction that holds it. */
export function rollUpHours(range: SessionsWithin): Sql {
  const { from, to } = range;
  return sql`
    WITH ${hoursOf(sessionsWithin(range), range, everyKind)},
    refused AS (
      SELECT organization_id, coalesce(product, '') AS product, date_trunc('hour', occurred_at, 'UTC') AS hour, count(*)::int AS denials,
             (count(DISTINCT ${deniedUser}) FILTER (WHERE code = ANY (${lackOfSeats})))::int AS lacking
        FROM denial WHERE occurred_at >= ${from}::timestamptz AND occurred_at < ${to}::timestamptz
       GROUP BY organization_id, 3, GROUPING SETS ((product), ())),
    rolled AS (
      INSERT INTO usage_hour (organization_id, product, model, hour, carried, began, peak, micros, denials, lacking, oldest_start)
      SELECT coalesce(h.organization_id, r.organization_id), coalesce(h.product, r.product), coalesce(h.model, ''), coalesce(h.hour, r.hour),
             coalesce(h.carried, 0), coalesce(h.began, 0), coalesce(h.peak, 0), coalesce(h.micros, 0), coalesce(r.denials, 0),
             coalesce(r.lacking, 0), h.oldest_start
        FROM hours h FULL JOIN refused r
          ON r.organization_id = h.organization_id AND r.product = h.product AND h.model = '' AND r.hour = h.hour),
    machines AS (
      INSERT INTO known_machine (organization_id, machine_id, hostname)
      SELECT organization_id, machine_id, coalesce(hostname, '') FROM within
       UNION SELECT organization_id, machine_id, coalesce(hostname, '') FROM denial
              WHERE occurred_at >= ${from}::timestamptz AND occurred_at < ${to}::timestamptz
          ON CONFLICT DO NOTHING),
    months AS (
      INSERT INTO usage_month AS m (organization_id, month, user_id, machine_id, product, model, carried, began, micros, last_started_at)
      SELECT organization_id, date_trunc('month', hour, 'UTC'), coalesce(user_id, 0), machine_id, product, model,
             count(*) FILTER (WHERE NOT began AND hour = date_trunc('month', hour, 'UTC')), count(*) FILTER (WHERE began), sum(micros), max(started_at)
        FROM spans GROUP BY 1, 2, 3, 4, 5, 6
      ON CONFLICT (organization_id, month, user_id, machine_id, product, model) DO UPDATE
        SET carried = m.carried + excluded.carried, began = m.began + excluded.began, micros = m.micros + excluded.micros,
            last_started_at = greatest(m.last_started_at, excluded.last_started_at))
    UPDATE usage_roll_up SET rolled_until = ${to}::timestamptz,
           oldest_start = coalesce((SELECT min(started_at) FROM within WHERE ends_at > ${to}::timestamptz), ${to}::timestamptz)`;
}

/** Forgets what was rolled up from the month on in which a time is: a clock that was ahead is right again. */
export function forgetRolledUp(now: Date): Sql[] {
  const month = sql`date_trunc('month', ${now}::timestamptz, 'UTC')`;
  return [
    sql`DELETE FROM usage_hour WHERE hour >= ${month}`,
    sql`DELETE FROM usage_month WHERE month >= ${month}`,
    sql`UPDATE usage_roll_up SET rolled_until = ${month},
               oldest_start = least(${month}, (SELECT min(started_at) FROM ended_session WHERE started_at < ${month} AND ended_at > ${month}),
                                    (SELECT min(started_at) FROM lease WHERE started_at < ${month}))`,
  ];
}

/** Years whose months are added up: reports of earlier ones read the months. */
const yearsAddedUp = 10;

/** A year with months that are over and not added up in it: `from` the first of them `until` after the last. */
export interface YearBehind {
  year: Date;
  from: Date;
  until: Date;
}

/** Rows of {@link YearBehind}. */
export const yearsBehind = sql`
  SELECT year, coalesce(y.until, year) AS "from", d.until
    FROM (SELECT date_trunc('month', rolled_until, 'UTC') AS over FROM usage_roll_up WHERE rolled_until > '-infinity') AS r
   CROSS JOIN generate_series(0, ${yearsAddedUp - 1}::int) AS ago
   CROSS JOIN LATERAL (SELECT (date_trunc('year', over AT TIME ZONE 'UTC') - ago * interval '1 year') AT TIME ZONE 'UTC' AS year) AS b
   CROSS JOIN LATERAL (SELECT least(over, (year AT TIME ZONE 'UTC' + interval '1 year') AT TIME ZONE 'UTC') AS until) AS d
    LEFT JOIN rolled_up_year y USING (year)
   WHERE coalesce(y.until, year) < d.until`;

/** Adds some months to their year, in a transaction that holds the roll-up. */
export function addUpYear({ year, from, until }: YearBehind): Sql[] {
  return [
    sql`INSERT INTO usage_year AS y (organization_id, year, user_id, machine_id, product, model, carried, began, micros, last_started_at)
      SELECT organization_id, ${year}::timestamptz, user_id, machine_id, product, model,
             coalesce(sum(carried) FILTER (WHERE month = ${year}::timestamptz), 0), sum(began), sum(micros), max(last_started_at)
        FROM usage_month WHERE month >= ${from}::timestamptz AND month < ${until}::timestamptz
       GROUP BY organization_id, user_id, machine_id, product, model
      ON CONFLICT (organization_id, year, user_id, machine_id, product, model) DO UPDATE
        SET began = y.began + excluded.began, micros = y.micros + excluded.micros,
            last_started_at = greatest(y.last_started_at, excluded.last_started_at)`,
    sql`INSERT INTO rolled_up_year (year, until) VALUES (${year}::timestamptz, ${until}::timestamptz)
      ON CONFLICT (year) DO UPDATE SET until = excluded.until`,
  ];
}

/** Rows `{from, to}` of the years within a time that are added up, the earliest first. */
export function rolledYears({ from, to }: { from: Date; to: Date }): Sql {
  return sql`SELECT year AS "from", until AS "to" FROM rolled_up_year
    WHERE year >= ${from}::timestamptz AND until <= ${to}::timestamptz ORDER BY year`;
}

/** A part of a report that no roll-up has. */
export interface Edge extends SessionsWithin {
  /** The report begins with it: sessions that run as it begins count too. */
  isFirst: boolean;
}

/** Hours of one organization that are rolled up, beside the edges that are not. */
export interface UsageParts {
  organizationId: number;
  rolled?: { from: Date; to: Date } | undefined;
  edges: readonly Edge[];
}

/** Which product and model; absent: all. */
interface Kinds {
  product?: string | undefined;
  model?: string | undefined;
}

/** Hours `{hour, carried, began, peak, micros, denials}` that are rolled up. */
export function rolledHours(organizationId: number, { from, to }: { from: Date; to: Date }, kinds: Kinds): Sql {
  const { product = '', model = '' } = kinds;
  const at = (
    which: string,
  ): Sql => sql`organization_id = ${organizationId}::bigint AND product = ${product} AND model = ${which}
      AND hour >= ${from}::timestamptz AND hour < ${to}::timestamptz`;
  if (model === '') return sql`SELECT hour, carried, began, peak, micros, denials FROM usage_hour WHERE ${at('')}`;
  // Refusals have no model.
  return sql`SELECT hour, carried, began, peak, micros, 0 AS denials FROM usage_hour WHERE ${at(model)}
    UNION ALL SELECT hour, 0, 0, 0, 0, denials FROM usage_hour WHERE ${at('')} AND denials > 0`;
}

/** The same from sessions and refusals. @param refused on the row `d` of `denial` */
export function countedHours(edge: Edge, kinds: Kinds, refused: Sql): Sql {
  const { product, model } = kinds;
  const { from, to } = edge;
  return sql`SELECT * FROM (
    WITH ${hoursOf(sessionsWithin(edge), edge, byKind(product !== undefined, model !== undefined))}
    SELECT hour, carried, began, peak, micros, 0 AS denials FROM hours WHERE product = ${product ?? ''} AND model = ${model ?? ''}
    UNION ALL
    SELECT date_trunc('hour', d.occurred_at, 'UTC'), 0, 0, 0, 0, count(*)::int FROM denial d
     WHERE d.occurred_at >= ${from}::timestamptz AND d.occurred_at < ${to}::timestamptz AND ${refused} GROUP BY 1) AS counted`;
}

/** Peaks `{product, model, hour, peak}` of each product and model, in hours that are rolled up. */
export function rolledPeaks(organizationId: number, { from, to }: { from: Date; to: Date }): Sql {
  return sql`SELECT product, model, hour, peak FROM usage_hour
    WHERE organization_id = ${organizationId}::bigint AND product <> '' AND model <> '' AND hour >= ${from}::timestamptz AND hour < ${to}::timestamptz`;
}

/** The same from sessions. */
export function countedPeaks(edge: Edge): Sql {
  return sql`SELECT * FROM (
    WITH ${hoursOf(sessionsWithin(edge), edge, byKind(true, true))}
    SELECT product, model, hour, peak FROM hours) AS counted`;
}

/** Full months or years that are rolled up. */
export interface RolledPairs {
  from: Date;
  to: Date;
  isFirst: boolean;
  by: 'month' | 'year';
}

/** Rows `{product, model, userId, machineId, sessions, micros, lastStartedAt}` of full months or years. */
export function rolledPairs(organizationId: number, { from, to, isFirst, by }: RolledPairs, conditions: Sql): Sql {
  const [table, time] = [raw(`usage_${by}`), raw(`s.${by}`)];
  const carried = isFirst ? sql`CASE WHEN ${time} = ${from}::timestamptz THEN s.carried ELSE 0 END` : sql`0`;
  return sql`SELECT s.product, s.model, nullif(s.user_id, 0) AS "userId", s.machine_id AS "machineId", s.began + ${carried} AS sessions, s.micros,
           s.last_started_at AS "lastStartedAt"
      FROM ${table} s WHERE s.organization_id = ${organizationId}::bigint AND ${time} >= ${from}::timestamptz AND ${time} < ${to}::timestamptz
       AND ${conditions}`;
}

/** The same from sessions. */
export function countedPairs(edge: Edge): Sql {
  const { from, to, isFirst } = edge;
  return sql`SELECT s.product, s.model, s.user_id AS "userId", s.machine_id AS "machineId", ${isFirst ? raw('1') : sql`(s.started_at >= ${from}::timestamptz)::int`} AS sessions,
           (extract(epoch FROM least(s.ends_at, ${to}::timestamptz) - greatest(s.started_at, ${from}::timestamptz)) * 1000000)::bigint AS micros,
           s.started_at AS "lastStartedAt"
      FROM (${sessionsWithin(edge)}) AS s WHERE ${from}::timestamptz < ${to}::timestamptz`;
}
