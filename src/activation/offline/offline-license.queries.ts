import sql, { type Sql } from 'sql-template-tag';
import { type DataSource, type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { isFound, type RowQuery, type Sorting } from '../../http/paging.js';
import { type Model, type Product } from '../../license/file/product.js';
import { type OfflineLicenseView, type OfflineLicenseQuery } from './dto/offline-license.js';

/** A seat that a machine without a network asks for. */
export interface OfflineSeat {
  organizationId: number;
  product: Product;
  machineId: string;
}

/** A pool that an offline license may come from, as it is for one machine. */
export interface OfflinePool {
  id: number;
  model: Model;
  quota: number;
  /** Leases, or bound machines. */
  taken: number;
  offline: number;
  /** Offline licenses of all organizations that came before and take such seats. */
  before: number;
  /** Whether the machine quota has room for this machine. */
  room: boolean;
  /** Whether an offline license of this machine holds a seat of the pool already. */
  held: boolean;
}

/** The server's time in the database, which is the same for all that a transaction counts. */
export async function databaseNow(manager: EntityManager): Promise<Date> {
  const [{ moment }] = (await rowsOf<{ moment: Date }>(manager, sql`SELECT server_now() AS moment`)) as [
    { moment: Date },
  ];
  return moment;
}

/** A condition on `lease l`: leases that had expired. */
export function isDead({ organizationId, product }: OfflineSeat, moment: Date): Sql {
  return sql`l.organization_id = ${organizationId} AND l.product = ${product} AND l.expires_at <= ${moment}`;
}

/** Offline licenses of organizations that are gone came before all others. */
export function poolsFor(
  manager: EntityManager,
  { organizationId, product, machineId }: OfflineSeat,
  moment: Date,
): Promise<OfflinePool[]> {
  return rowsOf(
    manager,
    sql`
    WITH live AS (SELECT model, pool_id, machine_id, min(id) AS first
                    FROM (SELECT model, pool_id, machine_id, id FROM offline_license
                           WHERE product = ${product} AND expires_at > ${moment}
                          UNION ALL
                          SELECT model, pool_id, machine_id, 0 FROM seat_charge
                           WHERE kind = 'offline' AND product = ${product} AND expires_at > ${moment}) AS out
                   GROUP BY model, pool_id, machine_id),
         pools AS (SELECT p.*, (SELECT count(DISTINCT seat) FROM charged_seat
                                 WHERE pool_id = p.id AND expires_at > ${moment})::int AS offline,
                          (SELECT first FROM live WHERE pool_id = p.id AND machine_id = ${machineId}) AS held,
                          (SELECT count(*) FROM machine m WHERE m.pool_id = p.id)::int AS machines
                     FROM seat_pool p
                    WHERE p.organization_id = ${organizationId} AND p.product = ${product}
                      AND p.model IN ('node-locked', 'floating'))
    SELECT p.id, p.model, p.quota, p.offline, p.held IS NOT NULL AS held,
           (SELECT count(*) FROM live l WHERE l.model = p.model AND (p.held IS NULL OR l.first < p.held))::int AS before,
           p.machine_quota IS NULL OR p.machine_quota > p.machines + p.offline
             OR EXISTS (SELECT FROM machine m WHERE m.pool_id = p.id AND m.machine_id = ${machineId}) AS room,
           CASE p.model WHEN 'floating' THEN (SELECT count(*)::int FROM lease l WHERE l.pool_id = p.id)
                        ELSE p.machines END AS taken
      FROM pools p ORDER BY p.model DESC`,
  );
}

/** An offline license, as its file is made of it. */
export interface StoredLicense {
  product: Product;
  machineId: string;
  expiresAt: Date;
  token: string;
}

export async function storedLicense(
  database: DataSource,
  { organizationId, id }: { organizationId: number; id: number },
): Promise<StoredLicense | undefined> {
  const [license] = await rowsOf<StoredLicense>(
    database,
    sql`SELECT p.product, l.machine_id AS "machineId", l.expires_at AS "expiresAt", l.token
          FROM offline_license l JOIN seat_pool p ON p.id = l.pool_id
         WHERE l.organization_id = ${organizationId} AND l.id = ${id}`,
  );
  return license;
}

const tables = sql`offline_license l JOIN seat_pool p ON p.id = l.pool_id LEFT JOIN user_account u ON u.id = l.created_by`;

const columns = sql`
  l.id, p.product, p.model, l.machine_id AS "machineId", l.created_at AS "createdAt", u.email AS "createdBy",
  l.expires_at AS "expiresAt", l.expires_at > server_now() AS active`;

/** An offline license of an organization that exists. */
export async function offlineLicenseViewOf(
  manager: EntityManager,
  { organizationId, id }: { organizationId: number; id: number },
): Promise<OfflineLicenseView> {
  const [view] = (await rowsOf<OfflineLicenseView>(
    manager,
    sql`SELECT ${columns} FROM ${tables} WHERE l.organization_id = ${organizationId} AND l.id = ${id}`,
  )) as [OfflineLicenseView];
  return view;
}

export const sortableLicenses: Sorting<OfflineLicenseQuery> = {
  createdAt: 'l.created_at',
  expiresAt: 'l.expires_at',
  machineId: 'l.machine_id',
  product: 'p.product',
};

/** The offline licenses of an organization, the newest first. */
export function licensesOf(organizationId: number, search: string | undefined): RowQuery {
  return {
    select: columns,
    from: sql`${tables} WHERE l.organization_id = ${organizationId}
                AND ${isFound('l.machine_id, u.email, p.product', search)}`,
    tieBreaker: 'l.id DESC',
    sort: 'createdAt,desc',
  };
}
