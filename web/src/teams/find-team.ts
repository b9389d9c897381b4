import type { TeamView } from '../../generated/api';
import { answer, api } from '../api/client';
import { Problem } from '../api/problem';

/** @throws Problem 404 when it is gone */
export async function findTeam(organizationId: number, teamId: number): Promise<TeamView> {
  for (let page = 0; ; page++) {
    const { content, totalPages } = await answer(
      api.GET('/api/v1/organizations/{organizationId}/teams', {
        params: { path: { organizationId }, query: { page, size: 500, sort: 'id' } },
      }),
    );
    const team = content.find(({ id }) => id === teamId);
    if (team) return team;
    if (page + 1 >= totalPages) throw new Problem(404, 'not-found', 'The team does not exist.');
  }
}
