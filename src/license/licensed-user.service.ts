import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { sessionsEnded } from '../audit/sessions-ended.js';
import { type Caller } from '../access/caller.js';
import { Clock } from '../clock/clock.js';
import { NotFoundError } from '../errors/domain-error.js';
import { pageOfRows } from '../http/paging.js';
import { type LicensedUserPage, type LicensedUserQuery, type LicensedUserView } from './dto/licensed-user.js';
import { LicensedAlreadyError, NoSeatToAssignError } from './license.errors.js';
import { type Model, type Product } from './file/product.js';

/** Does what else follows when a user loses a seat, in the same transaction. */
export type SeatUnassigned = (manager: EntityManager, actor: Actor, poolId: number, userId: number) => Promise<number>;

interface PoolRow {
  id: number;
  quota: number;
}

/** Who holds the per-user seats. */
@Injectable()
export class LicensedUserService {
  private readonly onUnassigned: SeatUnassigned[] = [];

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** For the module above, which knows the leases. */
  whenUnassigned(action: SeatUnassigned): void {
    this.onUnassigned.push(action);
  }

  async list(organizationId: number, query: LicensedUserQuery): Promise<LicensedUserPage> {
    return pageOfRows<LicensedUserView>(
      this.dataSource.manager,
      {
        select: sql`u.id AS "userId", u.email, u.first_name AS "firstName", u.last_name AS "lastName",
                    p.product, p.model, l.assigned_at AS "assignedAt"`,
        from: sql`licensed_user l JOIN seat_pool p ON p.id = l.pool_id JOIN user_account u ON u.id = l.user_id
               WHERE p.organization_id = ${organizationId}
                 AND (${query.product ?? null}::text IS NULL OR p.product = ${query.product ?? null})
                 AND (${query.search ?? null}::text IS NULL
                      OR strpos(fold_case(u.email || ' ' || u.first_name || ' ' || u.last_name), fold_case(${query.search ?? null})) > 0)`,
        tieBreaker: 'u.id, p.id',
      },
      query,
      { assignedAt: 'l.assigned_at', email: 'u.email', product: 'p.product' },
    );
  }

  /**
   * Gives a member a per-user seat. Doing it twice is doing it once.
   *
   * @throws NoSeatToAssignError
   * @throws NotFoundError when the user is not a member
   */
  async assign(caller: Caller, organizationId: number, userId: number, product: Product, model: Model): Promise<void> {
    await this.dataSource.transaction((manager) =>
      this.assignIn(manager, caller, organizationId, userId, product, model),
    );
  }

  /** {@link assign} as a part of something larger. */
  async assignIn(
    manager: EntityManager,
    actor: Actor,
    organizationId: number,
    userId: number,
    product: Product,
    model: Model,
  ): Promise<void> {
    const pool = await this.lockPool(manager, organizationId, product, model);
    const [member] = await manager.query<{ licensed: boolean }[]>(
      `SELECT EXISTS (SELECT FROM licensed_user WHERE pool_id = $3 AND user_id = $2) AS licensed
           FROM membership WHERE organization_id = $1 AND user_id = $2`,
      [organizationId, userId, pool.id],
    );
    if (!member) throw new NotFoundError('The member', 'This organization has no member with this id.');
    if (member.licensed) return;
    const [assigned] = await manager.query<[{ count: number }]>(
      // A seat that was taken back counts for as long as a token for it is out, unless its user gets it again.
      `SELECT (SELECT count(*)::int FROM licensed_user WHERE pool_id = $1)
            + (SELECT count(DISTINCT seat)::int FROM charged_seat
                WHERE pool_id = $1 AND expires_at > server_now($2) AND seat <> 'user ' || $3::bigint) AS count`,
      [pool.id, this.clock.offsetMillis, userId],
    );
    if (assigned.count >= pool.quota) throw new NoSeatToAssignError(product, model, pool.quota);
    // By the database's clock: after a cut of the quota those who were assigned first keep their seats.
    await manager.query('INSERT INTO licensed_user (pool_id, user_id, assigned_at) VALUES ($1, $2, server_now($3))', [
      pool.id,
      userId,
      this.clock.offsetMillis,
    ]);
    await this.audit.record(manager, actor, {
      action: 'licensed-user.assigned',
      organizationId,
      targetType: 'user',
      targetId: userId,
      details: { product, model },
    });
  }

  /**
   * Takes the seat back; a session on it ends.
   *
   * @throws NotFoundError when the user had none
   */
  async unassign(
    caller: Caller,
    organizationId: number,
    userId: number,
    product: Product,
    model: Model,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.unassignIn(manager, caller, organizationId, userId, product, model);
    });
  }

  /**
   * Gives the seat of a user to another member in one step; a session on it ends.
   *
   * @throws NotFoundError when the user had none, or the other one is not a member
   * @throws LicensedAlreadyError when the other one has a seat
   */
  async transfer(
    caller: Caller,
    organizationId: number,
    userId: number,
    to: number,
    product: Product,
    model: Model,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const pool = await this.lockPool(manager, organizationId, product, model);
      const [already] = await manager.query<unknown[]>(
        'SELECT FROM licensed_user WHERE pool_id = $1 AND user_id = $2',
        [pool.id, to],
      );
      if (already) throw new LicensedAlreadyError(product, model);
      const assignedAt = await this.unassignIn(manager, caller, organizationId, userId, product, model);
      await this.assignIn(manager, caller, organizationId, to, product, model);
      // After a cut of the quota it stays as good as it was.
      await manager.query('UPDATE licensed_user SET assigned_at = $3 WHERE pool_id = $1 AND user_id = $2', [
        pool.id,
        to,
        assignedAt,
      ]);
    });
  }

  /** @returns since when the user had it */
  private async unassignIn(
    manager: EntityManager,
    actor: Actor,
    organizationId: number,
    userId: number,
    product: Product,
    model: Model,
  ): Promise<Date> {
    const pool = await this.lockPool(manager, organizationId, product, model);
    const [[removed]] = await manager.query<[{ assignedAt: Date }[], number]>(
      'DELETE FROM licensed_user WHERE pool_id = $1 AND user_id = $2 RETURNING assigned_at AS "assignedAt"',
      [pool.id, userId],
    );
    if (!removed) throw new NotFoundError('The licensed user', 'This user has no such seat in this organization.');
    let ended = 0;
    for (const action of this.onUnassigned) ended += await action(manager, actor, pool.id, userId);
    await this.audit.record(manager, actor, {
      action: 'licensed-user.unassigned',
      organizationId,
      targetType: 'user',
      targetId: userId,
      details: { product, model, ...sessionsEnded(ended) },
    });
    return removed.assignedAt;
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
    const [returned] = await manager.query<[{ product: Product; model: Model }[], number]>(
      `DELETE FROM licensed_user l USING seat_pool p
        WHERE p.id = l.pool_id AND p.organization_id = $1 AND l.user_id = $2 RETURNING p.product, p.model`,
      [organizationId, userId],
    );
    return returned;
  }

  /** The pool's row is the lock for all that is taken from it. */
  private async lockPool(
    manager: EntityManager,
    organizationId: number,
    product: Product,
    model: Model,
  ): Promise<PoolRow> {
    const [pool] = await manager.query<PoolRow[]>(
      'SELECT id, quota FROM seat_pool WHERE organization_id = $1 AND product = $2 AND model = $3 FOR UPDATE',
      [organizationId, product, model],
    );
    if (!pool) throw new NotFoundError('The organization');
    return pool;
  }
}
