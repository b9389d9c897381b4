import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { type Caller } from '../../access/caller.js';
import { mayDo, type TeamRole } from '../../access/role.js';
import { AuditService } from '../../audit/audit.service.js';
import { checkVersion } from '../../audit/settings-version.js';
import { ForbiddenError } from '../../auth/auth.errors.js';
import { Clock } from '../../clock/clock.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { pageOfRows } from '../../http/paging.js';
import { MailService } from '../../mail/mail.service.js';
import { templatedMail } from '../../mail/templated-mail.js';
import { type TeamMemberPage, type TeamMemberRole, type TeamMemberView, type TeamMemberQuery } from '../dto/team.js';
import { type TeamMemberPath } from '../dto/team-member-path.js';
import { lockTeam } from './lock-team.js';
import { Membership } from '../membership.entity.js';
import { MembershipService } from '../membership.service.js';
import { teamEvent } from './team-event.js';
import { memberOfTeam, membersOfTeam, teamMemberSorting } from './team.queries.js';
import { TeamMember } from './team-member.entity.js';
import { Team } from './team.entity.js';

/** The members of teams, and their roles there. */
@Injectable()
export class TeamMemberService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
  ) {}

  async roleIn(organizationId: number, teamId: number, userId: number): Promise<TeamRole | undefined> {
    const member = await this.dataSource.manager.findOneBy(TeamMember, { organizationId, teamId, userId });
    return member?.role;
  }

  /** @throws NotFoundError */
  async list(organizationId: number, teamId: number, query: TeamMemberQuery): Promise<TeamMemberPage> {
    const { manager } = this.dataSource;
    if (!(await manager.countBy(Team, { id: teamId, organizationId }))) throw new NotFoundError('The team');
    return pageOfRows<TeamMemberView>(manager, membersOfTeam(teamId, query.search), query, teamMemberSorting);
  }

  /**
   * Takes a member of the organization into the team, or changes the role in it.
   *
   * @throws NotFoundError when there is no such team, or no such member of the organization
   * @throws ForbiddenError when an admin of the team is about to touch its owners
   * @throws StaleVersionError
   */
  async put(
    caller: Caller,
    { organizationId, teamId, userId }: TeamMemberPath,
    { role, version }: TeamMemberRole,
  ): Promise<TeamMemberView> {
    return this.dataSource.transaction(async (manager) => {
      const team = await lockTeam(manager, organizationId, teamId);
      const member = await manager.findOne(Membership, {
        where: { organizationId, userId },
        lock: { mode: 'for_key_share' },
      });
      if (!member) throw new NotFoundError('The member', 'This organization has no member with this id.');
      const before = await manager.findOneBy(TeamMember, { teamId, userId });
      await this.checkRank(caller, organizationId, teamId, [role, before?.role]);
      await checkVersion(manager, { kind: 'team-role', organizationId, targetId: teamId, memberId: userId }, version);
      if (!before) {
        await manager.insert(TeamMember, { teamId, userId, organizationId, role, joinedAt: this.clock.now() });
      } else if (before.role !== role) await manager.update(TeamMember, { teamId, userId }, { role });
      if (before?.role !== role) {
        const action = before ? 'team-member.role-changed' : 'team-member.added';
        const details = { team: team.name, userId, role, ...(before ? { from: before.role } : {}) };
        await this.audit.record(manager, caller, teamEvent(action, team, details));
        await this.tell(manager, before ? 'team-role-changed' : 'team-added', team, { userId, role });
      }
      const view = await memberOfTeam(manager, { teamId, userId });
      if (!view) throw new NotFoundError('The member of the team');
      return view;
    });
  }

  /** Takes somebody who joins the organization into a team, as a part of that. A team that is gone by now is passed over. */
  async joinIn(
    manager: EntityManager,
    actor: Actor,
    { organizationId, teamId, userId }: TeamMemberPath,
  ): Promise<void> {
    const team = await manager.findOne(Team, {
      where: { id: teamId, organizationId },
      lock: { mode: 'for_key_share' },
    });
    if (!team || (await manager.existsBy(TeamMember, { teamId, userId }))) return;
    const role = 'USER';
    await manager.insert(TeamMember, { teamId, userId, organizationId, role, joinedAt: this.clock.now() });
    const details = { team: team.name, userId, role };
    await this.audit.record(manager, actor, teamEvent('team-member.added', team, details));
    await this.tell(manager, 'team-added', team, { userId, role });
  }

  /**
   * @throws NotFoundError
   * @throws ForbiddenError when an admin of the team is about to remove one of its owners
   */
  async remove(caller: Caller, organizationId: number, teamId: number, userId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const team = await lockTeam(manager, organizationId, teamId);
      const member = await manager.findOneBy(TeamMember, { teamId, userId });
      if (!member) throw new NotFoundError('The member', 'This team has no member with this id.');
      await this.checkRank(caller, organizationId, teamId, [member.role]);
      await manager.delete(TeamMember, { teamId, userId });
      const event = teamEvent('team-member.removed', team, { team: team.name, userId });
      await this.audit.record(manager, caller, event);
      await this.tell(manager, 'team-removed', team, member);
    });
  }

  /** Admins of a team neither make nor unmake its owners; those who manage the organization's teams may. */
  private async checkRank(
    caller: Caller,
    organizationId: number,
    teamId: number,
    touched: readonly (TeamRole | undefined)[],
  ): Promise<void> {
    if (caller.root || !touched.includes('OWNER')) return;
    const role = await this.memberships.roleIn(organizationId, caller.id);
    if (role && mayDo(role, 'team.manage')) return;
    if ((await this.roleIn(organizationId, teamId, caller.id)) === 'OWNER') return;
    throw new ForbiddenError('Only an owner of the team may do this.');
  }

  private async tell(
    manager: EntityManager,
    kind: 'team-added' | 'team-removed' | 'team-role-changed',
    { organizationId, name }: Team,
    { userId, role }: Pick<TeamMember, 'userId' | 'role'>,
  ): Promise<void> {
    const { email, organization } = await this.memberships.addressOf(manager, organizationId, userId);
    await this.mail.enqueue(manager, organizationId, [templatedMail(kind, email, { team: name, organization, role })]);
  }
}
