import { type EntityManager } from 'typeorm';
import { Organization } from './organization.entity.js';

/**
 * Keeps an organization from being deleted until the commit. Code that locks something of it, and then writes what refers to
 * it, does this first: else each may wait for the other.
 */
export async function holdOrganization(manager: EntityManager, id: number): Promise<void> {
  await manager.findOne(Organization, { where: { id }, select: { id: true }, lock: { mode: 'for_key_share' } });
}
