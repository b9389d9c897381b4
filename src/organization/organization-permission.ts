import { applyDecorators } from '@nestjs/common';
import { authenticated } from '../auth/access.js';
import { ApiProblems } from '../http/api-problems.js';
import { type OrganizationPermission, rolesWith } from './role.js';

/** Members of the organization in the path (`:organizationId`) whose role has this permission, and root. */
export const Allow = (permission: OrganizationPermission): MethodDecorator & ClassDecorator =>
  applyDecorators(
    authenticated({ kind: 'organization', permission }),
    ApiProblems({
      403: `For members of the organization with the role ${rolesWith(permission).join(', ')}.`,
      404: 'No such organization, or you are not a member of it.',
    }),
  );
