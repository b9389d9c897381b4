import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { Notifications } from '../../database/notifications.js';
import { lockPools } from '../../license/pool/lock-pools.queries.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { MemberService } from '../../member/member.service.js';
import { holdOrganization } from '../../organization/hold-organization.js';
import { MembershipService } from '../../organization/membership.service.js';
import { teamEvent } from '../../organization/team/team-event.js';
import { TeamMember } from '../../organization/team/team-member.entity.js';
import { Team } from '../../organization/team/team.entity.js';
import { User } from '../../user/user.entity.js';
import { type GrantPlan } from './group-grants.js';
import { UserIdentity } from '../user-identity.entity.js';

/** An account that gets what the groups of a provider give. */
interface Grantee {
  providerId: number;
  provider: string;
  user: User;
}

/** Gives accounts what the groups of their provider give, and takes what they no longer give. */
@Injectable()
export class GroupGrantService {
  constructor(
    private readonly members: MemberService,
    private readonly memberships: MembershipService,
    private readonly mail: MailService,
    private readonly notifications: Notifications,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Takes the locks of a plan that come before that of the account. */
  async lock(manager: EntityManager, { joins, roles, leaves, teamJoins, teamLeaves, root }: GrantPlan): Promise<void> {
    const all = [...joins, ...roles, ...teamJoins, ...teamLeaves].map(({ organizationId }) => organizationId);
    const organizations = [...new Set([...all, ...leaves])].sort((a, b) => a - b);
    // Joining takes no seat: with the seats locked, everybody who signs in on a Monday would wait for the others and for running clients.
    if (leaves.length > 0) await lockPools(manager, ...leaves);
    if (organizations.length > 0) await holdOrganization(manager, ...organizations);
    if (root !== undefined) {
      const where = { root: true };
      await manager.find(User, {
        where,
        select: { id: true },
        order: { id: 'ASC' },
        lock: { mode: 'pessimistic_write' },
      });
    }
  }

  /** Does what a plan says. The last administrator of the server stays one. */
  async apply(manager: EntityManager, grantee: Grantee, plan: GrantPlan, actor: Actor): Promise<void> {
    const { user, providerId } = grantee;
    if (plan.root !== undefined) await this.setRoot(manager, grantee, plan.root, actor);
    for (const organizationId of plan.leaves) {
      await this.members.removeIn(manager, actor, organizationId, user.id);
    }
    const full = new Set<number>();
    for (const { organizationId, role } of plan.joins) {
      const member = { organizationId, userId: user.id, role, managedBy: providerId };
      // A full organization does not prevent a sign-in.
      if ((await this.memberships.joinIfRoom(manager, actor, member)) !== 'full') continue;
      full.add(organizationId);
      const target = { organizationId, targetType: 'user', targetId: user.id };
      await this.audit.record(manager, actor, {
        action: 'member.not-joined',
        ...target,
        details: { role, reason: 'full' },
      });
    }
    for (const { organizationId, role } of plan.roles) {
      const given = { role, managedBy: providerId };
      await this.members.changeRoleIn(manager, actor, { organizationId, userId: user.id }, given);
    }
    for (const { teamId } of plan.teamLeaves) await this.leaveTeam(manager, teamId, user, actor);
    for (const { organizationId, teamId } of plan.teamJoins) {
      if (!full.has(organizationId)) await this.joinTeam(manager, teamId, grantee, actor);
    }
  }

  private async joinTeam(
    manager: EntityManager,
    teamId: number,
    { user, providerId }: Grantee,
    actor: Actor,
  ): Promise<void> {
    const team = await manager.findOneBy(Team, { id: teamId });
    if (!team) return;
    const { organizationId, name } = team;
    const place = { teamId, organizationId, userId: user.id, role: 'USER', managedBy: providerId } as const;
    await manager.insert(TeamMember, { ...place, joinedAt: this.clock.now() });
    const details = { team: name, userId: user.id, role: 'USER', provider: providerId };
    await this.audit.record(manager, actor, teamEvent('team-member.added', team, details));
    await this.tell(manager, 'team-added', team, user);
  }

  private async leaveTeam(manager: EntityManager, teamId: number, user: User, actor: Actor): Promise<void> {
    const team = await manager.findOneBy(Team, { id: teamId });
    const { affected } = await manager.delete(TeamMember, { teamId, userId: user.id });
    if (!team || !affected) return;
    const details = { team: team.name, userId: user.id };
    await this.audit.record(manager, actor, teamEvent('team-member.removed', team, details));
    await this.tell(manager, 'team-removed', team, user);
  }

  private async tell(
    manager: EntityManager,
    kind: 'team-added' | 'team-removed',
    { organizationId, name }: Team,
    { id }: User,
  ): Promise<void> {
    const { email, organization } = await this.memberships.addressOf(manager, organizationId, id);
    const facts = { team: name, organization, role: 'USER' } as const;
    await this.mail.enqueue(manager, organizationId, [templatedMail(kind, email, facts)]);
  }

  private async setRoot(
    manager: EntityManager,
    { providerId, provider, user }: Grantee,
    root: boolean,
    actor: Actor,
  ): Promise<void> {
    const target = { targetType: 'user', targetId: user.id, details: { email: user.email, provider } };
    if (!root) {
      const others = await manager
        .createQueryBuilder(User, 'u')
        .where('u.root AND u.disabledAt IS NULL AND u.id <> :id', { id: user.id })
        .getCount();
      if (others === 0) {
        await this.audit.record(manager, actor, { action: 'user.administrator-kept', ...target });
        return;
      }
    }
    await manager.update(User, { id: user.id }, { root });
    await manager.update(UserIdentity, { providerId, userId: user.id }, { givesRoot: root });
    this.notifications.tellAtCommit(manager, 'access_changed', user.id);
    const action = root ? 'user.administrator-appointed' : 'user.administrator-dismissed';
    await this.audit.record(manager, actor, { action, ...target });
  }
}
