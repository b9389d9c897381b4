import { type Filter, parse } from 'scim2-parse-filter';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { activeOf } from './scim-value.js';
import { ScimError } from './scim.error.js';

/** A column that clients may filter by. */
interface Column {
  /** In the statement, trusted. */
  name: string;
  type: 'text' | 'exact' | 'id' | 'boolean';
}

/** Columns by the names of their attributes, in lower case. */
export type Columns = ReadonlyMap<string, Column>;

export const userColumns: Columns = new Map<string, Column>([
  ['id', { name: 's.id', type: 'id' }],
  ['username', { name: 's.user_name', type: 'text' }],
  ['externalid', { name: 's.external_id', type: 'exact' }],
  ['emails', { name: 'u.email', type: 'text' }],
  ['emails.value', { name: 'u.email', type: 'text' }],
  ['name.givenname', { name: 'u.first_name', type: 'text' }],
  ['name.familyname', { name: 'u.last_name', type: 'text' }],
  ['active', { name: '(u.disabled_at IS NULL)', type: 'boolean' }],
]);

export const groupColumns: Columns = new Map<string, Column>([
  ['id', { name: 'g.id', type: 'id' }],
  ['displayname', { name: 'g.display_name', type: 'text' }],
  ['externalid', { name: 'g.external_id', type: 'exact' }],
]);

/** @throws ScimError */
export function parsedFilter(text: string): Filter {
  try {
    return parse(text);
  } catch {
    throw new ScimError('invalidFilter', `${text.slice(0, 100)} is not a filter (RFC 7644, section 3.4.2.2).`);
  }
}

/**
 * The condition that a filter makes: comparisons by `eq`, `ne`, `co`, `sw`, `ew` and `pr`, with `and`, `or` and `not`.
 *
 * @throws ScimError
 */
export function conditionOf(text: string | undefined, columns: Columns): Sql {
  return text === undefined || text.trim() === '' ? sql`true` : conditionIn(parsedFilter(text), columns, '');
}

/** @param prefix of the attributes within brackets, such as `emails.` */
function conditionIn(filter: Filter, columns: Columns, prefix: string): Sql {
  switch (filter.op) {
    case 'and':
    case 'or': {
      const parts = filter.filters.map((each) => conditionIn(each, columns, prefix));
      return sql`(${join(parts, ` ${filter.op.toUpperCase()} `)})`;
    }
    case 'not':
      return sql`(NOT coalesce(${conditionIn(filter.filter, columns, prefix)}, false))`;
    case '[]':
      return conditionIn(filter.valFilter, columns, `${filter.attrPath}.`);
    default:
      return comparison(filter, columns, prefix);
  }
}

type Comparison = Exclude<Filter, { op: 'and' | 'or' | 'not' | '[]' }>;

function comparison(filter: Comparison, columns: Columns, prefix: string): Sql {
  const path = `${prefix}${filter.attrPath}`.replace(/^urn:ietf:params:scim:schemas:core:2\.0:(User|Group):/i, '');
  // An account has one address, of no particular type.
  if (/^emails\.(type|primary)$/i.test(path)) return sql`true`;
  const column = columns.get(path.toLowerCase());
  if (!column) {
    const known = [...columns.keys()].join(', ');
    throw new ScimError('invalidFilter', `This server does not filter by ${path.slice(0, 100)}, only by ${known}.`);
  }
  const name = raw(column.name);
  if (filter.op === 'pr') return sql`(${name} IS NOT NULL)`;
  const { op, compValue } = filter;
  if (column.type === 'boolean') return equality(op, sql`${name} = ${activeOf(compValue)}::boolean`);
  if (column.type === 'id') return equality(op, sql`${name} = ${idOf(compValue)}::bigint`);
  return textComparison(op, foldedWhere(column, name), foldedWhere(column, sql`${textOf(compValue)}::text`));
}

function foldedWhere({ type }: Column, text: Sql): Sql {
  return type === 'text' ? sql`fold_case(${text})` : text;
}

function equality(op: Operator, equal: Sql): Sql {
  if (op === 'eq') return sql`(${equal})`;
  if (op === 'ne') return sql`(NOT coalesce(${equal}, false))`;
  throw new ScimError('invalidFilter', `This attribute is compared with eq and ne, not with ${op}.`);
}

type Operator = Extract<Comparison, { compValue: unknown }>['op'];
type Compared = Extract<Comparison, { compValue: unknown }>['compValue'];

function textComparison(op: Operator, text: Sql, wanted: Sql): Sql {
  switch (op) {
    case 'co':
      return sql`(position(${wanted} IN ${text}) > 0)`;
    case 'sw':
      return sql`starts_with(${text}, ${wanted})`;
    case 'ew':
      return sql`(right(${text}, length(${wanted})) = ${wanted})`;
    default:
      return equality(op, sql`${text} = ${wanted}`);
  }
}

function textOf(value: Compared): string {
  return value === null ? '' : String(value);
}

/** The number that an id stands for; null: no resource has such an id. */
function idOf(value: Compared): string | null {
  const text = textOf(value);
  return /^[1-9]\d{0,17}$/.test(text) ? text : null;
}
