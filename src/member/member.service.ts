import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DepartureService } from '../activation/lease/ending/departure.service.js';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { type Caller } from '../access/caller.js';
import { type AssignableRole } from '../access/role.js';
import { Clock } from '../clock/clock.js';
import { inTurn } from '../errors/item-error.js';
import { NotFoundError } from '../errors/domain-error.js';
import { pageOfRows } from '../http/paging.js';
import { LicensedUserService } from '../license/licensed-user.service.js';
import { lockPools } from '../license/pool/lock-pools.queries.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';
import { holdOrganization } from '../organization/hold-organization.js';
import { Membership } from '../organization/membership.entity.js';
import { MembershipService } from '../organization/membership.service.js';
import { RemovedMember } from '../organization/removed-member.entity.js';
import { ManagedMemberError, OwnerStaysError } from '../organization/organization.errors.js';
import { NotYourselfError } from '../user/user.errors.js';
import { User } from '../user/user.entity.js';
import {
  type MemberPage,
  type MemberQuery,
  type MemberResult,
  type MemberRole,
  type MemberView,
  type RemovedMemberPage,
  type RemovedMemberView,
  type RemovedMemberQuery,
} from './dto/member.js';
import {
  memberOf,
  memberSorting,
  membersOf,
  providerName,
  removedFrom,
  removedMemberSorting,
} from './member.queries.js';
import { checkVersion } from '../audit/settings-version.js';

/** The people of an organization. */
@Injectable()
export class MemberService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly licensedUsers: LicensedUserService,
    private readonly departures: DepartureService,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
  ) {}

  async list(organizationId: number, query: MemberQuery): Promise<MemberPage> {
    return pageOfRows<MemberView>(this.dataSource.manager, membersOf(organizationId, query), query, memberSorting);
  }

  /** @throws NotFoundError */
  async get(organizationId: number, userId: number): Promise<MemberView> {
    return this.view(this.dataSource.manager, organizationId, userId);
  }

  /**
   * Gives a member another role, also in the sessions that run.
   *
   * @throws NotFoundError
   * @throws OwnerStaysError
   * @throws StaleVersionError
   * @throws ManagedMemberError
   */
  async changeRole(caller: Caller, organizationId: number, userId: number, change: MemberRole): Promise<MemberView> {
    const { role, version } = change;
    return this.dataSource.transaction(async (manager) => {
      const member = await this.lock(manager, organizationId, userId);
      await checkVersion(manager, { kind: 'member-role', organizationId, targetId: userId }, version);
      await this.checkUnmanaged(manager, member);
      await this.give(manager, caller, member, { role, managedBy: null });
      return this.view(manager, organizationId, userId);
    });
  }

  /** {@link changeRole} of several, but of the caller. */
  async changeRoles(
    caller: Caller,
    organizationId: number,
    userIds: readonly number[],
    role: AssignableRole,
  ): Promise<MemberResult[]> {
    return forOthers(caller, userIds, (userId) => this.changeRole(caller, organizationId, userId, { role }));
  }

  /**
   * Gives a member the role that groups of an identity provider give, as a part of something larger. The owner stays.
   *
   * @param managedBy the provider
   */
  async changeRoleIn(
    manager: EntityManager,
    actor: Actor,
    { organizationId, userId }: Pick<Membership, 'organizationId' | 'userId'>,
    given: { role: AssignableRole; managedBy: number },
  ): Promise<void> {
    await holdOrganization(manager, organizationId);
    const member = await manager.findOne(Membership, {
      where: { organizationId, userId },
      lock: { mode: 'pessimistic_write' },
    });
    if (member && member.role !== 'OWNER') await this.give(manager, actor, member, given);
  }

  private async give(
    manager: EntityManager,
    actor: Actor,
    { organizationId, userId, role: from, managedBy: before }: Membership,
    { role, managedBy }: { role: AssignableRole; managedBy: number | null },
  ): Promise<void> {
    if (from === role && before === managedBy) return;
    await manager.update(Membership, { organizationId, userId }, { role, managedBy });
    if (from === role) return;
    this.memberships.changed(manager, userId);
    await this.audit.record(manager, actor, {
      action: 'member.role-changed',
      organizationId,
      targetType: 'user',
      targetId: userId,
      details: { from, to: role, ...(managedBy === null ? {} : { provider: managedBy }) },
    });
    const { email, organization } = await this.memberships.addressOf(manager, organizationId, userId);
    await this.mail.enqueue(manager, organizationId, [templatedMail('role-changed', email, { organization, role })]);
  }

  /** @throws ManagedMemberError when groups of an identity provider decide about the membership */
  private async checkUnmanaged(manager: EntityManager, { managedBy }: Membership): Promise<void> {
    if (managedBy === null) return;
    const provider = await providerName(manager, managedBy);
    if (provider !== undefined) throw new ManagedMemberError(provider);
  }

  /**
   * Removes a member: their sessions end, their per-user seats return, they leave the teams. They can be invited again.
   *
   * @throws NotFoundError
   * @throws OwnerStaysError
   * @throws ManagedMemberError
   */
  async remove(caller: Caller, organizationId: number, userId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const member = await manager.findOneBy(Membership, { organizationId, userId });
      if (member) await this.checkUnmanaged(manager, member);
      await this.removeIn(manager, caller, organizationId, userId);
    });
  }

  /** {@link remove} for several, but for the caller. */
  async removeSeveral(caller: Caller, organizationId: number, userIds: readonly number[]): Promise<MemberResult[]> {
    return forOthers(caller, userIds, (userId) => this.remove(caller, organizationId, userId));
  }

  /** {@link remove}, as a part of something larger. */
  async removeIn(manager: EntityManager, actor: Actor, organizationId: number, userId: number): Promise<void> {
    // Seats before members, like all code that grants or frees a seat.
    await lockPools(manager, organizationId);
    const { role, joinedAt } = await this.lock(manager, organizationId, userId);
    const departure = { reason: 'member-removed', userId, organizationId } as const;
    const ended = await this.departures.endAllOf(manager, actor, departure);
    const returned = await this.licensedUsers.returnAllOf(manager, organizationId, userId);
    await manager.delete(Membership, { organizationId, userId });
    this.memberships.changed(manager, userId);
    const removal = { removedAt: this.clock.now(), removedBy: actor.id };
    await manager.insert(RemovedMember, { organizationId, userId, role, joinedAt, ...removal });
    await this.audit.record(manager, actor, {
      action: 'member.removed',
      organizationId,
      targetType: 'user',
      targetId: userId,
      details: { role, returned, ...sessionsEnded(ended) },
    });
    const { email, organization } = await this.memberships.addressOf(manager, organizationId, userId);
    await this.mail.enqueue(manager, organizationId, [templatedMail('member-removed', email, { organization })]);
  }

  async removed(organizationId: number, query: RemovedMemberQuery): Promise<RemovedMemberPage> {
    return pageOfRows<RemovedMemberView>(
      this.dataSource.manager,
      removedFrom(organizationId, query.search),
      query,
      removedMemberSorting,
    );
  }

  private async view(manager: EntityManager, organizationId: number, userId: number): Promise<MemberView> {
    const member = await memberOf(manager, organizationId, userId);
    if (!member) throw new NotFoundError('The member', 'This organization has no member with this id.');
    return member;
  }

  /** @throws OwnerStaysError for the owner */
  private async lock(manager: EntityManager, organizationId: number, userId: number): Promise<Membership> {
    await holdOrganization(manager, organizationId);
    const member = await manager.findOne(Membership, {
      where: { organizationId, userId },
      lock: { mode: 'pessimistic_write' },
    });
    const isService = await manager.existsBy(User, { id: userId, service: true });
    if (!member || isService) throw new NotFoundError('The member', 'This organization has no member with this id.');
    if (member.role === 'OWNER') throw new OwnerStaysError();
    return member;
  }
}

/** Does something to members one by one. A caller who has selected everybody has hardly meant themselves. */
async function forOthers(
  caller: Caller,
  userIds: readonly number[],
  work: (userId: number) => Promise<unknown>,
): Promise<MemberResult[]> {
  const results = await inTurn(userIds, async (userId) => {
    if (userId === caller.id) throw new NotYourselfError();
    await work(userId);
  });
  return results.map(({ key: userId, error }) => ({ userId, error }));
}
