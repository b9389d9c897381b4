import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { SignInService } from '../auth/sign-in/sign-in.service.js';
import { Clock } from '../clock/clock.js';
import { NoSeatToAssignError } from '../license/license.errors.js';
import { LicensedUserService } from '../license/licensed-user.service.js';
import { lockPools } from '../license/pool/lock-pools.queries.js';
import { MembershipService } from '../organization/membership.service.js';
import { TeamMemberService } from '../organization/team/team-member.service.js';
import { lockAccount } from '../user/lock-account.js';
import { type User } from '../user/user.entity.js';
import { invitationEvent } from './invitation-event.js';
import { Invitation } from './invitation.entity.js';
import { noteJoiningLater, organizationsAccepted } from './invitation-acceptance.queries.js';

/** Turns accepted invitations into memberships, with the seats that they promise. */
@Injectable()
export class InvitationJoining {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly licensedUsers: LicensedUserService,
    private readonly teamMembers: TeamMemberService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    signIns: SignInService,
  ) {
    signIns.whenSignedIn((user, address) => this.joinAtSignIn(user, address));
  }

  /** Makes the user a member wherever an invitation was accepted. */
  private async joinAtSignIn(user: User, address: string): Promise<void> {
    const actor = { id: user.id, name: user.email, address };
    await this.dataSource.transaction(async (manager) => {
      const organizations = await organizationsAccepted(manager, user.id);
      await lockPools(manager, ...organizations);
      const accepted = await manager
        .createQueryBuilder(Invitation, 'invitation')
        .where('invitation.userId = :id AND invitation.joinedAt IS NULL AND invitation.revokedAt IS NULL', {
          id: user.id,
        })
        .andWhere('invitation.organizationId = ANY(:organizations)', { organizations })
        .orderBy('invitation.id')
        .setLock('pessimistic_write')
        .getMany();
      for (const invitation of accepted) {
        // A full organization does not prevent a sign-in: the invitation waits for a later one.
        if (await this.memberships.isFull(manager, invitation.organizationId)) continue;
        await this.begin(manager, invitation, user.id, actor);
      }
      // With the account locked, one that is accepted at this moment is seen here, or says so itself afterwards.
      await lockAccount(manager, user.id);
      await noteJoiningLater(manager, user.id);
    });
  }

  /** The membership begins, with the team and the seats that the invitation promised as far as there are any. */
  async begin(manager: EntityManager, invitation: Invitation, userId: number, actor: Actor): Promise<void> {
    const { organizationId, assign, role, teamId } = invitation;
    await this.memberships.join(manager, actor, { organizationId, userId, role });
    await manager.update(Invitation, { id: invitation.id }, { joinedAt: this.clock.now() });
    if (teamId !== null) await this.teamMembers.joinIn(manager, actor, { organizationId, teamId, userId });
    for (const { product, model } of assign) {
      try {
        await this.licensedUsers.assignIn(manager, actor, { organizationId, product, model }, userId);
      } catch (error) {
        // All are taken by now: no reason to keep the new member out. The audit log tells the administrators.
        if (!(error instanceof NoSeatToAssignError)) throw error;
        await this.audit.record(
          manager,
          actor,
          invitationEvent('invitation.seat-missing', invitation, { product, model }),
        );
      }
    }
  }
}
