import sql, { type Sql } from 'sql-template-tag';
import { type Database, rowsOf } from '../database/query.js';
import { type SeatShortage } from './seat-shortage.entity.js';

/** Seats of an organization. */
export type Seats = Pick<SeatShortage, 'organizationId' | 'product'>;

/** Where a session was refused in the last five minutes because all seats are taken, or waits for one. */
const wanting = (now: Date): Sql => sql`
  SELECT organization_id, product FROM denial
   WHERE code = 'seats-exhausted' AND occurred_at > ${now}::timestamptz - interval '5 minutes'
  UNION
  SELECT organization_id, product FROM seat_waiter WHERE seen_at > ${now}::timestamptz - interval '5 minutes'`;

/** Notes shortages that have begun. */
export function beginShortages(database: Database, now: Date): Promise<Seats[]> {
  return rowsOf(
    database,
    sql`INSERT INTO seat_shortage (organization_id, product, since)
          SELECT organization_id, product, ${now}::timestamptz FROM (${wanting(now)}) AS w ORDER BY 1, 2
        ON CONFLICT DO NOTHING RETURNING organization_id AS "organizationId", product`,
  );
}

/** Shortages in which no session has wanted a seat in vain for five minutes. */
export function quietShortages(database: Database, now: Date): Promise<Seats[]> {
  return rowsOf(
    database,
    sql`SELECT organization_id AS "organizationId", product FROM seat_shortage s
         WHERE NOT EXISTS (SELECT FROM (${wanting(now)}) AS w
                            WHERE w.organization_id = s.organization_id AND w.product = s.product)`,
  );
}
