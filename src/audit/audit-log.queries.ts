import sql, { join, raw, type Sql } from 'sql-template-tag';
import { isAfter, orderBy, type Ordered, type Place, placeOfRow } from '../http/cursor.js';
import { type AuditQuery } from './dto/audit.js';
import { endReasons } from './end-reason.js';
import { hasSessionId } from './session-ids.js';

/** What an event must be like. */
export interface AuditFilter extends Pick<AuditQuery, 'actor' | 'action' | 'from' | 'to'> {
  /** Absent: of the whole server. */
  organizationId?: number | undefined;
  search?: SearchedFor | undefined;
}

/** What is searched for, and the people and machines that have it in their names. */
export interface SearchedFor {
  text: string;
  userIds: readonly number[];
  emails: readonly string[];
  machineIds: readonly string[];
}

/** Where an event comes before another one: by its time, or in the order in which events were recorded. */
export type AuditOrder = 'occurredAt' | 'id';

/** Some events in an order. */
export interface AuditRange {
  order: AuditOrder;
  direction: 'ASC' | 'DESC';
  limit: number;
  offset?: number;
  /** Only events after this place. */
  after?: Place | undefined;
}

/**
 * A table that has events. The names of its columns are fixed: each is read in its order, up to the page that is wanted, and only these
 * few are put in one order.
 */
interface Source {
  columns: Sql;
  tables: Sql;
  id: string;
  occurredAt: string;
  conditions: Sql[];
}

export function auditEvents(filter: AuditFilter, range: AuditRange): Sql {
  const { order, direction, limit, offset = 0, after } = range;
  const orderOf = (id: string, occurredAt: string): Ordered => ({
    ...{ column: order === 'id' ? id : occurredAt, direction, tie: { column: id, direction }, neverNull: true },
  });
  const parts = sourcesOf(filter).map(({ columns, tables, id, occurredAt, conditions }) => {
    const ordered = orderOf(id, occurredAt);
    const wanted = all([...conditions, ...when(after, (place) => isAfter(ordered, place))]);
    return sql`(SELECT ${columns} FROM ${tables} WHERE ${wanted} ${orderBy(ordered)} LIMIT ${limit + offset})`;
  });
  const ordered = orderOf('id', '"occurredAt"');
  return sql`SELECT *, ${placeOfRow(ordered)} FROM (${join(parts, ' UNION ALL ')}) AS e
    ${orderBy(ordered)} LIMIT ${limit} OFFSET ${offset}`;
}

/** Events to be counted: of each table so many at most. */
export function someAuditEvents(filter: AuditFilter, atMost: number): Sql {
  const parts = sourcesOf(filter).map(
    ({ tables, conditions }) => sql`(SELECT 1 FROM ${tables} WHERE ${all(conditions)} LIMIT ${atMost})`,
  );
  return join(parts, ' UNION ALL ');
}

/** Accounts with these ids or addresses, as `{id, email, name}`. */
export function accountsOf(ids: readonly number[], emails: readonly string[]): Sql {
  return sql`SELECT id, email, coalesce(nullif(trim(first_name || ' ' || last_name), ''), email) AS name
    FROM user_account WHERE id = ANY (${ids}::bigint[]) OR email = ANY (${emails}::text[])`;
}

/** Accounts with this text in their address, as `{id, email}`. */
export function accountsNamed(text: string): Sql {
  return sql`SELECT id, email FROM user_account WHERE ${contains('fold_case(email)', text)}`;
}

/**
 * Since when sessions and refusals may not be added up yet. After the clock was set back, what is added up lies ahead until the next
 * turn forgets it; so the last hour always counts.
 */
const notAddedUp = sql`(SELECT least(rolled_until, server_now() - interval '1 hour') FROM usage_roll_up)`;

/**
 * Whether a row is from then on. PostgreSQL does not know the beginning when it makes its plan: without an end it expects a third of
 * all rows, and reads the whole table.
 *
 * @param time its column
 */
export function isNotAddedUp(time: string): Sql {
  return sql`${raw(time)} >= ${notAddedUp} AND ${raw(time)} < 'infinity'`;
}

/**
 * Machines that sessions were on, with this text in their id or host name, as `{id}`: those that are known, and those of the sessions
 * that are not added up yet.
 *
 * @param organizationId undefined: of the whole server
 */
export function machinesNamed(text: string, organizationId?: number): Sql {
  const isNamed = all([
    contains(`fold_case(machine_id || ' ' || coalesce(hostname, ''))`, text),
    ...when(organizationId, (id) => sql`organization_id = ${id}::bigint`),
  ]);
  return sql`SELECT DISTINCT machine_id AS id FROM known_machine WHERE ${isNamed}
    UNION SELECT machine_id FROM ended_session WHERE ${isNotAddedUp('ended_at')} AND ${isNamed}`;
}

function sourcesOf(filter: AuditFilter): Source[] {
  const { action = '' } = filter;
  const mayBe = (name: string): boolean => name.startsWith(action);
  return [
    recorded(filter),
    ...(mayBe('lease.granted') ? [grantsOfLeases(filter), grantsOfSessions(filter)] : []),
    ...(mayBe('lease.ended') ? [ends(filter)] : []),
  ];
}

function recorded({ actor, action, search, ...bounds }: AuditFilter): Source {
  return {
    columns: sql`e.id, e.occurred_at AS "occurredAt", e.action, e.organization_id AS "organizationId", e.actor,
      e.target_type AS "targetType", e.target_id AS "targetId", e.details, e.address`,
    tables: sql`audit_event e`,
    ...{ id: 'e.id', occurredAt: 'e.occurred_at' },
    conditions: [
      ...within('e', 'e.occurred_at', bounds),
      ...when(actor, (email) => sql`fold_case(e.actor) = fold_case(${email})`),
      ...when(action, (beginning) => sql`e.action LIKE ${escaped(beginning)} || '%'`),
      ...when(search, ({ text }) => contains(searchedText, text)),
    ],
  };
}

/** The expression of the index `audit_event_search`. */
const searchedText = `fold_case(e.actor || ' ' || e.action || ' ' || coalesce(e.target_id, '') || ' ' || coalesce(e.address, '') || ' ' || e.details::text)`;

/** Columns of a grant, from the row `l` of a lease or of the session that it has become. */
function grant(id: string, lease: string, model: string): Sql {
  return raw(`${id} AS id, l.started_at AS "occurredAt", 'lease.granted' AS action, l.organization_id AS "organizationId",
      coalesce(u.email, 'user ' || l.user_id, 'erased') AS actor, 'lease' AS "targetType", ${lease}::text AS "targetId",
      jsonb_build_object('product', l.product, 'model', ${model}, 'machineId', l.machine_id, 'sessionId', l.session_id,
                         'hostname', l.hostname) AS details, l.granted_from AS address`);
}

function grantsOfLeases({ actor, search, ...bounds }: AuditFilter): Source {
  return {
    columns: grant('l.event_id', 'l.id', 'p.model'),
    tables: sql`lease l JOIN seat_pool p ON p.id = l.pool_id LEFT JOIN user_account u ON u.id = l.user_id`,
    ...{ id: 'l.event_id', occurredAt: 'l.started_at' },
    conditions: [
      sql`l.event_id IS NOT NULL`,
      ...within('l', 'l.started_at', bounds),
      ...when(actor, heldBy('l')),
      // Leases are few beside what has ended.
      ...when(search, ({ text }) =>
        contains(
          `fold_case(concat_ws(' ', u.email, 'lease.granted', l.id, l.granted_from, l.product, p.model, l.machine_id, l.session_id, l.hostname))`,
          text,
        ),
      ),
    ],
  };
}

function grantsOfSessions({ actor, search, ...bounds }: AuditFilter): Source {
  return {
    columns: grant('l.granted_event_id', 'l.lease_id', 'l.model'),
    tables: sql`ended_session l LEFT JOIN user_account u ON u.id = l.user_id`,
    ...{ id: 'l.granted_event_id', occurredAt: 'l.started_at' },
    conditions: [
      sql`l.granted_event_id IS NOT NULL`,
      ...within('l', 'l.started_at', bounds),
      ...when(actor, heldBy('l')),
      ...when(search, sessionWith('lease.granted', 'l.granted_from')),
    ],
  };
}

/** Ends by the hand of the one who held the seat have no name of their own. */
const endedByHolder = `l.ended_by IS NULL AND l.end_reason IN ('released', 'ended-by-holder')`;

function ends({ actor, search, ...bounds }: AuditFilter): Source {
  return {
    columns:
      raw(`l.ended_event_id AS id, l.ended_at AS "occurredAt", 'lease.ended' AS action, l.organization_id AS "organizationId",
      coalesce(l.ended_by, CASE WHEN l.end_reason IN ('released', 'ended-by-holder') THEN u.email END, 'server') AS actor,
      'lease' AS "targetType", l.lease_id::text AS "targetId",
      jsonb_build_object('reason', l.end_reason, 'product', l.product, 'machineId', l.machine_id, 'holder', u.email) AS details,
      l.ended_from AS address`),
    tables: sql`ended_session l LEFT JOIN user_account u ON u.id = l.user_id`,
    ...{ id: 'l.ended_event_id', occurredAt: 'l.ended_at' },
    conditions: [
      sql`l.ended_event_id IS NOT NULL`,
      ...within('l', 'l.ended_at', bounds),
      ...when(
        actor,
        (
          email,
        ) => sql`(l.ended_by IS NOT NULL AND fold_case(l.ended_by) = fold_case(${email}) OR ${raw(endedByHolder)} AND ${heldBy('l')(email)}
        OR fold_case(${email}) = 'server' AND l.ended_by IS NULL AND coalesce(l.end_reason, '') NOT IN ('released', 'ended-by-holder'))`,
      ),
      ...when(search, sessionWith('lease.ended', 'l.ended_from', endReasons)),
    ],
  };
}

/** Whether the row of this name is of the account with an e-mail address. */
function heldBy(row: string): (email: string) => Sql {
  return (email) =>
    sql`${raw(row)}.user_id = ANY (ARRAY(SELECT id FROM user_account WHERE email IN (fold_case(${email}), ${email})))`;
}

/**
 * Sessions are a million a year and have no index of their texts: a search finds people and machines first, and then their sessions.
 */
function sessionWith(action: string, address: string, reasons: readonly string[] = []): (search: SearchedFor) => Sql {
  return ({ text, userIds, emails, machineIds }) => {
    const found = reasons.filter((reason) => reason.includes(text.toLowerCase()));
    const is = [
      sql`l.user_id = ANY (${userIds}::bigint[])`,
      sql`l.machine_id = ANY (${machineIds}::text[])`,
      sql`l.ended_by IS NOT NULL AND fold_case(l.ended_by) = ANY (${emails}::text[])`,
      hasSessionId('l', [sql`${text}`, sql`lower(${text})`]),
      ...(found.length > 0 ? [sql`l.end_reason = ANY (${found}::text[])`] : []),
      ...(isUuid(text) ? [sql`l.lease_id = ${text}::uuid`] : []),
      ...(/^(?=.*[.:])[\da-f.:]{3,}$/i.test(text) ? [contains(address, text)] : []),
      ...(action.includes(text.toLowerCase()) ? [sql`true`] : []),
    ];
    return sql`(${join(is, ' OR ')})`;
  };
}

function within(row: string, time: string, { organizationId, from, to }: AuditFilter): Sql[] {
  return [
    ...when(organizationId, (id) => sql`${raw(row)}.organization_id = ${id}::bigint`),
    ...when(from, (at) => sql`${raw(time)} >= ${at}::timestamptz`),
    ...when(to, (at) => sql`${raw(time)} < ${at}::timestamptz`),
  ];
}

function when<T>(value: T | undefined, condition: (value: T) => Sql): Sql[] {
  return value === undefined ? [] : [condition(value)];
}

function all(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : join([...conditions], ' AND ');
}

/** @param text an expression without case */
function contains(text: string, part: string): Sql {
  return sql`${raw(text)} LIKE '%' || ${withoutWildcards(sql`fold_case(${part})`)} || '%'`;
}

function escaped(text: string): Sql {
  return withoutWildcards(sql`${text}::text`);
}

function withoutWildcards(text: Sql): Sql {
  return sql`regexp_replace(${text}, '([\\\\%_])', '\\\\\\1', 'g')`;
}

function isUuid(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}
