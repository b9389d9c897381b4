import { type EntityManager } from 'typeorm';
import { NotFoundError } from '../errors/domain-error.js';
import { Organization } from './organization.entity.js';

/**
 * Until the commit, no other transaction changes the organization.
 *
 * @throws NotFoundError
 */
export async function lockOrganization(manager: EntityManager, id: number): Promise<Organization> {
  const organization = await manager.findOne(Organization, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!organization) throw new NotFoundError('The organization');
  return organization;
}
