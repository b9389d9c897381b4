import { type Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type EntityManager, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';

const whole = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^-?\d{1,12}$/.test(value) ? Number(value) : value;

/** The query of every list. */
export class PageQuery {
  @ApiPropertyOptional({ type: Number, minimum: 0, default: 0, description: 'The page, from 0.' })
  @IsOptional()
  @Transform(whole)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  page: number = 0;

  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 500, default: 50, description: 'Entries on a page.' })
  @IsOptional()
  @Transform(whole)
  @IsInt()
  @Min(1)
  @Max(500)
  size: number = 50;

  @ApiPropertyOptional({ type: String, description: 'Entries that contain this text.' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  search?: string;

  /** Where {@link SortedBy} declares it. */
  sort?: string;
}

/** A name to sort by, and the direction. */
type Sort<Name extends string> = Name | `${Name},asc` | `${Name},desc`;

/**
 * The query of a list that can be sorted.
 *
 * @param Query its other parameters
 * @param names what it can be sorted by, as the API calls it
 */
export function SortedBy<Base extends Type<PageQuery>, const Name extends string>(
  Query: Base,
  ...names: [Name, ...Name[]]
): Base & Type<{ sort?: Sort<Name> }> {
  class SortedQuery extends (Query as Type<PageQuery>) {
    @ApiPropertyOptional({
      type: String,
      example: `${names[0]},desc`,
      description: `Sorts by ${names.map((name) => `\`${name}\``).join(', ')}. Append \`,desc\` for descending order.`,
    })
    @IsOptional()
    @Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.replace(/,(asc|desc)$/i, (direction) => direction.toLowerCase()) : value,
    )
    @Matches(new RegExp(`^(${names.join('|')})(,(asc|desc))?$`), {
      message: `sort must be one of ${names.join(', ')}, optionally followed by ",desc"`,
    })
    declare sort?: Sort<Name>;
  }
  return SortedQuery as Base & Type<{ sort?: Sort<Name> }>;
}

/** The columns behind what the list of a query can be sorted by; the first one is the default. */
export type Sorting<Query extends PageQuery> = Record<
  Exclude<Query['sort'], `${string},${string}` | undefined>,
  string
>;

/** One page of a list. Subclasses say what `content` holds. */
export class Page<T> {
  content!: T[];

  @ApiProperty({ description: 'Entries on all pages.' })
  totalElements!: number;

  @ApiProperty()
  totalPages!: number;

  @ApiProperty({ description: 'This page, from 0.' })
  page!: number;

  @ApiProperty({ description: 'Entries on a full page.' })
  size!: number;
}

/**
 * Runs a query for one page.
 *
 * @param sortable the columns behind what {@link SortedBy} allows; the first one is the default
 */
export async function pageOf<E extends ObjectLiteral, T>(
  query: SelectQueryBuilder<E>,
  { page, size, sort }: PageQuery,
  sortable: Record<string, string>,
  view: (entity: E) => T,
): Promise<Page<T>> {
  const { column, direction } = sortingOf(sort, sortable);
  const [entities, total] = await query
    .orderBy(column, direction)
    .addOrderBy(`${query.alias}.id`, 'ASC')
    .skip(page * size)
    .take(size)
    .getManyAndCount();
  return { content: entities.map(view), totalElements: total, totalPages: Math.ceil(total / size), page, size };
}

/** A query in SQL, for lists that come from several tables. */
export interface RowQuery {
  /** Columns with their names in the API. */
  select: Sql;
  /** Tables and conditions. */
  from: Sql;
  /** Columns that tell rows with the same place apart. */
  tieBreaker: string;
  /** The default order; the first of the sortable ones, unless said otherwise. */
  sort?: string;
  /** How many rows there are, as `{total}`, where that is known without counting them. */
  total?: Sql;
  /** To find the rows costs much more than to count them: they are found once for both. */
  countedAlong?: boolean;
}

/** As {@link pageOf}, for a query in SQL. */
export async function pageOfRows<T extends ObjectLiteral>(
  manager: EntityManager,
  query: RowQuery,
  request: PageQuery,
  sortable: Record<string, string>,
): Promise<Page<T>> {
  const { page, size, sort = query.sort } = request;
  const { column, direction } = sortingOf(sort, sortable);
  const order = `ORDER BY ${column} ${direction} NULLS LAST, ${query.tieBreaker}`;
  const { select, from, total, countedAlong } = query;
  const along = countedAlong ? sql`, count(*) OVER () AS total` : empty;
  const content = sql`SELECT ${select} ${along} FROM ${from} ${raw(order)} LIMIT ${size} OFFSET ${page * size}`;
  const rows = await manager.query<T[]>(content.text, content.values);
  const [first] = rows as { total?: number }[];
  if (countedAlong && first) {
    const shown = rows.map(({ total: _, ...row }) => row as unknown as T);
    return pageWith(shown, first.total ?? 0, request);
  }
  const counted = total ?? sql`SELECT count(*) AS total FROM (SELECT ${select} FROM ${from}) AS rows`;
  const [count] = await manager.query<[{ total: number }]>(counted.text, counted.values);
  return pageWith(rows, count.total, request);
}

/**
 * Whether the `search` of a list is somewhere in a row, in any case; without a search every row is found.
 *
 * @param columns in SQL, separated by commas
 */
export function isFound(columns: string, search: string | null | undefined): Sql {
  if (search === null || search === undefined) return sql`true`;
  return sql`strpos(fold_case(concat_ws(' ', ${raw(columns)})), fold_case(${search}::text)) > 0`;
}

/** @param totalElements how many entries there are */
export function pageWith<T>(content: T[], totalElements: number, { page, size }: PageQuery): Page<T> {
  return { content, totalElements, totalPages: Math.ceil(totalElements / size), page, size };
}

/** @param sort as {@link SortedBy} has checked it; undefined: by the first column */
export function sortingOf<Column extends string>(
  sort: string | undefined,
  sortable: Record<string, Column>,
): { column: Column; direction: 'ASC' | 'DESC' } {
  const [name = '', direction] = (sort ?? Object.keys(sortable)[0] ?? '').split(',');
  const column = Object.hasOwn(sortable, name) ? sortable[name] : undefined;
  if (!column) throw new Error(`There is no column behind the sorting by ${name}`);
  return { column, direction: direction === 'desc' ? 'DESC' : 'ASC' };
}
