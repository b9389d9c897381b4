import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { asOneTransaction } from '../../database/joined-transaction.js';
import { LicensedUserService } from '../../license/licensed-user.service.js';
import { lockPools } from '../../license/pool/lock-pools.queries.js';
import { MemberService } from '../../member/member.service.js';
import { TeamMemberService } from '../../organization/team/team-member.service.js';
import { type PersonPlan } from './people-plan.js';

/** A member, and what an import changes about them. */
export interface PlannedMember extends PersonPlan {
  userId: number;
}

/** Brings a member to what a file says of them, with the services that the routes use. */
@Injectable()
export class MemberChanges {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly members: MemberService,
    private readonly teams: TeamMemberService,
    private readonly licensedUsers: LicensedUserService,
  ) {}

  /**
   * All of it, or nothing.
   *
   * @param teams the ids of all teams, by their names in one case
   * @throws DomainError when a part of it is refused
   */
  apply(
    caller: Caller,
    organizationId: number,
    { userId, role, joins, leaves, assign, unassign }: PlannedMember,
    teamOf: (name: string) => number,
  ): Promise<void> {
    return asOneTransaction(this.dataSource, async (manager) => {
      // Seats before members, like all code that grants or frees a seat.
      if (assign.length + unassign.length > 0) await lockPools(manager, organizationId);
      for (const product of unassign) {
        await this.licensedUsers.unassign(caller, { organizationId, product, model: 'per-user' }, userId);
      }
      for (const product of assign) {
        await this.licensedUsers.assign(caller, { organizationId, product, model: 'per-user' }, userId);
      }
      if (role) await this.members.changeRole(caller, organizationId, userId, { role });
      for (const name of leaves) await this.teams.remove(caller, organizationId, teamOf(name), userId);
      for (const { name, role: teamRole } of joins) {
        await this.teams.put(caller, { organizationId, teamId: teamOf(name), userId }, { role: teamRole });
      }
    });
  }
}
