import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit/audit.service.js';
import { ForbiddenError } from '../auth/auth.errors.js';
import { type Caller } from '../access/caller.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { type PageQuery, pageOfRows } from '../http/paging.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';
import { type MyTeamView } from './dto/me.js';
import {
  type TeamMemberPage,
  type TeamMemberRole,
  type TeamMemberView,
  type TeamName,
  type TeamPage,
  type TeamView,
} from './dto/team.js';
import { holdOrganization } from './hold-organization.js';
import { Membership } from './membership.entity.js';
import { MembershipService } from './membership.service.js';
import { TeamNameTakenError } from './organization.errors.js';
import { mayDo, type TeamRole } from '../access/role.js';
import { TeamMember } from './team-member.entity.js';
import { Team } from './team.entity.js';
import { checkVersion, versionInSql } from '../audit/settings-version.js';

/** Teams: members of an organization who work together, with roles of their own. */
@Injectable()
export class TeamService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async roleIn(organizationId: number, teamId: number, userId: number): Promise<TeamRole | undefined> {
    const member = await this.dataSource.manager.findOneBy(TeamMember, { organizationId, teamId, userId });
    return member?.role;
  }

  /** The teams of a user in all organizations, as the Katalon clients read them. */
  async ofMember(userId: number): Promise<MyTeamView[]> {
    return this.dataSource.query<MyTeamView[]>(
      `SELECT t.id, t.name, m.role, json_build_object('id', o.id, 'name', o.name) AS organization
         FROM team_member m JOIN team t ON t.id = m.team_id JOIN organization o ON o.id = t.organization_id
        WHERE m.user_id = $1 AND m.organization_id IN (SELECT organization_id FROM membership WHERE user_id = $1)
        ORDER BY o.id, t.id`,
      [userId],
    );
  }

  async list(caller: Caller, organizationId: number, query: PageQuery): Promise<TeamPage> {
    return pageOfRows<TeamView>(
      this.dataSource.manager,
      {
        select: teamColumns,
        from: `team t LEFT JOIN team_member own ON own.team_id = t.id AND own.user_id = $2
               WHERE t.organization_id = $1 AND ($3::text IS NULL OR strpos(fold_case(t.name), fold_case($3)) > 0)`,
        parameters: [organizationId, caller.id, query.search ?? null],
        tieBreaker: 't.id',
      },
      query,
      { name: 'fold_case(t.name)', createdAt: 't.created_at', members: 'members', id: 't.id' },
    );
  }

  /** @throws NotFoundError */
  async get(caller: Caller, organizationId: number, teamId: number): Promise<TeamView> {
    return this.view(this.dataSource.manager, caller, organizationId, teamId);
  }

  /**
   * Creates a team; the caller becomes its owner, if a member of the organization.
   *
   * @throws TeamNameTakenError
   * @throws LimitReachedError
   */
  async create(caller: Caller, organizationId: number, name: string): Promise<TeamView> {
    return this.dataSource.transaction(async (manager) => {
      const createdAt = this.clock.now();
      await this.checkNumber(manager, organizationId);
      const [team] = await manager.query<{ id: number }[]>(
        `INSERT INTO team (organization_id, name, created_at)
           SELECT id, $2, $3 FROM organization
            WHERE id = $1 AND NOT EXISTS (SELECT FROM team WHERE organization_id = $1 AND fold_case(name) = fold_case($2))
         ON CONFLICT DO NOTHING RETURNING id`,
        [organizationId, name, createdAt],
      );
      if (!team) {
        if (await manager.countBy(Team, { organizationId })) throw new TeamNameTakenError(name);
        throw new NotFoundError('The organization');
      }
      const member = await manager.countBy(Membership, { organizationId, userId: caller.id });
      if (member) {
        const values = { teamId: team.id, userId: caller.id, organizationId, joinedAt: createdAt };
        await manager.insert(TeamMember, { ...values, role: 'OWNER' });
      }
      await this.record(manager, caller, 'team.created', organizationId, team.id, { name });
      return this.view(manager, caller, organizationId, team.id);
    });
  }

  /**
   * @throws NotFoundError
   * @throws StaleVersionError
   * @throws TeamNameTakenError
   */
  async rename(caller: Caller, organizationId: number, teamId: number, change: TeamName): Promise<TeamView> {
    const { name, version } = change;
    return this.dataSource.transaction(async (manager) => {
      const team = await this.lock(manager, organizationId, teamId);
      await checkVersion(manager, { kind: 'team', organizationId, targetId: teamId }, version);
      const [taken] = await manager.query<unknown[]>(
        'SELECT FROM team WHERE organization_id = $1 AND fold_case(name) = fold_case($2) AND id <> $3',
        [organizationId, name, teamId],
      );
      if (taken) throw new TeamNameTakenError(name);
      await manager.update(Team, { id: teamId }, { name });
      await this.record(manager, caller, 'team.renamed', organizationId, teamId, { from: team.name, to: name });
      return this.view(manager, caller, organizationId, teamId);
    });
  }

  /** @throws NotFoundError */
  async delete(caller: Caller, organizationId: number, teamId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const team = await this.lock(manager, organizationId, teamId);
      await manager.delete(Team, { id: teamId });
      await this.record(manager, caller, 'team.deleted', organizationId, teamId, { name: team.name });
    });
  }

  /** @throws NotFoundError */
  async members(organizationId: number, teamId: number, query: PageQuery): Promise<TeamMemberPage> {
    if (!(await this.dataSource.manager.countBy(Team, { id: teamId, organizationId }))) {
      throw new NotFoundError('The team');
    }
    return pageOfRows<TeamMemberView>(
      this.dataSource.manager,
      {
        select: memberColumns,
        from: `team_member m JOIN user_account u ON u.id = m.user_id
               WHERE m.team_id = $1
                 AND ($2::text IS NULL OR strpos(fold_case(concat_ws(' ', u.email, u.first_name, u.last_name)), fold_case($2)) > 0)`,
        parameters: [teamId, query.search ?? null],
        tieBreaker: 'u.id',
      },
      query,
      {
        email: 'u.email',
        name: `fold_case(u.last_name || ' ' || u.first_name)`,
        role: 'm.role',
        joinedAt: 'm.joined_at',
      },
    );
  }

  /**
   * Takes a member of the organization into the team, or changes the role in it.
   *
   * @throws NotFoundError when there is no such team, or no such member of the organization
   * @throws ForbiddenError when an admin of the team is about to touch its owners
   * @throws StaleVersionError
   */
  async putMember(
    caller: Caller,
    { organizationId, teamId, userId }: { organizationId: number; teamId: number; userId: number },
    { role, version }: TeamMemberRole,
  ): Promise<TeamMemberView> {
    return this.dataSource.transaction(async (manager) => {
      const team = await this.lock(manager, organizationId, teamId);
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
        await this.record(manager, caller, action, organizationId, teamId, details);
        await this.tell(manager, before ? 'team-role-changed' : 'team-added', team, userId, role);
      }
      const [view] = await manager.query<TeamMemberView[]>(
        `SELECT ${memberColumns} FROM team_member m JOIN user_account u ON u.id = m.user_id
          WHERE m.team_id = $1 AND m.user_id = $2`,
        [teamId, userId],
      );
      if (!view) throw new NotFoundError('The member of the team');
      return view;
    });
  }

  /**
   * @throws NotFoundError
   * @throws ForbiddenError when an admin of the team is about to remove one of its owners
   */
  async removeMember(caller: Caller, organizationId: number, teamId: number, userId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const team = await this.lock(manager, organizationId, teamId);
      const member = await manager.findOneBy(TeamMember, { teamId, userId });
      if (!member) throw new NotFoundError('The member', 'This team has no member with this id.');
      await this.checkRank(caller, organizationId, teamId, [member.role]);
      await manager.delete(TeamMember, { teamId, userId });
      await this.record(manager, caller, 'team-member.removed', organizationId, teamId, { team: team.name, userId });
      await this.tell(manager, 'team-removed', team, userId, member.role);
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

  /** Until the commit, no other transaction creates a team there. */
  private async checkNumber(manager: EntityManager, organizationId: number): Promise<void> {
    await manager.query('SELECT FROM organization WHERE id = $1 FOR NO KEY UPDATE', [organizationId]);
    const most = this.settings.maxTeamsPerOrganization;
    if ((await manager.countBy(Team, { organizationId })) >= most) throw new LimitReachedError('too-many-teams', most);
  }

  private async tell(
    manager: EntityManager,
    kind: 'team-added' | 'team-removed' | 'team-role-changed',
    { organizationId, name }: Team,
    userId: number,
    role: TeamRole,
  ): Promise<void> {
    const { email, organization } = await this.memberships.addressOf(manager, organizationId, userId);
    await this.mail.enqueue(manager, organizationId, [templatedMail(kind, email, { team: name, organization, role })]);
  }

  private async lock(manager: EntityManager, organizationId: number, teamId: number): Promise<Team> {
    await holdOrganization(manager, organizationId);
    const team = await manager.findOne(Team, {
      where: { id: teamId, organizationId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!team) throw new NotFoundError('The team');
    return team;
  }

  private async view(
    manager: EntityManager,
    caller: Caller,
    organizationId: number,
    teamId: number,
  ): Promise<TeamView> {
    const [view] = await manager.query<TeamView[]>(
      `SELECT ${teamColumns} FROM team t LEFT JOIN team_member own ON own.team_id = t.id AND own.user_id = $3
        WHERE t.organization_id = $1 AND t.id = $2`,
      [organizationId, teamId, caller.id],
    );
    if (!view) throw new NotFoundError('The team');
    return view;
  }

  private async record(
    manager: EntityManager,
    caller: Caller,
    action: string,
    organizationId: number,
    teamId: number,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record(manager, caller, { action, organizationId, targetType: 'team', targetId: teamId, details });
  }
}

const teamColumns = `t.id, t.name, t.created_at AS "createdAt", own.role,
  ${versionInSql('team', 't.organization_id', 't.id::text')} AS version,
  (SELECT count(*) FROM team_member m WHERE m.team_id = t.id) AS members`;

const memberColumns = `u.id AS "userId", u.email, u.first_name AS "firstName", u.last_name AS "lastName", m.role,
  m.joined_at AS "joinedAt",
  ${versionInSql('team-role', 'm.organization_id', 'm.team_id::text', 'm.user_id::text')} AS version`;
