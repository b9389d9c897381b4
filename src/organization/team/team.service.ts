import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { type Actor } from '../../access/actor.js';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { LimitReachedError } from '../../errors/limit-errors.js';
import { pageOfRows } from '../../http/paging.js';
import { type MyTeamView } from '../dto/me.js';
import { type TeamName, type TeamPage, type TeamView, type TeamQuery } from '../dto/team.js';
import { lockTeam } from './lock-team.js';
import { Membership } from '../membership.entity.js';
import { Organization } from '../organization.entity.js';
import { TeamNameTakenError } from '../organization.errors.js';
import { teamEvent } from './team-event.js';
import { insertTeam, isTeamNameTaken, teamSeenBy, teamsOf, teamsOfMember, teamSorting } from './team.queries.js';
import { TeamMember } from './team-member.entity.js';
import { Team } from './team.entity.js';
import { checkVersion } from '../../audit/settings-version.js';

/** Teams: members of an organization who work together, with roles of their own. */
@Injectable()
export class TeamService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The teams of a user in all organizations, as the Katalon clients read them. */
  async ofMember(userId: number): Promise<MyTeamView[]> {
    return teamsOfMember(this.dataSource.manager, userId);
  }

  async list(caller: Caller, organizationId: number, query: TeamQuery): Promise<TeamPage> {
    const teams = teamsOf(organizationId, caller.id, query.search);
    return pageOfRows<TeamView>(this.dataSource.manager, teams, query, teamSorting);
  }

  /** @throws NotFoundError */
  async get(caller: Caller, organizationId: number, teamId: number): Promise<TeamView> {
    return this.view(this.dataSource.manager, caller, { organizationId, id: teamId });
  }

  /**
   * Creates a team; its creator becomes its owner, if a member of the organization.
   *
   * @param isOwned false: it begins without members
   * @throws TeamNameTakenError
   * @throws LimitReachedError
   */
  async create(creator: Actor, organizationId: number, name: string, isOwned = true): Promise<TeamView> {
    return this.dataSource.transaction(async (manager) => {
      const createdAt = this.clock.now();
      await this.checkNumber(manager, organizationId);
      const id = await insertTeam(manager, { organizationId, name, createdAt });
      if (id === undefined) {
        if (await manager.countBy(Team, { organizationId })) throw new TeamNameTakenError(name);
        throw new NotFoundError('The organization');
      }
      const { id: userId } = creator;
      if (isOwned && userId !== null && (await manager.existsBy(Membership, { organizationId, userId }))) {
        await manager.insert(TeamMember, { teamId: id, userId, organizationId, joinedAt: createdAt, role: 'OWNER' });
      }
      const team = { organizationId, id };
      await this.audit.record(manager, creator, teamEvent('team.created', team, { name }));
      return this.view(manager, creator, team);
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
      const team = await lockTeam(manager, organizationId, teamId);
      await checkVersion(manager, { kind: 'team', organizationId, targetId: teamId }, version);
      if (await isTeamNameTaken(manager, team, name)) throw new TeamNameTakenError(name);
      await manager.update(Team, { id: teamId }, { name });
      await this.audit.record(manager, caller, teamEvent('team.renamed', team, { from: team.name, to: name }));
      return this.view(manager, caller, team);
    });
  }

  /** @throws NotFoundError */
  async delete(caller: Caller, organizationId: number, teamId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const team = await lockTeam(manager, organizationId, teamId);
      await manager.delete(Team, { id: teamId });
      await this.audit.record(manager, caller, teamEvent('team.deleted', team, { name: team.name }));
    });
  }

  /** Until the commit, no other transaction creates a team there. */
  private async checkNumber(manager: EntityManager, organizationId: number): Promise<void> {
    await manager.findOne(Organization, {
      where: { id: organizationId },
      select: { id: true },
      lock: { mode: 'for_no_key_update' },
    });
    const max = this.settings.maxTeamsPerOrganization;
    if ((await manager.countBy(Team, { organizationId })) >= max) throw new LimitReachedError('too-many-teams', max);
  }

  private async view(
    manager: EntityManager,
    { id: viewerId }: Pick<Actor, 'id'>,
    team: Pick<Team, 'organizationId' | 'id'>,
  ): Promise<TeamView> {
    const view = await teamSeenBy(manager, viewerId, team);
    if (!view) throw new NotFoundError('The team');
    return view;
  }
}
