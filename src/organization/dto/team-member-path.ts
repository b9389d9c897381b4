import { PathId } from '../../http/path-id.js';

/** A member of a team, as the path of a route names one. */
export class TeamMemberPath {
  @PathId()
  organizationId!: number;

  @PathId()
  teamId!: number;

  @PathId()
  userId!: number;
}
