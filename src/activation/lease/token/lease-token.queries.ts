import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../../../database/query.js';
import { type Model, type Product } from '../../../license/file/product.js';

/** Where a lease stands among all seats of its product and model. */
export interface LeasePosition {
  position: number;
  /** Seats of all organizations that are out as offline licenses. */
  offline: number;
}

/** Each organization has its own stretch of the seats. */
export async function positionOf(
  database: DataSource,
  { id, product, model }: { id: string; product: Product; model: Model },
  at: Date,
): Promise<LeasePosition | undefined> {
  const [row] = await rowsOf<LeasePosition>(
    database,
    sql`WITH offline AS (SELECT q.organization_id, count(DISTINCT f.machine_id) AS seats
                           FROM offline_license f JOIN seat_pool q ON q.id = f.pool_id
                          WHERE q.product = ${product} AND q.model = ${model} AND f.expires_at > ${at}
                          GROUP BY q.organization_id)
        SELECT (SELECT coalesce(sum(q.quota), 0) FROM seat_pool q
                 WHERE q.product = p.product AND q.model = p.model AND q.organization_id < p.organization_id)
             - (SELECT coalesce(sum(seats), 0)::int FROM offline WHERE organization_id < p.organization_id)
             + (SELECT count(*) FROM lease o
                 WHERE o.pool_id = l.pool_id AND o.number < l.number AND o.expires_at > ${at}) AS position,
               (SELECT coalesce(sum(seats), 0)::int FROM offline) AS offline
          FROM lease l JOIN seat_pool p ON p.id = l.pool_id WHERE l.id = ${id}`,
  );
  return row;
}
