import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute } from '../../database/query.js';

/**
 * Locks all seats of organizations, in the order of all code that grants or frees seats. Code that needs other locks
 * too (organizations, members, invitations) takes this one first.
 */
export async function lockPools(manager: EntityManager, ...organizationIds: readonly number[]): Promise<void> {
  await execute(
    manager,
    sql`SELECT FROM seat_pool WHERE organization_id = ANY(${organizationIds}::bigint[]) ORDER BY id FOR UPDATE`,
  );
}

/**
 * Locks the seats of these organizations and all that any organization has, in the same order: for code that divides the seats,
 * and must know that no more of them go out meanwhile. The lock of `installation` is held.
 */
export async function lockDivision(manager: EntityManager, ...organizationIds: readonly number[]): Promise<void> {
  await execute(
    manager,
    sql`
      SELECT FROM seat_pool
       WHERE quota > 0 OR allocation > 0 OR overdrawn OR organization_id = ANY(${organizationIds}::bigint[])
          -- The rest goes to the first one, or the next when that is deleted.
          OR organization_id IN (SELECT id FROM organization ORDER BY id LIMIT 2)
       ORDER BY id FOR UPDATE`,
  );
}
