import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import { boundedCache } from '../concurrency/bounded-cache.js';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LimitReachedError } from '../errors/limit-errors.js';
import { holdUntilCommit } from '../database/locks.js';
import { batchLoader } from '../concurrency/batch-loader.js';
import { Notifications } from '../database/notifications.js';
import { Membership } from './membership.entity.js';
import { addMembership, addressAndOrganization } from './membership.queries.js';
import { MailService } from '../mail/mail.service.js';
import { templatedMail } from '../mail/templated-mail.js';
import { type Role } from '../access/role.js';

/** Roles by organization. */
export type Memberships = ReadonlyMap<number, Role>;

/** A membership that begins now. */
type NewMembership = Omit<Membership, 'joinedAt' | 'managedBy'> & Partial<Pick<Membership, 'managedBy'>>;

/**
 * So far below the limit nobody has to wait for others who join: the servers of one database have fewer connections to it, so at most
 * as many join at the same moment.
 */
const farFromFull = 1000;

/** Who is what where. Answered from memory, and dropped as soon as the database tells of a change. */
@Injectable()
export class MembershipService {
  private readonly known = boundedCache<number, Memberships>(50_000, 60_000);
  private readonly read = batchLoader((userIds: readonly number[]) => this.readAll(userIds));
  private forgotten = 0;

  constructor(
    @InjectRepository(Membership) private readonly memberships: Repository<Membership>,
    private readonly audit: AuditService,
    private readonly mail: MailService,
    private readonly clock: Clock,
    private readonly notifications: Notifications,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    notifications.on('access_changed', (userId) => this.forget(Number(userId)));
    notifications.onResume(() => {
      this.forgotten++;
      this.known.clear();
    });
  }

  /** Code that changes memberships says whose: at the commit nothing is remembered of them any more. */
  changed(manager: EntityManager, ...userIds: number[]): void {
    this.notifications.tellAtCommit(manager, 'access_changed', ...userIds);
  }

  private forget(userId: number): void {
    this.forgotten++;
    this.known.delete(userId);
  }

  async of(userId: number): Promise<Memberships> {
    const known = this.notifications.isListening ? this.known.get(userId) : undefined;
    if (known) return known;
    const forgottenBefore = this.forgotten;
    const found = (await this.read(userId)) ?? new Map<number, Role>();
    if (this.forgotten === forgottenBefore) this.known.set(userId, found);
    return found;
  }

  private async readAll(userIds: readonly number[]): Promise<Map<number, Memberships>> {
    const rows = await this.memberships.find({ where: { userId: In(userIds) }, order: { organizationId: 'ASC' } });
    const found = new Map<number, Map<number, Role>>();
    for (const { userId, organizationId, role } of rows) {
      found.set(userId, (found.get(userId) ?? new Map<number, Role>()).set(organizationId, role));
    }
    return found;
  }

  async roleIn(organizationId: number, userId: number): Promise<Role | undefined> {
    return (await this.of(userId)).get(organizationId);
  }

  /**
   * Makes a user a member, as a part of something larger; one who is a member already keeps the role.
   *
   * @throws LimitReachedError when the organization is full
   */
  async join(manager: EntityManager, actor: Actor, member: NewMembership): Promise<void> {
    if ((await this.joinIfRoom(manager, actor, member)) === 'full') {
      throw new LimitReachedError('too-many-members', this.settings.maxMembersPerOrganization);
    }
  }

  /** {@link join}, which leaves all as it is when the organization is full. */
  async joinIfRoom(
    manager: EntityManager,
    actor: Actor,
    { organizationId, userId, role, managedBy = null }: NewMembership,
  ): Promise<'joined' | 'was-member' | 'full'> {
    const max = this.settings.maxMembersPerOrganization;
    const member = { organizationId, userId, role, joinedAt: this.clock.now(), managedBy };
    let outcome = await addMembership(manager, member, max - farFromFull);
    if (outcome && !outcome.added && !outcome.existed) {
      await holdUntilCommit(manager, 'members', organizationId);
      outcome = await addMembership(manager, member, max);
    }
    if (!outcome) throw new NotFoundError('The user');
    const { added, existed, email, organization } = outcome;
    if (!added) return existed ? 'was-member' : 'full';
    this.changed(manager, userId);
    await this.audit.record(manager, actor, {
      action: 'member.joined',
      organizationId,
      targetType: 'user',
      targetId: userId,
      details: { role },
    });
    await this.mail.enqueue(manager, organizationId, [
      templatedMail('member-added', email, { organization, role, serverUrl: this.mail.serverUrl }),
    ]);
    return 'joined';
  }

  /** Whether an organization has as many members as it may. Until the commit, no one else joins, unless there is room for many. */
  async isFull(manager: EntityManager, organizationId: number): Promise<boolean> {
    const max = this.settings.maxMembersPerOrganization;
    if ((await manager.countBy(Membership, { organizationId })) + farFromFull <= max) return false;
    await holdUntilCommit(manager, 'members', organizationId);
    return (await manager.countBy(Membership, { organizationId })) >= max;
  }

  /** What a mail to a user about an organization needs. */
  async addressOf(
    manager: EntityManager,
    organizationId: number,
    userId: number,
  ): Promise<{ email: string; organization: string }> {
    const found = await addressAndOrganization(manager, organizationId, userId);
    if (!found) throw new NotFoundError('The user');
    return found;
  }
}
