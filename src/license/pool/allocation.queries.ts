import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type AllocationView } from '../dto/allocation.js';
import { type Model, type Product } from '../file/product.js';

/** What an organization has of each product and model, and what the others were given. */
export async function allocationsOf(
  manager: EntityManager,
  organizationId: number,
): Promise<Omit<AllocationView, 'granted' | 'version'>[]> {
  return rowsOf(
    manager,
    sql`
      SELECT p.product, p.model, p.allocation AS quantity, p.quota, p.withheld,
             (SELECT coalesce(sum(o.allocation), 0)::int FROM seat_pool o
               WHERE o.product = p.product AND o.model = p.model AND o.organization_id <> p.organization_id) AS "allocatedElsewhere"
        FROM seat_pool p WHERE p.organization_id = ${organizationId} ORDER BY p.product DESC, p.model DESC`,
  );
}

/** What a pool was given, and what the pools of other organizations were given together. */
export interface AllocationBefore {
  id: number;
  before: number | null;
  others: number;
}

export async function allocationBefore(
  manager: EntityManager,
  organizationId: number,
  product: Product,
  model: Model,
): Promise<AllocationBefore | undefined> {
  const [pool] = await rowsOf<AllocationBefore>(
    manager,
    sql`
      SELECT p.id, p.allocation AS before,
             (SELECT coalesce(sum(o.allocation), 0)::int FROM seat_pool o
               WHERE o.product = p.product AND o.model = p.model AND o.id <> p.id) AS others
        FROM seat_pool p
       WHERE p.organization_id = ${organizationId} AND p.product = ${product} AND p.model = ${model}`,
  );
  return pool;
}
