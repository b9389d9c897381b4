import sql, { empty, raw, type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { leaseColumns } from './lease-columns.js';
import { type EndedLease, type Ender, type EndReason, noEnder, whyEnded } from './lease-end.js';
import { type LeaseState } from './seat-decision.js';

/** Leases that end together. */
export interface LeasesToEnd {
  reason: EndReason;
  /** The person or program that ends them. */
  ender: Ender;
  /** A condition on `lease l`. */
  where: Sql;
  /** Their tokens were returned or never delivered, so no seat is held for them. */
  isSurrendered?: boolean;
}

/** The end of a condition on `lease l`: of one organization, or of any. */
export function inOrganization(organizationId: number | undefined): Sql {
  return organizationId === undefined ? empty : sql`AND l.organization_id = ${organizationId}`;
}

/** A condition on `lease l`: these leases. */
export function withIds(ids: readonly string[]): Sql {
  return sql`l.id = ANY(${ids}::uuid[])`;
}

/** An entry for the USING of a statement that deletes leases: it tells the database what {@link whyEnded} says. */
function endReason(reason: EndReason, ender: Ender): Sql {
  const [why, name, addresses] = whyEnded(reason, ender);
  return sql`(SELECT set_config('license_server.end_reason', ${why}, true),
                     set_config('license_server.ended_by', ${name}, true),
                     set_config('license_server.ended_from', ${addresses}, true)) AS why`;
}

/** Locks the pools of leases, in the order of their ids. */
export async function lockPoolsOfLeases(manager: EntityManager, where: Sql): Promise<number[]> {
  const pools = await rowsOf<{ id: number }>(
    manager,
    sql`SELECT p.id FROM seat_pool p WHERE p.id IN (SELECT l.pool_id FROM lease l WHERE ${where}) ORDER BY p.id FOR UPDATE`,
  );
  return pools.map(({ id }) => id);
}

/**
 * Deletes leases of pools that are locked. A token that lives on for long, or is borrowed, is still a seat: its machine works with it
 * until then.
 */
export function deleteLeases(
  manager: EntityManager,
  { reason, ender, where, isSurrendered = false }: LeasesToEnd,
  poolIds: readonly number[],
): Promise<EndedLease[]> {
  return rowsOf(
    manager,
    sql`
    WITH gone AS (DELETE FROM lease l USING ${endReason(reason, ender)}
                   WHERE l.pool_id = ANY(${poolIds}::bigint[]) AND (${where}) RETURNING l.*),
         charged AS (INSERT INTO seat_charge (kind, organization_id, pool_id, product, model, user_id, machine_id,
                                              fingerprint, expires_at, withdrawn, lease_id)
                       SELECT 'session', l.organization_id, l.pool_id, l.product, p.model, l.user_id, l.machine_id,
                              l.fingerprint, l.expires_at, ${reason === 'quota-reduced'}::boolean,
                              CASE WHEN l.borrowed_until IS NOT NULL THEN l.id END
                         FROM gone l JOIN seat_pool p ON p.id = l.pool_id
                        WHERE l.expires_at > server_now() + CASE WHEN l.borrowed_until IS NULL THEN p.free_on_release_minutes ELSE 0 END
                                                            * interval '1 minute'
                          AND NOT ${isSurrendered}::boolean)
    SELECT l.id, l.pool_id AS "poolId", l.organization_id AS "organizationId", l.product, l.user_id AS "userId",
           l.machine_id AS "machineId", l.fingerprint, l.session_id AS "sessionId",
           CASE WHEN l.borrowed_until > server_now() AND NOT ${isSurrendered}::boolean THEN l.borrowed_until END AS "heldUntil"
      FROM gone l`,
  );
}

/**
 * Takes ended leases off the counts of their pools. Where more was out than there is, others have waited for it: the seats are
 * divided again.
 *
 * @param counts of leases, by pool id
 */
export async function countReturned(manager: EntityManager, counts: ReadonlyMap<number, number>): Promise<void> {
  await rowsOf(
    manager,
    sql`
    WITH counted AS (UPDATE seat_pool SET in_use = in_use - w.ended
                       FROM unnest(${[...counts.keys()]}::bigint[], ${[...counts.values()]}::int[]) AS w(id, ended)
                      WHERE seat_pool.id = w.id RETURNING overdrawn)
    SELECT pg_notify('seats_returned', '') FROM counted WHERE overdrawn LIMIT 1`,
  );
}

/**
 * Deletes expired leases of pools whose locks are held; one that is being renewed at this moment stays. The caller corrects
 * the counts.
 *
 * @param column whether the ids are of leases, or of pools
 */
export function deleteExpired(
  manager: EntityManager,
  column: 'id' | 'pool_id',
  ids: readonly (string | number)[],
  now: Date,
): Promise<LeaseState[]> {
  return rowsOf(
    manager,
    sql`DELETE FROM lease l USING ${endReason('expired', noEnder)}
         WHERE l.${raw(column)} = ANY(${ids}) AND l.expires_at <= ${now}
     RETURNING ${raw(leaseColumns)}`,
  );
}

/** When the first lease of each pool expires; without those of pools that have no lease. */
export function earliestExpiries(
  manager: EntityManager,
  poolIds: readonly number[],
): Promise<{ poolId: number; earliest: Date }[]> {
  return rowsOf(
    manager,
    sql`SELECT pool_id AS "poolId", min(expires_at) AS earliest FROM lease WHERE pool_id = ANY(${poolIds}) GROUP BY pool_id`,
  );
}
