import sql, { empty, join, type Sql } from 'sql-template-tag';
import { type Model, type Product, products } from '../license/file/product.js';
import { type Period } from './roll-up/usage-parts.js';
import { countedPeaks, deniedUser, lackOfSeats, rolledPeaks } from './roll-up/usage-roll-up.queries.js';
import { pairs, type ReportParts } from './utilization.queries.js';

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
  // An hour is in one part only.
  return join(parts, ' UNION ALL ');
}

/** Refusals of a product. */
export interface DenialsRow {
  product: Product;
  denials: number;
  deniedUsers: number;
}

/** @returns of {@link DenialsRow} */
export function denialsByProduct(organizationId: number, period: Period): Sql {
  // Grouped by user first: hashing a year of rows is cheaper than sorting them.
  return sql`SELECT product, sum(count)::int AS denials, count(user_id)::int AS "deniedUsers"
      FROM (SELECT product, user_id, count(*) FROM denial WHERE ${within(organizationId, period)} GROUP BY 1, 2) AS d GROUP BY 1`;
}

/** Users who were refused a seat of a product for lack of seats, in one hour. */
export interface LackRow {
  product: Product;
  hour: Date;
  users: number;
}

/**
 * Only of hours in which it can matter: with these users, more than the most floating seats that were in use at any time. They are
 * counted once for each hour; of hours that the release before has added up, they are counted here.
 *
 * @returns of {@link LackRow}
 */
export function lackByHour(organizationId: number, period: Period, { rolled, edges }: ReportParts): Sql {
  const hours = [...(rolled ? [crowdedHours(organizationId, rolled)] : []), ...edges.map(everyHourIn)];
  const { from, to } = period;
  return sql`WITH h AS (${join(hours, ' UNION ALL ')})
    SELECT product, hour, lacking AS users FROM h WHERE lacking > 0
    UNION ALL
    SELECT h.product, h.hour, d.users
      FROM (SELECT * FROM h WHERE lacking IS NULL) AS h
     CROSS JOIN LATERAL (
           SELECT count(DISTINCT ${deniedUser})::int AS users
             FROM denial
            WHERE organization_id = ${organizationId}::bigint AND product = h.product AND code = ANY (${lackOfSeats})
              AND occurred_at >= greatest(h.hour, ${from}::timestamptz)
              AND occurred_at < least(h.hour + interval '1 hour', ${to}::timestamptz)) AS d
     WHERE d.users > 0`;
}

/** Rows `{product, hour, lacking}`. */
function crowdedHours(organizationId: number, { from, to }: Period): Sql {
  const within = sql`organization_id = ${organizationId}::bigint AND product <> '' AND hour >= ${from}::timestamptz AND hour < ${to}::timestamptz`;
  return sql`SELECT u.product, u.hour, u.lacking FROM usage_hour u
      LEFT JOIN (SELECT product, max(peak) AS most FROM usage_hour WHERE ${within} AND model = 'floating' GROUP BY 1) AS f USING (product)
     WHERE ${within} AND u.model = '' AND u.denials > 0 AND u.peak + coalesce(u.lacking, u.denials) > coalesce(f.most, 0)`;
}

function everyHourIn({ from, to }: Period): Sql {
  return sql`SELECT product, hour, NULL::int AS lacking FROM unnest(${products}::text[]) AS product,
      generate_series(date_trunc('hour', ${from}::timestamptz, 'UTC'), ${to}::timestamptz, interval '1 hour') AS hour`;
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
  const refusedOnes = refused
    ? sql`UNION ALL SELECT ${column} FROM denial
           WHERE ${within(organizationId, refused)} AND product = ${product} AND code = ANY (${lackOfSeats}) GROUP BY 1`
    : empty;
  // Grouped, several processes can hash them.
  return sql`SELECT count(*)::int AS count FROM (
      SELECT holder FROM (SELECT ${user} AS holder FROM (${pairs({ organizationId, product, model }, parts)}) AS p ${refusedOnes}) AS all_of_them
       WHERE holder IS NOT NULL GROUP BY 1) AS h`;
}

function within(organizationId: number, { from, to }: Period): Sql {
  return sql`organization_id = ${organizationId}::bigint AND occurred_at >= ${from}::timestamptz AND occurred_at < ${to}::timestamptz`;
}
