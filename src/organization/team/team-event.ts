import { type Change } from '../../audit/audited-change.js';
import { type Team } from './team.entity.js';

/** An event of a team, for the audit log. */
export function teamEvent(
  action: string,
  { organizationId, id }: Pick<Team, 'organizationId' | 'id'>,
  details: Record<string, unknown>,
): Change {
  return { action, organizationId, targetType: 'team', targetId: id, details };
}
