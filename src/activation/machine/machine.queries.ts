import sql, { raw, type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type Product } from '../../license/file/product.js';
import { inOrganization } from '../seat/end-leases.queries.js';

/** A machine that a user of Studio deactivates. */
export interface DeactivatedMachine {
  machineId: string;
  product: Product;
  userId: number;
  /** Undefined: in all of the user's. */
  organizationId: number | undefined;
}

/** A condition on `lease l`: the user's leases on the machine. */
export function isOnOwnMachine({ machineId, product, userId, organizationId }: DeactivatedMachine): Sql {
  return sql`l.user_id = ${userId} AND l.product = ${product} AND ${machineId}::text IN (l.machine_id, l.fingerprint)
         ${inOrganization(organizationId)}`;
}

/**
 * Frees the seats that a machine is bound to, of those that the user bound it to or whose organization they administer.
 *
 * @param organizationIds of the user, and those of them that they administer
 * @returns an entry for each seat
 */
export function unbindOwn(
  manager: EntityManager,
  { machineId, product, userId, organizationId }: DeactivatedMachine,
  organizationIds: { all: readonly number[]; administered: readonly number[] },
): Promise<{ organizationId: number }[]> {
  return rowsOf(
    manager,
    sql`DELETE FROM machine m USING seat_pool p
         WHERE p.id = m.pool_id AND p.product = ${product} AND m.machine_id = ${machineId}
           AND (${organizationId ?? null}::bigint IS NULL OR p.organization_id = ${organizationId ?? null})
           AND p.organization_id = ANY(${organizationIds.all}::bigint[])
           AND (m.user_id = ${userId} OR p.organization_id = ANY(${organizationIds.administered}::bigint[]))
     RETURNING p.organization_id AS "organizationId"`,
  );
}

/** A machine that has a place in pools of an organization. */
export interface RegisteredMachine {
  organizationId: number;
  machineId: string;
  /** Undefined: of any product. */
  product?: Product;
}

/** A condition on `lease l`: leases whose seat the machine has. */
export function isOnMachine({ organizationId, machineId, product }: RegisteredMachine): Sql {
  return sql`l.organization_id = ${organizationId} AND coalesce(l.fingerprint, l.machine_id) = ${machineId}
         AND ${isOfProduct('l', product)}
         AND EXISTS (SELECT FROM machine m WHERE m.pool_id = l.pool_id AND m.machine_id = ${machineId})`;
}

/** Removes the places of a machine in all pools of an organization, and returns their products. */
export async function unregister(manager: EntityManager, organizationId: number, machineId: string): Promise<string[]> {
  const rows = await rowsOf<{ product: string }>(
    manager,
    sql`DELETE FROM machine m USING seat_pool p
         WHERE p.id = m.pool_id AND p.organization_id = ${organizationId} AND m.machine_id = ${machineId}
     RETURNING p.product`,
  );
  return rows.map(({ product }) => product);
}

/** Whether another machine has a place of its own where this one has one. */
export async function hasPlaceBeside(
  manager: EntityManager,
  machine: RegisteredMachine,
  other: string,
): Promise<boolean> {
  const rows = await rowsOf(
    manager,
    sql`SELECT FROM machine m, ${poolsOf(machine)} AND m.machine_id = ${other}
           AND EXISTS (SELECT FROM machine o WHERE o.pool_id = p.id AND o.machine_id = ${machine.machineId})`,
  );
  return rows.length > 0;
}

/** Gives the places of a machine to another one. */
export function transferPlaces(
  manager: EntityManager,
  machine: RegisteredMachine,
  { to, hostname, userId }: { to: string; hostname: string | null; userId: number },
): Promise<{ product: string; model: string }[]> {
  return rowsOf(
    manager,
    sql`UPDATE machine m SET machine_id = ${to}, hostname = ${hostname}, user_id = ${userId}
          FROM ${poolsOf(machine)} AND m.machine_id = ${machine.machineId}
     RETURNING p.product, p.model`,
  );
}

/** The pools of `machine m`, for a FROM clause whose condition goes on. */
function poolsOf({ organizationId, product }: RegisteredMachine): Sql {
  return sql`seat_pool p WHERE p.id = m.pool_id AND p.organization_id = ${organizationId} AND ${isOfProduct('p', product)}`;
}

function isOfProduct(table: 'l' | 'p', product: Product | undefined): Sql {
  return product === undefined ? sql`true` : sql`${raw(table)}.product = ${product}`;
}
