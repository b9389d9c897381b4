import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../../database/query.js';
import { models, products } from '../file/product.js';
import { type PoolQuota, type PoolShare } from './seat-division.js';

/** Gives an organization its pools, each without seats. */
export async function addPools(manager: EntityManager, organizationId: number): Promise<void> {
  await execute(
    manager,
    sql`
      INSERT INTO seat_pool (organization_id, product, model)
        SELECT ${organizationId}::bigint, product, model
          FROM unnest(${products}::text[]) AS product, unnest(${models}::text[]) AS model
      ON CONFLICT DO NOTHING`,
  );
}

export async function poolShares(manager: EntityManager): Promise<PoolShare[]> {
  return rowsOf<PoolShare>(
    manager,
    sql`
      SELECT id AS "poolId", organization_id AS "organizationId", product, model, allocation,
             max_lease_minutes AS "maxLeaseMinutes", max_overage_percent AS "maxOveragePercent",
             free_on_release_minutes AS "freeOnReleaseMinutes", borrow_max_days AS "borrowMaxDays"
        FROM seat_pool ORDER BY organization_id`,
  );
}

/** Writes quotas into their pools, and leaves those that stay as they are alone. */
export async function writeQuotas(manager: EntityManager, quotas: readonly PoolQuota[]): Promise<void> {
  await execute(
    manager,
    sql`
      UPDATE seat_pool p
         SET quota = w.quota, ends_at = w."endsAt", machine_quota = w."machineQuota", withheld = w.withheld,
             overdrawn = w.overdrawn, max_lease_minutes = w."maxLeaseMinutes", max_overage_percent = w."maxOveragePercent",
             free_on_release_minutes = w."freeOnReleaseMinutes", borrow_max_days = w."borrowMaxDays",
             borrow_ends_at = w."borrowEndsAt"
        FROM json_to_recordset(${JSON.stringify(quotas)}::json)
               AS w(id bigint, quota int, "endsAt" timestamptz, "machineQuota" int, withheld int, overdrawn boolean,
                    "maxLeaseMinutes" int, "maxOveragePercent" int, "freeOnReleaseMinutes" int,
                    "borrowMaxDays" int, "borrowEndsAt" timestamptz)
       WHERE p.id = w.id
         AND (p.quota, p.ends_at, p.machine_quota, p.withheld, p.overdrawn, p.max_lease_minutes, p.max_overage_percent,
              p.free_on_release_minutes, p.borrow_max_days, p.borrow_ends_at)
             IS DISTINCT FROM (w.quota, w."endsAt", w."machineQuota", w.withheld, w.overdrawn, w."maxLeaseMinutes",
                               w."maxOveragePercent", w."freeOnReleaseMinutes", w."borrowMaxDays", w."borrowEndsAt")`,
  );
}

/** Long after their end: a clock that was in the future for a while brings no seat back. */
export async function deleteOldCharges(manager: EntityManager): Promise<void> {
  await execute(manager, sql`DELETE FROM seat_charge WHERE expires_at < server_now() - interval '400 days'`);
}
