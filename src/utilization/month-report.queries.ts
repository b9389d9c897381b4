import sql, { type Sql } from 'sql-template-tag';
import { type Model, type Product } from '../license/file/product.js';
import { type Period } from './roll-up/usage-parts.js';

/** Seats of a product and model in a month. */
interface KindOfMonth {
  month: Date;
  product: Product;
  model: Model;
}

export interface SeatsRow extends KindOfMonth {
  seats: number;
}

export interface UseRow extends KindOfMonth {
  peak: number;
  /** Of all sessions, in microseconds. */
  micros: number;
}

export interface PeopleRow extends KindOfMonth {
  people: number;
}

export interface RefusalsRow extends Omit<KindOfMonth, 'model'> {
  denials: number;
}

/** Notes the seats that organizations have now, where they are more than they had before in the month. */
export const noteSeats = sql`
  INSERT INTO seat_month AS m (organization_id, product, model, month, seats)
  SELECT organization_id, product, model, date_trunc('month', server_now(), 'UTC'), quota FROM seat_pool WHERE quota > 0
      ON CONFLICT (organization_id, product, model, month) DO UPDATE SET seats = excluded.seats WHERE m.seats < excluded.seats`;

/** Forgets the seats of months to come: a clock that was ahead is right again. */
export function forgetSeatsAfter(now: Date): Sql {
  return sql`DELETE FROM seat_month WHERE month > ${now}`;
}

/** Rows `{month, product, model, seats}`. */
export function seatsByMonth(organizationId: number, { from, to }: Period): Sql {
  return sql`SELECT month, product, model, seats FROM seat_month
    WHERE organization_id = ${organizationId} AND month >= ${from} AND month < ${to}`;
}

/** Rows `{month, product, model, peak, micros}`. */
export function useByMonth(organizationId: number, { from, to }: Period): Sql {
  return sql`SELECT date_trunc('month', hour, 'UTC') AS month, product, model, max(peak) AS peak, sum(micros)::int8 AS micros FROM usage_hour
    WHERE organization_id = ${organizationId} AND hour >= ${from} AND hour < ${to} AND product <> '' AND model <> '' GROUP BY 1, 2, 3`;
}

/** Rows `{month, product, model, people}`, without those who are forgotten, and without service accounts. */
export function peopleByMonth(organizationId: number, { from, to }: Period): Sql {
  return sql`SELECT month, product, model, count(DISTINCT user_id)::int AS people FROM usage_month
    WHERE organization_id = ${organizationId} AND month >= ${from} AND month < ${to} AND user_id <> 0
      AND NOT EXISTS (SELECT FROM user_account u WHERE u.id = user_id AND u.service) GROUP BY 1, 2, 3`;
}

/** Rows `{month, product, denials}`. */
export function refusalsByMonth(organizationId: number, { from, to }: Period): Sql {
  return sql`SELECT date_trunc('month', hour, 'UTC') AS month, product, sum(denials)::int AS denials FROM usage_hour
    WHERE organization_id = ${organizationId} AND hour >= ${from} AND hour < ${to} AND product <> '' AND model = '' AND denials > 0 GROUP BY 1, 2`;
}
