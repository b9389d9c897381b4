import sql, { join, type Sql } from 'sql-template-tag';
import { type DenialCode, denialCodes, passesByItself } from '../activation/seat/seat-decision.js';
import { type Model, type Product } from '../license/file/product.js';
import { type Period } from './usage-parts.js';
import { countedPeaks, rolledPeaks } from './usage-roll-up.queries.js';
import { pairs, type ReportParts } from './utilization.queries.js';

/** Refusals that another seat would have spared. */
const lackOfSeats: readonly DenialCode[] = denialCodes.filter(
  (code) => passesByItself(code) || code === 'no-seat-assigned',
);

/** Most seats of a product and model in use at once, in one hour. Hours without use have no row. */
export interface PeakRow {
  product: Product;
  model: Model;
  hour: Date;
  peak: number;
}

/** @returns of {@link PeakRow} */
export function peaks(organizationId: number, { rolled, edges }: ReportParts): Sql {
  const parts = [
    ...(rolled ? [rolledPeaks(organizationId, rolled)] : []),
    ...edges.map((edge) => countedPeaks({ ...edge, conditions: sql`s.organization_id = ${organizationId}::bigint` })),
  ];
  return sql`SELECT product, model, hour, max(peak)::int AS peak FROM (${join(parts, ' UNION ALL ')}) AS p GROUP BY 1, 2, 3`;
}

/** Refusals of a product. */
export interface DenialsRow {
  product: Product;
  denials: number;
  deniedUsers: number;
}

/** @returns of {@link DenialsRow} */
export function denialsByProduct(organizationId: number, period: Period): Sql {
  // Of each user first: hashing so many rows is cheaper than sorting them.
  return sql`SELECT product, sum(count)::int AS denials, count(user_id)::int AS "deniedUsers"
      FROM (SELECT product, user_id, count(*) FROM denial WHERE ${within(organizationId, period)} GROUP BY 1, 2) AS d GROUP BY 1`;
}

/** Users who were refused a seat of a product for lack of seats, in one hour. */
export interface LackRow {
  product: Product;
  hour: Date;
  users: number;
}

/** @returns of {@link LackRow} */
export function lackByHour(organizationId: number, period: Period): Sql {
  return sql`SELECT product, hour, count(*)::int AS users
      FROM (SELECT DISTINCT product, date_trunc('hour', occurred_at, 'UTC') AS hour, coalesce(user_id::text, machine_id)
              FROM denial WHERE ${within(organizationId, period)} AND code = ANY (${lackOfSeats})) AS d GROUP BY 1, 2`;
}

/**
 * How many users or machines had a session of a product and model, as `{count}`.
 *
 * @param refused of this period too, for lack of a seat of the product
 */
export function holders(
  { organizationId, product, model }: { organizationId: number; product: Product; model: Model },
  parts: ReportParts,
  refused: Period | undefined,
): Sql {
  const [user, column] = model === 'per-user' ? [sql`"userId"`, sql`user_id`] : [sql`"machineId"`, sql`machine_id`];
  return sql`SELECT count(*)::int AS count FROM (
      SELECT ${user} AS holder FROM (${pairs({ organizationId, product, model }, parts)}) AS p WHERE ${user} IS NOT NULL
      UNION ${
        refused
          ? sql`SELECT ${column} FROM denial
                 WHERE ${within(organizationId, refused)} AND product = ${product} AND code = ANY (${lackOfSeats}) AND ${column} IS NOT NULL`
          : sql`SELECT ${user} FROM (SELECT NULL::bigint AS "userId", NULL::text AS "machineId") AS none WHERE false`
      }) AS h`;
}

function within(organizationId: number, { from, to }: Period): Sql {
  return sql`organization_id = ${organizationId}::bigint AND occurred_at >= ${from}::timestamptz AND occurred_at < ${to}::timestamptz`;
}
