import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import sql, { raw, type Sql } from 'sql-template-tag';
import { type EntityManager, type ObjectLiteral } from 'typeorm';
import { type PageQuery, type RowQuery, sortingOf } from './paging.js';
import { InvalidRequestError } from './validation/validation.js';

const maxCursorLength = 2000;

/** Up to here the entries are counted, unless asked for otherwise: to count a million costs more than to show a page of them. */
const maxCounted = 10_000;

/** What the query of a list without end has more than that of another one. */
export interface CursorRequest extends PageQuery {
  after?: string;
  count?: boolean;
}

/**
 * The query of a list that grows for as long as the server is used. Such a list is read from one cursor to the next, however long it
 * is; its first pages have numbers, too.
 *
 * @param Query its other parameters
 */
export function WithCursor<Base extends Type<PageQuery>>(Query: Base): Base & Type<CursorRequest> {
  class CursorQuery extends (Query as Type<PageQuery>) implements CursorRequest {
    @ApiPropertyOptional({
      type: String,
      description: 'Only entries after this cursor: `next` of the page before, in the same order. Replaces `page`.',
    })
    @IsOptional()
    @IsString()
    @MaxLength(maxCursorLength)
    after?: string;

    @ApiPropertyOptional({
      type: Boolean,
      description:
        'true: all entries are counted, which may take a while. false: they are not. When absent, pages with a number are counted up to ' +
        `${maxCounted.toLocaleString('en')}, those after a cursor are not.`,
    })
    @IsOptional()
    @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
    @IsBoolean()
    count?: boolean;
  }
  return CursorQuery as Base & Type<CursorRequest>;
}

/** One page of a list without end. Subclasses say what `content` holds. */
export class CursorPage<T> {
  content!: T[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The cursor of the next page. null: this is the last one.',
  })
  next!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Entries on all pages. null: they were not counted.' })
  totalElements!: number | null;

  @ApiPropertyOptional({ description: 'true: there are more entries than `totalElements` says.' })
  moreElements?: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'null: the entries were not counted.' })
  totalPages!: number | null;

  @ApiProperty({ description: 'This page, from 0; 0 after a cursor.' })
  page!: number;

  @ApiProperty({ description: 'Entries on a full page.' })
  size!: number;
}

/** Where a row stands in an order: what it is sorted by, and what tells it from others there. Both as PostgreSQL writes them. */
export interface Place {
  value: string | null;
  tie: string;
}

/** The order of a list, whose rows are told apart by a column that is never null. */
export interface Ordered {
  column: string;
  direction: 'ASC' | 'DESC';
  tie: { column: string; direction: 'ASC' | 'DESC' };
  /** The column is never null. */
  neverNull: boolean;
}

/** Columns of a row's {@link Place}, for the select list. */
export function placeOfRow({ column, tie }: Ordered): Sql {
  return raw(`(${column})::text AS "placeValue", (${tie.column})::text AS "placeTie"`);
}

interface Placed {
  placeValue: string | null;
  placeTie: string;
}

/** Whether a row comes after a place; nulls come last. */
export function isAfter({ column, direction, tie, neverNull }: Ordered, { value, tie: last }: Place): Sql {
  const sign = (way: 'ASC' | 'DESC'): Sql => raw(way === 'ASC' ? '>' : '<');
  const isLaterTie = sql`${raw(tie.column)} ${sign(tie.direction)} ${last}`;
  if (value === null) return sql`(${raw(column)} IS NULL AND ${isLaterTie})`;
  // The first condition is all that an index needs.
  const reached = sql`${raw(column)} ${sign(direction)}= ${value} AND (${raw(column)} ${sign(direction)} ${value} OR ${isLaterTie})`;
  return neverNull ? sql`(${reached})` : sql`(${reached} OR ${raw(column)} IS NULL)`;
}

/**
 * The place that a request goes on from; undefined: it begins with a page that has a number.
 *
 * @param sort the order that it asks for, as the API writes it
 * @throws InvalidRequestError when the text is not a cursor, or its list was sorted differently
 */
export function placeAfter({ after, page }: CursorRequest, sort: string): Place | undefined {
  if (after === undefined) return undefined;
  if (page > 0) return refuseCursor('after and page cannot be combined');
  const [order, value, tie, ...rest] = readCursor(after);
  const isPlace = (value === null || typeof value === 'string') && typeof tie === 'string' && rest.length === 0;
  if (!isPlace) return refuseCursor(noCursor);
  if (order !== sort) return refuseCursor('after is of a page in another order');
  return { value, tie };
}

const noCursor = 'after must be the `next` of another page of this list';

function refuseCursor(message: string): never {
  throw new InvalidRequestError([{ field: 'after', message }]);
}

function readCursor(text: string): unknown[] {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}

function writeCursor(sort: string, { placeValue, placeTie }: Placed): string {
  return Buffer.from(JSON.stringify([sort, placeValue, placeTie])).toString('base64url');
}

/**
 * Up to where the entries of a request are to be counted.
 *
 * @returns undefined: not at all
 */
export function countLimit({ after, count }: CursorRequest): number | undefined {
  if (count) return Number.MAX_SAFE_INTEGER - 1;
  return count === undefined && after === undefined ? maxCounted : undefined;
}

/**
 * Runs the statement of a page.
 *
 * @throws InvalidRequestError when the cursor has values that its order does not have
 */
export async function rowsAfter<T extends object>(
  manager: EntityManager,
  place: Place | undefined,
  { text, values }: Sql,
): Promise<(T & Placed)[]> {
  try {
    return await manager.query<(T & Placed)[]>(text, values);
  } catch (error) {
    // Class 22, data exception: of all values, only those of a cursor are not checked before.
    if (place && (error as { code?: string }).code?.startsWith('22')) return refuseCursor(noCursor);
    throw error;
  }
}

/** How many entries there are, and up to where they were counted: a larger total says only that there are more. */
export interface Counted {
  total: number;
  limit: number;
}

/**
 * @param rows one more than fits on the page, where there are more
 * @param counted undefined: the entries were not counted
 */
export function cursorPageWith<T extends object>(
  rows: readonly (T & Placed)[],
  counted: Counted | undefined,
  { page, size }: CursorRequest,
  sort: string,
): CursorPage<T> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const totalElements = counted ? Math.min(counted.total, counted.limit) : null;
  return {
    content: shown.map(({ placeValue: _, placeTie: __, ...row }) => row as unknown as T),
    next: rows.length > size && last ? writeCursor(sort, last) : null,
    totalElements,
    totalPages: totalElements === null ? null : Math.ceil(totalElements / size),
    ...{ page, size },
    ...(counted && counted.total > counted.limit && { moreElements: true }),
  };
}

/** A query in SQL, for a list without end; conditions may be added to its `from`. */
export interface CursorRows extends Pick<RowQuery, 'select' | 'from'> {
  /** The default order. */
  sort: string;
  tie: Ordered['tie'];
  /** Columns to sort by that are never null. */
  neverNull: readonly string[];
}

/** What a page says of its list where all entries are counted. */
export function wholeCount(total: number, { size }: PageQuery): { totalElements: number; totalPages: number } {
  return { totalElements: total, totalPages: Math.ceil(total / size) };
}

/** As {@link pageOfRows}, for a list without end. */
export async function cursorPageOfRows<T extends ObjectLiteral>(
  manager: EntityManager,
  query: CursorRows,
  request: CursorRequest,
  sortable: Record<string, string>,
): Promise<CursorPage<T>> {
  const { select, from, tie, neverNull } = query;
  const { page, size, sort = query.sort } = request;
  const { column, direction } = sortingOf(sort, sortable);
  const order: Ordered = { column, direction, tie, neverNull: neverNull.includes(column) };
  const place = placeAfter(request, sort);
  const rest = place ? sql`${from} AND ${isAfter(order, place)}` : from;
  const rows = await rowsAfter<T>(
    manager,
    place,
    sql`SELECT ${select}, ${placeOfRow(order)} FROM ${rest} ${orderBy(order)} LIMIT ${size + 1} OFFSET ${page * size}`,
  );
  const counted = await countedUpTo(manager, countLimit(request), (most) => sql`SELECT FROM ${from} LIMIT ${most}`);
  return cursorPageWith<T>(rows, counted, request, sort);
}

/**
 * @param limit see {@link countLimit}
 * @param rowsUpTo selects the entries, at least so many of them where there are more
 */
export async function countedUpTo(
  manager: EntityManager,
  limit: number | undefined,
  rowsUpTo: (most: number) => Sql,
): Promise<Counted | undefined> {
  if (limit === undefined) return undefined;
  const { text, values } = sql`SELECT count(*) AS total FROM (${rowsUpTo(limit + 1)}) AS found`;
  const [count] = await manager.query<[{ total: number }]>(text, values);
  return { total: count.total, limit };
}

/** An index in the order of a column that is never null serves both directions. */
export function orderBy({ column, direction, tie, neverNull }: Ordered): Sql {
  return raw(`ORDER BY ${column} ${direction} ${neverNull ? '' : 'NULLS LAST'}, ${tie.column} ${tie.direction}`);
}
