import { type EntityManager } from 'typeorm';
import { NotFoundError } from '../../errors/domain-error.js';
import { holdOrganization } from '../hold-organization.js';
import { Team } from './team.entity.js';

/**
 * Until the commit, no other transaction changes the team or its members.
 *
 * @throws NotFoundError
 */
export async function lockTeam(manager: EntityManager, organizationId: number, teamId: number): Promise<Team> {
  await holdOrganization(manager, organizationId);
  const team = await manager.findOne(Team, {
    where: { id: teamId, organizationId },
    lock: { mode: 'pessimistic_write' },
  });
  if (!team) throw new NotFoundError('The team');
  return team;
}
