import sql, { raw, type Sql } from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { isFound, type RowQuery, sortingOf, type Sorting } from '../../http/paging.js';
import { type Model, type Product } from '../../license/file/product.js';
import { heldSeat, leaseSeat } from '../../license/pool/seats-out.queries.js';
import { type HolderQuery, type OnlineLicenseQuery } from './dto/lease.js';

/** A pool of seats, and how many of them are out. */
export interface PoolRow {
  organizationId: number;
  product: Product;
  model: Model;
  quota: number;
  online: number;
  taken: number;
  offline: number;
  held: number;
  heldUntil: Date | null;
  borrowed: number;
  borrowableUntil: Date | null;
  machineQuota: number | null;
  machines: number;
}

/**
 * Live leases of a pool, the row `p`: the count that each check-out and release keeps, or, when an expired lease may still be among them,
 * the rows themselves.
 */
const liveLeases = sql`CASE WHEN p.earliest_expiry > server_now() THEN p.in_use
  ELSE (SELECT count(*)::int FROM lease l WHERE l.pool_id = p.id AND l.expires_at > server_now()) END`;

/** @param organizationIds undefined: all */
export function poolsIn(database: DataSource, organizationIds: readonly number[] | undefined): Promise<PoolRow[]> {
  const now = sql`server_now()`;
  return rowsOf(
    database,
    sql`SELECT organization_id AS "organizationId", product, model, quota, online, machine_quota AS "machineQuota",
               (SELECT count(*)::int FROM machine WHERE pool_id = p.id) AS machines,
               CASE model WHEN 'floating' THEN online
                          WHEN 'per-user' THEN (SELECT count(*) FROM licensed_user WHERE pool_id = p.id)
                          ELSE (SELECT count(*) FROM machine WHERE pool_id = p.id) END AS taken,
               offline, out.seats - offline AS held,
               (SELECT min(expires_at) FROM seat_charge
                 WHERE pool_id = p.id AND kind = 'session' AND expires_at > ${now}) AS "heldUntil",
               (SELECT count(DISTINCT seat)::int
                  FROM (SELECT ${raw(leaseSeat)} AS seat FROM lease l WHERE l.pool_id = p.id AND l.borrowed_until > ${now}
                        UNION ALL
                        SELECT ${raw(heldSeat)} FROM seat_charge c
                         WHERE c.pool_id = p.id AND c.lease_id IS NOT NULL AND c.expires_at > ${now}) AS lent) AS borrowed,
               CASE WHEN loan.days > 0 AND p.borrow_ends_at > ${now}
                    THEN least(${now} + loan.days * interval '1 day', p.borrow_ends_at) END AS "borrowableUntil"
          FROM seat_pool p,
               LATERAL (SELECT least(p.borrow_max_days, o.borrow_max_days) AS days FROM organization o
                         WHERE o.id = p.organization_id) AS loan,
               LATERAL (SELECT ${liveLeases} AS online) AS live,
               LATERAL (SELECT count(DISTINCT seat) AS seats FROM charged_seat
                         WHERE pool_id = p.id AND expires_at > ${now}) AS out,
               LATERAL (SELECT count(DISTINCT machine_id) AS offline FROM offline_license
                         WHERE pool_id = p.id AND expires_at > ${now}) AS files
         WHERE ${organizationIds === undefined ? sql`true` : sql`organization_id = ANY(${organizationIds})`}
         ORDER BY product DESC, model DESC`,
  );
}

export const sortableLeases: Sorting<OnlineLicenseQuery> = {
  startedAt: 'l.started_at',
  renewedAt: 'l.renewed_at',
  expiresAt: 'l.expires_at',
  borrowedUntil: 'l.borrowed_until',
  email: 'u.email',
  hostname: 'l.hostname',
  product: 'l.product',
  jobId: 'l.job_id',
};

/** The live leases of an organization. */
export function leasesInOrganization(organizationId: number, query: HolderQuery): RowQuery {
  const { search, jobId, userId, machineId } = query;
  const isWhole = [search, jobId, userId, machineId].every((each) => each === undefined);
  const where = sql`l.organization_id = ${organizationId}
                AND (${userId ?? null}::bigint IS NULL OR l.user_id = ${userId ?? null})
                AND (${machineId ?? null}::text IS NULL OR ${machineId ?? null} IN (l.machine_id, l.fingerprint))`;
  if (!isWhole) return leases(where, query);
  const { column, direction } = sortingOf(query.sort, sortableLeases);
  const of = column === sortableLeases.startedAt ? firstByStart(organizationId, query, direction) : undefined;
  const total = sql`SELECT coalesce(sum(${liveLeases}), 0)::int AS total FROM seat_pool p WHERE p.organization_id = ${organizationId}`;
  return { ...leases(where, query, of), total };
}

/** The live leases of a user, in all organizations. */
export function leasesOfUser(userId: number, query: OnlineLicenseQuery): RowQuery {
  return leases(sql`l.user_id = ${userId}`, query);
}

/** Those leases of each pool that a page by start can need: pools have an index by it, an organization has none. */
function firstByStart(organizationId: number, { page, size }: OnlineLicenseQuery, direction: 'ASC' | 'DESC'): Sql {
  return sql`(SELECT first.* FROM seat_pool o,
      LATERAL (SELECT * FROM lease WHERE pool_id = o.id AND expires_at > server_now()
                ORDER BY started_at ${raw(direction)}, number LIMIT ${(page + 1) * size}) AS first
     WHERE o.organization_id = ${organizationId})`;
}

/** @param of where the leases are read from */
function leases(where: Sql, { search, jobId }: OnlineLicenseQuery, of: Sql = sql`lease`): RowQuery {
  return {
    select: sql`l.id, l.organization_id AS "organizationId", l.product, p.model, l.user_id AS "userId", u.email,
                u.first_name AS "firstName", u.last_name AS "lastName", l.machine_id AS "machineId", l.fingerprint,
                l.hostname, l.session_id AS "sessionId", l.job_id AS "jobId", l.version, l.started_at AS "startedAt",
                l.renewed_at AS "renewedAt", l.expires_at AS "expiresAt", l.borrowed_until AS "borrowedUntil"`,
    from: sql`${of} l JOIN seat_pool p ON p.id = l.pool_id JOIN user_account u ON u.id = l.user_id
              WHERE ${where} AND l.expires_at > server_now()
                AND (${jobId ?? null}::text IS NULL OR l.job_id = ${jobId ?? null})
                AND ${isFound('u.first_name, u.last_name, u.email, l.hostname, l.machine_id, l.fingerprint, l.session_id, l.job_id', search)}`,
    tieBreaker: 'l.number',
  };
}
