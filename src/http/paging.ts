import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { type EntityManager, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { InvalidRequestError } from './validation.js';

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

  @ApiPropertyOptional({ type: String, description: 'A field, or `field,desc`.', example: 'name,desc' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  sort?: string;

  @ApiPropertyOptional({ type: String, description: 'Entries that contain this text.' })
  @IsOptional()
  @IsString()
  @MaxLength(255)
  search?: string;
}

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
 * @param sortable what may be sorted by: the name in the API and the column behind it; the first one is the default
 * @throws InvalidRequestError when `sort` names anything else
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
  select: string;
  /** Tables and conditions, with parameters from $1 on. */
  from: string;
  parameters: readonly unknown[];
  /** Columns that tell rows with the same place apart. */
  tieBreaker: string;
  /** The default order; the first of the sortable ones, unless said otherwise. */
  sort?: string;
}

/** As {@link pageOf}, for a query in SQL. */
export async function pageOfRows<T extends ObjectLiteral>(
  manager: EntityManager,
  { select, from, parameters, tieBreaker, sort: defaultSort }: RowQuery,
  { page, size, sort = defaultSort }: PageQuery,
  sortable: Record<string, string>,
): Promise<Page<T>> {
  const { column, direction } = sortingOf(sort, sortable);
  const content = await manager.query<T[]>(
    `SELECT ${select} FROM ${from} ORDER BY ${column} ${direction} NULLS LAST, ${tieBreaker}
      LIMIT $${parameters.length + 1} OFFSET $${parameters.length + 2}`,
    [...parameters, size, page * size],
  );
  const [{ total }] = await manager.query<[{ total: number }]>(
    `SELECT count(*) AS total FROM (SELECT ${select} FROM ${from}) AS rows`,
    [...parameters],
  );
  return { content, totalElements: total, totalPages: Math.ceil(total / size), page, size };
}

/** @throws InvalidRequestError */
function sortingOf(
  sort: string | undefined,
  sortable: Record<string, string>,
): { column: string; direction: 'ASC' | 'DESC' } {
  const [name = '', direction = 'asc'] = (sort ?? Object.keys(sortable)[0] ?? '').split(',');
  const column = Object.hasOwn(sortable, name) ? sortable[name] : undefined;
  if (!column || !/^(asc|desc)$/i.test(direction)) {
    const message = `sort must be one of ${Object.keys(sortable).join(', ')}, with ",desc" for the other way round`;
    throw new InvalidRequestError([{ field: 'sort', message }]);
  }
  return { column, direction: direction.toLowerCase() === 'desc' ? 'DESC' : 'ASC' };
}
