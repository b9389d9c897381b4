import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Access } from '../access/access.js';
import { ForbiddenError, RoleMissingError } from '../auth/auth.errors.js';
import { type AuthenticatedRequest } from '../access/caller.js';
import { RouteAccess } from '../access/route-access.js';
import { NotFoundError } from '../errors/domain-error.js';
import { IdPipe } from '../http/validation/validation.js';
import { Organization } from './organization.entity.js';
import { MembershipService } from './membership.service.js';
import { mayDo, type OrganizationPermission } from '../access/role.js';
import { TeamMemberService } from './team/team-member.service.js';

/** Checks the caller's role in the organization that the path names. */
@Injectable()
export class OrganizationGuard implements CanActivate {
  private readonly id = new IdPipe();

  constructor(
    private readonly routes: RouteAccess,
    private readonly memberships: MembershipService,
    private readonly teamMembers: TeamMemberService,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.routes.of(context);
    return access?.kind !== 'organization' || this.mayCall(context, access);
  }

  private async mayCall(
    context: ExecutionContext,
    access: Extract<Access, { kind: 'organization' }>,
  ): Promise<boolean> {
    const { caller, params } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (!caller) throw new ForbiddenError();
    const organizationId = this.idIn(params, 'organizationId');
    if (caller.root) return this.exists(organizationId);
    const role = await this.memberships.roleIn(organizationId, caller.id);
    // The same answer as for an id that does not exist: ids of strangers are none of the caller's business.
    if (!role) throw new StrangerError();
    if (mayDo(role, access.permission as OrganizationPermission)) return true;
    const whom = mayDo('ADMIN', access.permission as OrganizationPermission) ? 'its owner or an admin' : 'its owner';
    const teamRole =
      access.teamRoles && (await this.teamMembers.roleIn(organizationId, this.idIn(params, 'teamId'), caller.id));
    if (!teamRole || !access.teamRoles?.includes(teamRole)) {
      throw new RoleMissingError(
        `Your role in this organization (${role}) does not allow this. Ask ${whom}.`,
        organizationId,
      );
    }
    return true;
  }

  /** For an administrator of the server, whose role is nowhere written. */
  private async exists(organizationId: number): Promise<true> {
    if (!(await this.dataSource.manager.existsBy(Organization, { id: organizationId }))) {
      throw new NotFoundError('The organization');
    }
    return true;
  }

  private idIn(params: unknown, name: string): number {
    return this.id.transform((params as Record<string, string>)[name] ?? '', { type: 'param', data: name });
  }
}

/** Not a member. The answer is that there is no such organization; the audit log knows better. */
class StrangerError extends NotFoundError {
  override readonly refusesAccess = true;

  constructor() {
    super('The organization');
  }
}
