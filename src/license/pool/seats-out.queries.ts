import sql, { raw } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type Model, type Product } from '../file/product.js';

/** How many seats of a pool are out, and when the first of them returns. */
export interface SeatsOut {
  poolId: number;
  product: Product;
  model: Model;
  seats: number;
  /** The same without tokens of sessions that have lost their seat to a smaller quota. */
  rightful: number;
  /** Those of {@link rightful} that nothing can end: they are out without a session, or borrowed. */
  fixed: number;
  firstEnd: Date;
}

/** The seat of `lease l` in `seat_pool p`: the same for sessions that share one. */
export const leaseSeat = `CASE p.model WHEN 'floating' THEN 'lease ' || l.id
    WHEN 'per-user' THEN 'user ' || l.user_id
    ELSE 'machine ' || coalesce(l.fingerprint, l.machine_id) END`;

/** The same of `seat_charge c` that is held for a borrowed token. */
export const heldSeat = `CASE p.model WHEN 'floating' THEN 'lease ' || c.lease_id
    WHEN 'per-user' THEN 'user ' || c.user_id
    ELSE 'machine ' || coalesce(c.fingerprint, c.machine_id) END`;

/** What is out without a session: of users and machines that have a place, too, whose charge is counted with that elsewhere. */
const withoutSession = sql`
  SELECT pool_id, product, model, seat, expires_at, withdrawn FROM charged_seat
  UNION ALL
  SELECT pool_id, product, model,
         CASE model WHEN 'per-user' THEN 'user ' || user_id ELSE 'machine ' || coalesce(fingerprint, machine_id) END,
         expires_at, withdrawn
    FROM seat_charge WHERE kind = 'session' AND model <> 'floating'`;

/** Seats of which a token is out, by pool; pools that are gone included. */
export async function seatsOut(manager: EntityManager): Promise<SeatsOut[]> {
  return rowsOf<SeatsOut>(
    manager,
    sql`
      SELECT pool_id AS "poolId", product, model, count(DISTINCT seat)::int AS seats,
             (count(DISTINCT seat) FILTER (WHERE NOT withdrawn))::int AS rightful,
             (count(DISTINCT seat) FILTER (WHERE fixed AND NOT withdrawn))::int AS fixed, min(expires_at) AS "firstEnd"
        FROM (SELECT l.pool_id, l.product, p.model, ${raw(leaseSeat)} AS seat, l.expires_at, false AS withdrawn,
                     l.borrowed_until IS NOT NULL AS fixed
                FROM lease l JOIN seat_pool p ON p.id = l.pool_id
              UNION ALL
              SELECT pool_id, product, model, seat, expires_at, withdrawn, true FROM (${withoutSession}) AS w) AS out
       WHERE expires_at > server_now() GROUP BY pool_id, product, model`,
  );
}

/** @returns `poolId`, `seat` of those that are counted as {@link SeatsOut.fixed} */
export async function fixedSeats(
  manager: EntityManager,
  poolIds: readonly number[],
): Promise<{ poolId: number; seat: string }[]> {
  return rowsOf(
    manager,
    sql`
      SELECT DISTINCT pool_id AS "poolId", seat
        FROM (${withoutSession}
              UNION ALL
              SELECT l.pool_id, l.product, p.model, ${raw(leaseSeat)}, l.borrowed_until, false
                FROM lease l JOIN seat_pool p ON p.id = l.pool_id WHERE l.borrowed_until IS NOT NULL) AS w
       WHERE pool_id = ANY(${poolIds}::bigint[]) AND NOT withdrawn AND expires_at > server_now()`,
  );
}
