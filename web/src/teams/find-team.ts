import type { TeamView } from '../../generated/api';
import { answer, api } from '../api/client';

/** @throws Problem 404 when it is gone */
export async function findTeam(organizationId: number, teamId: number): Promise<TeamView> {
  const path = { organizationId, teamId };
  return answer(api.GET('/api/v1/organizations/{organizationId}/teams/{teamId}', { params: { path } }));
}
