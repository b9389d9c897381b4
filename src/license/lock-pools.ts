import { type EntityManager } from 'typeorm';

/**
 * Locks all seats of organizations, in the order in which everybody does who gives or takes seats. Whoever needs other locks
 * too (organizations, members, invitations) takes this one first.
 */
export async function lockPools(manager: EntityManager, ...organizationIds: readonly number[]): Promise<void> {
  await manager.query('SELECT FROM seat_pool WHERE organization_id = ANY($1) ORDER BY id FOR UPDATE', [
    organizationIds,
  ]);
}
