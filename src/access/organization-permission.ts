import { applyDecorators } from '@nestjs/common';
import { authenticated } from './access.js';
import { ApiProblems } from '../http/problem/api-problems.js';
import { type OrganizationPermission, rolesWith, type TeamRole } from './role.js';

/** Members of the organization in the path (`:organizationId`) whose role has this permission, and root. */
export const Allow = (permission: OrganizationPermission): MethodDecorator & ClassDecorator =>
  applyDecorators(
    authenticated({ kind: 'organization', permission }),
    ApiProblems({
      403: `For members of the organization with the role ${rolesWith(permission).join(', ')}.`,
      404: 'No such organization, or you are not a member of it.',
    }),
  );

/** As {@link Allow}, and members with one of these roles in the team in the path (`:teamId`). */
export const AllowInTeam = (
  permission: OrganizationPermission,
  ...teamRoles: TeamRole[]
): MethodDecorator & ClassDecorator =>
  applyDecorators(
    authenticated({ kind: 'organization', permission, teamRoles }),
    ApiProblems({
      403: `For members of the organization with the role ${rolesWith(permission).join(', ')}, and of the team with the role ${teamRoles.join(', ')}.`,
      404: 'No such organization or team, or you are not a member of the organization.',
    }),
  );
