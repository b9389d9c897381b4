import sql, { empty, join, type Sql } from 'sql-template-tag';
import { refusedMachinesNamed } from '../activation/machine/machine.queries.js';
import { hasSessionId } from '../audit/session-ids.js';
import { isFound } from '../http/paging.js';
import { type Interval, type UtilizationQuery } from './dto/utilization.js';
import { type Parts, type Period, withYears } from './roll-up/usage-parts.js';
import {
  type ByStart,
  countedHours,
  countedPairs,
  type Edge,
  rolledHours,
  rolledPairs,
  sessionsWithin,
} from './roll-up/usage-roll-up.queries.js';

/** Which sessions of an organization a report is about. */
export interface UsageFilter extends Pick<UtilizationQuery, 'userId' | 'model' | 'product'> {
  organizationId: number;
  /** Machines by their id; absent: all. */
  machineIds?: readonly string[] | undefined;
  /** What was searched for, as the users and machines that have it in their names. */
  search?: { text: string; userIds: readonly number[]; machineIds: readonly string[] } | undefined;
}

/** A report of a time, with where the sessions begin that run as a part of it begins. */
export interface ReportParts extends Omit<Parts, 'rest'> {
  edges: readonly Edge[];
  /** Years among the months that are rolled up, which are added up themselves. */
  years?: readonly Period[];
}

/** What a roll-up of users and machines knows, on the row `s`. */
function isOfPair({ userId, machineIds, model, product }: UsageFilter): Sql {
  return sql`true ${userId === undefined ? empty : sql`AND s.user_id = ${userId}::bigint`}
    ${machineIds ? sql`AND s.machine_id = ANY (${machineIds}::text[])` : empty}
    ${model ? sql`AND s.model = ${model}` : empty} ${product ? sql`AND s.product = ${product}` : empty}`;
}

function isWanted(filter: UsageFilter): Sql {
  return sql`s.organization_id = ${filter.organizationId}::bigint AND ${isOfPair(filter)}`;
}

function isRefusedThere({ organizationId, userId, machineIds, product }: UsageFilter): Sql {
  return sql`d.organization_id = ${organizationId}::bigint
    ${userId === undefined ? empty : sql`AND d.user_id = ${userId}::bigint`}
    ${machineIds ? sql`AND d.machine_id = ANY (${machineIds}::text[])` : empty} ${product ? sql`AND d.product = ${product}` : empty}`;
}

/** Points `{at, sessions, peak, denials, began, micros}` of a series; `sessions` ran at some time within the interval. */
export function series(filter: UsageFilter, { rolled, edges }: ReportParts, period: Period, interval: Interval): Sql {
  const { organizationId, product, model } = filter;
  const hours = [
    ...(rolled ? [rolledHours(organizationId, rolled, { product, model })] : []),
    ...edges.map((edge) =>
      countedHours({ ...edge, conditions: isWanted(filter) }, { product, model }, isRefusedThere(filter)),
    ),
  ];
  return sql`
    WITH points AS (SELECT at AT TIME ZONE 'UTC' AS at
                      FROM generate_series(date_trunc(${interval}, ${period.from}::timestamptz AT TIME ZONE 'UTC'),
                                           ${period.to}::timestamptz AT TIME ZONE 'UTC', ${`1 ${interval}`}::interval) AS at
                     WHERE at < ${period.to}::timestamptz AT TIME ZONE 'UTC'),
         hours AS (${join(hours, ' UNION ALL ')}),
         counts AS (SELECT date_trunc(${interval}, hour, 'UTC') AS at, max(peak) AS peak, sum(began) AS began, sum(micros) AS micros, sum(denials) AS denials,
                           sum(carried) FILTER (WHERE hour = date_trunc('hour', greatest(date_trunc(${interval}, hour, 'UTC'), ${period.from}::timestamptz), 'UTC')) AS carried
                      FROM hours GROUP BY 1)
    SELECT at, (coalesce(c.carried, 0) + coalesce(c.began, 0))::int AS sessions, coalesce(c.peak, 0)::int AS peak, coalesce(c.denials, 0)::int AS denials,
           coalesce(c.began, 0)::int AS began, coalesce(c.micros, 0)::int8 AS micros
      FROM points LEFT JOIN counts c USING (at) ORDER BY at`;
}

/** Rows `{product, model, userId, machineId, sessions, micros, lastStartedAt}`. */
export function pairs(filter: UsageFilter, { rolled, edges, years = [] }: ReportParts): Sql {
  const parts = [
    ...(rolled ? withYears(rolled, years) : []).map((part) =>
      rolledPairs(filter.organizationId, part, isOfPair(filter)),
    ),
    ...edges.map((edge) => countedPairs({ ...edge, conditions: isWanted(filter) })),
  ];
  return join(parts, ' UNION ALL ');
}

/** How many `users` and `machines` there are. */
export function distinctUsers(filter: UsageFilter, parts: ReportParts): Sql {
  // Grouped, they are hashed: a DISTINCT within count() sorts.
  const countOf = (column: Sql): Sql =>
    sql`(SELECT count(*) FROM (SELECT ${column} FROM found WHERE ${column} IS NOT NULL GROUP BY 1) AS each)::int`;
  return sql`WITH found AS MATERIALIZED (SELECT "userId", "machineId" FROM (${pairs(filter, parts)}) AS p GROUP BY 1, 2)
    SELECT ${countOf(sql`"userId"`)} AS users, ${countOf(sql`"machineId"`)} AS machines`;
}

const groupName = {
  user: sql`u.email`,
  team: sql`t.name`,
  machine: sql`"machineId"`,
  model: sql`model`,
  product: sql`product`,
};

/** Groups `{name, sessions, seconds, lastStartedAt}`, as the row `g`. */
export function groups(filter: UsageFilter, parts: ReportParts, by: keyof typeof groupName): Sql {
  const key = {
    user: sql`"userId"`,
    team: sql`"userId"`,
    machine: sql`"machineId"`,
    model: sql`model`,
    product: sql`product`,
  }[by];
  const sums = sql`SELECT ${key}, sum(sessions) AS sessions, sum(micros) AS micros, max("lastStartedAt") AS last
      FROM (${pairs(filter, parts)}) AS p GROUP BY 1`;
  return sql`(SELECT ${groupName[by]} AS name, sum(sessions)::int AS sessions, round(sum(micros) / 1000000)::int8 AS seconds,
                     max(last) AS "lastStartedAt"
                FROM (${sums}) AS sums ${ofUsers(by, filter.organizationId)} GROUP BY 1) AS g`;
}

/** Accounts or teams of the users. A user of several teams counts in each of them. */
function ofUsers(by: keyof typeof groupName, organizationId: number): Sql {
  if (by === 'user') return sql`LEFT JOIN user_account u ON u.id = "userId"`;
  if (by !== 'team') return empty;
  return sql`LEFT JOIN (team_member m JOIN team t ON t.id = m.team_id) ON m.organization_id = ${organizationId}::bigint AND m.user_id = "userId"`;
}

/** Sessions with what a list or an export says of them, as the row `s`. @param now until when one that runs has lasted */
export function sessionRows(filter: UsageFilter, edge: Edge, now: Date, some?: ByStart): Sql {
  const { search } = filter;
  const isMatch = search
    ? sql`AND (s.user_id = ANY (${search.userIds}::bigint[]) OR s.machine_id = ANY (${search.machineIds}::text[]) OR ${hasSessionId('s', [sql`${search.text}`, sql`lower(${search.text})`])})`
    : empty;
  const over = sql`s.is_over OR s.ends_at <= ${now}::timestamptz`;
  return sql`(SELECT s.id, s.user_id AS "userId", nullif(trim(u.first_name || ' ' || u.last_name), '') AS "user", u.email,
           s.session_id AS "sessionId", s.machine_id AS "machineId", s.hostname, s.product, s.model, s.started_at AS "startedAt",
           CASE WHEN ${over} THEN s.ends_at END AS "endedAt",
           greatest(0, round(extract(epoch FROM CASE WHEN ${over} THEN s.ends_at ELSE ${now}::timestamptz END - s.started_at)))::int AS duration
      FROM (${sessionsWithin({ ...edge, conditions: sql`${isWanted(filter)} ${isMatch}` }, some)}) AS s LEFT JOIN user_account u ON u.id = s.user_id) AS s`;
}

/** Accounts with this text in their name or address, as `{id}`. */
export function usersNamed(text: string): Sql {
  return sql`SELECT id FROM user_account WHERE ${isFound('first_name, last_name, email', text)}`;
}

/** Machines with this text in their id or host name, as `{id}`: with a session that is over or runs, or refused. */
export function usedMachinesNamed(text: string, organizationId: number): Sql {
  return sql`${refusedMachinesNamed(text, organizationId)}
    UNION SELECT machine_id FROM lease WHERE organization_id = ${organizationId}::bigint AND ${isFound('machine_id, hostname', text)}`;
}

/** The start of the oldest session that touched each of some hours: rows `{hour, oldestStart}`. */
export function oldestStarts(organizationId: number, hours: readonly Date[]): Sql {
  return sql`SELECT hour, oldest_start AS "oldestStart" FROM usage_hour
    WHERE organization_id = ${organizationId}::bigint AND product = '' AND model = '' AND hour = ANY (${hours}::timestamptz[])`;
}
