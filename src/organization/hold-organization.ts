import { type EntityManager, In } from 'typeorm';
import { Organization } from './organization.entity.js';

/**
 * Keeps organizations from being deleted until the commit. Code that locks something of one, and then writes what refers to
 * it, does this first: else each may wait for the other.
 */
export async function holdOrganization(manager: EntityManager, ...ids: readonly number[]): Promise<void> {
  await manager.find(Organization, {
    where: { id: In(ids) },
    select: { id: true },
    order: { id: 'ASC' },
    lock: { mode: 'for_key_share' },
  });
}
