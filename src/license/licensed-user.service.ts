import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { type Caller } from '../access/caller.js';
import { NotFoundError } from '../errors/domain-error.js';
import { itemErrorOf } from '../errors/item-error.js';
import { pageOfRows, type Sorting } from '../http/paging.js';
import {
  type LicensedUserPage,
  type LicensedUserQuery,
  type LicensedUserResult,
  type LicensedUserView,
} from './dto/licensed-user.js';
import { LicensedAlreadyError, NoSeatToAssignError } from './license.errors.js';
import { assignmentChange, type PerUserSeats } from './assignment-change.js';
import { type Model, type Product } from './file/product.js';
import { LicensedUser } from './licensed-user.entity.js';
import {
  addLicensedUser,
  countTakenFor,
  isLicensed,
  lastUsedAt,
  licensedUsersOf,
  removeLicensedUser,
  removeLicensesOf,
} from './licensed-user.queries.js';
import { SeatPool } from './pool/seat-pool.entity.js';

/** Does what else follows when a user loses a seat, in the same transaction. */
export type UnassignmentFollower = (
  manager: EntityManager,
  actor: Actor,
  poolId: number,
  userId: number,
) => Promise<number>;

/** Who holds the per-user seats. */
@Injectable()
export class LicensedUserService {
  private readonly onUnassigned: UnassignmentFollower[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
  ) {}

  /** For the module above, which knows the leases. */
  whenUnassigned(action: UnassignmentFollower): void {
    this.onUnassigned.push(action);
  }

  async list(organizationId: number, query: LicensedUserQuery): Promise<LicensedUserPage> {
    const sorting: Sorting<LicensedUserQuery> = {
      assignedAt: 'l.assigned_at',
      email: 'u.email',
      product: 'p.product',
      lastUsedAt,
    };
    return pageOfRows<LicensedUserView>(
      this.dataSource.manager,
      licensedUsersOf(organizationId, query),
      query,
      sorting,
    );
  }

  /**
   * Gives a member a per-user seat. Doing it twice is doing it once.
   *
   * @throws NoSeatToAssignError
   * @throws NotFoundError when the user is not a member
   */
  async assign(caller: Caller, seats: PerUserSeats, userId: number): Promise<void> {
    await this.dataSource.transaction((manager) => this.assignIn(manager, caller, seats, userId));
  }

  /** {@link assign} as a part of something larger. */
  async assignIn(manager: EntityManager, actor: Actor, seats: PerUserSeats, userId: number): Promise<void> {
    const { organizationId, product, model } = seats;
    const pool = await this.lockPool(manager, seats);
    const licensed = await isLicensed(manager, organizationId, pool.id, userId);
    if (licensed === undefined) throw new NotFoundError('The member', 'This organization has no member with this id.');
    if (licensed) return;
    const taken = await countTakenFor(manager, pool.id, userId);
    if (taken >= pool.quota) throw new NoSeatToAssignError(product, model, pool.quota);
    await addLicensedUser(manager, pool.id, userId);
    await this.audit.record(manager, actor, assignmentChange('assigned', seats, userId));
  }

  /**
   * Takes the seat back; a session on it ends.
   *
   * @throws NotFoundError when the user had none
   */
  async unassign(caller: Caller, seats: PerUserSeats, userId: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.unassignIn(manager, { actor: caller }, seats, userId);
    });
  }

  /**
   * Gives seats to several members, or takes theirs back, in one transaction: whoever can get one gets it, in this order.
   *
   * @param assign whether they get seats, or lose them
   */
  async changeSeveral(
    caller: Caller,
    seats: PerUserSeats,
    userIds: readonly number[],
    assign: boolean,
  ): Promise<LicensedUserResult[]> {
    return this.dataSource.transaction(async (manager) => {
      const results: LicensedUserResult[] = [];
      for (const userId of new Set(userIds)) {
        const error = await itemErrorOf(() =>
          assign
            ? this.assignIn(manager, caller, seats, userId)
            : this.unassignIn(manager, { actor: caller }, seats, userId),
        );
        results.push({ userId, error });
      }
      return results;
    });
  }

  /**
   * Gives the seat of a user to another member in one step; a session on it ends.
   *
   * @throws NotFoundError when the user had none, or the other one is not a member
   * @throws LicensedAlreadyError when the other one has a seat
   */
  async transfer(caller: Caller, seats: PerUserSeats, from: number, to: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const { id: poolId } = await this.lockPool(manager, seats);
      if (await manager.existsBy(LicensedUser, { poolId, userId: to })) {
        throw new LicensedAlreadyError(seats.product, seats.model);
      }
      const assignedAt = await this.unassignIn(manager, { actor: caller }, seats, from);
      await this.assignIn(manager, caller, seats, to);
      // After a cut of the quota it stays as good as it was.
      await manager.update(LicensedUser, { poolId, userId: to }, { assignedAt });
    });
  }

  /**
   * {@link unassign} as a part of something larger.
   *
   * @param by who takes it back; and the policy, for the audit log, where it does so
   * @returns since when the user had it
   */
  async unassignIn(
    manager: EntityManager,
    { actor, ...policy }: { actor: Actor } & Record<string, unknown>,
    seats: PerUserSeats,
    userId: number,
  ): Promise<Date> {
    const pool = await this.lockPool(manager, seats);
    const assignedAt = await removeLicensedUser(manager, pool.id, userId);
    if (!assignedAt) throw new NotFoundError('The licensed user', 'This user has no such seat in this organization.');
    let ended = 0;
    for (const action of this.onUnassigned) ended += await action(manager, actor, pool.id, userId);
    const details = { ...policy, ...sessionsEnded(ended) };
    await this.audit.record(manager, actor, assignmentChange('unassigned', seats, userId, details));
    return assignedAt;
  }

  /**
   * Returns all per-user seats of a member who leaves, as a part of that. Sessions on them are the business of whoever
   * removes the member.
   *
   * @returns what was returned
   */
  async returnAllOf(
    manager: EntityManager,
    organizationId: number,
    userId: number,
  ): Promise<{ product: Product; model: Model }[]> {
    return removeLicensesOf(manager, organizationId, userId);
  }

  /** The pool's row is the lock for all that is taken from it. */
  private async lockPool(manager: EntityManager, seats: PerUserSeats): Promise<Pick<SeatPool, 'id' | 'quota'>> {
    const { organizationId, product, model } = seats;
    const pool = await manager.findOne(SeatPool, {
      select: { id: true, quota: true },
      where: { organizationId, product, model },
      lock: { mode: 'pessimistic_write' },
    });
    if (!pool) throw new NotFoundError('The organization');
    return pool;
  }
}
