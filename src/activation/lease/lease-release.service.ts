import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor, server } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { sessionsEnded } from '../../audit/sessions-ended.js';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { GroupCommit, isItemError, type Outcome } from '../../concurrency/group-commit.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { LicensedUserService } from '../../license/licensed-user.service.js';
import { lockDivision, lockPools } from '../../license/pool/lock-pools.js';
import { LOG } from '../../log/log.module.js';
import { MembershipService } from '../../organization/membership.service.js';
import { OrganizationService } from '../../organization/organization.service.js';
import { type Role } from '../../access/role.js';
import { endLeases, holder, noEnder } from '../seat/end-leases.js';
import { LeaseMetrics } from './lease-metrics.js';
import { LicensePolicyService } from '../policy/license-policy.service.js';
import { HeartbeatService } from './heartbeat.service.js';
import { type ClientPackage, machineOf, productOf, type Session } from '../seat/seat-decision.js';
import { type Ending, type Holder, LeaseEndedError, SeatsInUseError } from '../seat/seat-errors.js';

/** Organizations and jobs whose leases are meant. */
export interface LeaseFilter {
  organizationId?: number;
  jobId?: string;
}

interface ReleaseItem {
  id: string;
  actor: Caller;
}

/** Gives seats back: to the one who holds them, to those who administer them, and when no one can any more. */
@Injectable()
export class LeaseReleaseService implements OnModuleInit, OnApplicationShutdown {
  private readonly releases = new GroupCommit<ReleaseItem, boolean>(
    (items) => this.releaseBatch(items),
    isItemError,
    200,
    1,
    (items, seconds) => this.metrics.batch('release', items, seconds),
  );
  private readonly sweeping = new PeriodicTask(
    () => this.sweep(),
    60_000,
    (error) => this.log.warn({ err: error }, 'Expired leases could not be swept; next try in a minute'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly metrics: LeaseMetrics,
    private readonly policies: LicensePolicyService,
    private readonly heartbeat: HeartbeatService,
    licensedUsers: LicensedUserService,
    organizations: OrganizationService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    organizations.whenDeleting((manager, organizationId) => this.leave(manager, organizationId));
    licensedUsers.whenUnassigned(async (manager, actor, poolId, userId) => {
      const condition = 'l.pool_id = $1 AND l.user_id = $2';
      return (await endLeases(manager, this.audit, 'unassigned', actor, condition, [poolId, userId])).length;
    });
  }

  onModuleInit(): void {
    this.sweeping.start();
  }

  onApplicationShutdown(): void {
    // A database that is away does not keep the server from stopping.
    void this.sweeping.stop();
  }

  /** Gives a seat back. One that is gone already is given back. */
  async release(caller: Caller, id: string): Promise<void> {
    await this.releases.add({ id, actor: caller });
  }

  /**
   * Gives back whatever the caller holds for a CI job, from whichever of its steps.
   *
   * @returns how many seats
   */
  async releaseJob(caller: Caller, { jobId, organizationId }: LeaseFilter): Promise<number> {
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(
        manager,
        this.audit,
        'released',
        holder(caller),
        'l.user_id = $1 AND l.job_id = $2 AND ($3::bigint IS NULL OR l.organization_id = $3)',
        [caller.id, jobId ?? '', organizationId ?? null],
      ),
    );
    return ended.length;
  }

  /** Gives back what a session holds, as Studio asks for it; organizationId undefined: in every organization. */
  async releaseSession(
    caller: Caller,
    session: Pick<Session, 'machineId' | 'sessionId' | 'clientPackage'>,
    organizationId: number | undefined,
  ): Promise<void> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM lease WHERE user_id = $1 AND product = $2 AND machine_id = $3 AND session_id = $4
          AND ($5::bigint IS NULL OR organization_id = $5)`,
      [caller.id, productOf(session.clientPackage), session.machineId, session.sessionId, organizationId ?? null],
    );
    await Promise.all(rows.map(({ id }) => this.release(caller, id)));
  }

  /**
   * Ends a session of the caller that runs, or was forgotten, elsewhere.
   *
   * @throws NotFoundError
   */
  async endOwn(caller: Caller, id: string): Promise<void> {
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, 'ended-by-holder', holder(caller), 'l.id = $1 AND l.user_id = $2', [
        id,
        caller.id,
      ]),
    );
    if (ended.length === 0) throw new NotFoundError('Your lease');
  }

  /**
   * An administrator ends a user's lease; its client learns it at its next renewal.
   *
   * @param deny whether its machine gets no seat from now on; else the client may ask for the next one
   * @throws NotFoundError
   * @throws PolicyListFullError
   */
  async terminate(caller: Caller, organizationId: number, id: string, deny: boolean): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // The policy is about all seats of the organization.
      if (deny) await lockPools(manager, organizationId);
      const condition = 'l.id = $1 AND l.organization_id = $2';
      const ended = await endLeases(manager, this.audit, 'terminated', caller, condition, [id, organizationId]);
      const [lease] = ended;
      if (!lease) throw new NotFoundError('The online license');
      if (deny) await this.policies.denyMachine(manager, caller, organizationId, machineOf(lease));
    });
  }

  /**
   * "Deactivate" in Studio: ends the caller's leases on a machine, and frees the node-locked seat it is bound to, if the
   * caller bound it or administers the organization.
   */
  async deactivateMachine(
    caller: Caller,
    machineId: string,
    clientPackage: ClientPackage,
    organizationId: number | undefined,
  ): Promise<void> {
    const product = productOf(clientPackage);
    const roles = await this.memberships.of(caller.id);
    const administered = [...roles].filter(([, role]) => administers(role)).map(([id]) => id);
    await this.dataSource.transaction(async (manager) => {
      // Also where no session runs: one may be about to begin on the seat that the machine gives up here.
      await lockPools(manager, ...roles.keys());
      const condition = `l.user_id = $1 AND l.product = $2 AND $3 IN (l.machine_id, l.fingerprint) AND ($4::bigint IS NULL OR l.organization_id = $4)`;
      const parameters = [caller.id, product, machineId, organizationId ?? null];
      const ended = await endLeases(manager, this.audit, 'machine-deactivated', caller, condition, parameters);
      const [unbound] = await manager.query<[{ organizationId: number }[], number]>(
        `DELETE FROM machine m USING seat_pool p
          WHERE p.id = m.pool_id AND p.product = $2 AND m.machine_id = $3
            AND ($4::bigint IS NULL OR p.organization_id = $4)
            AND p.organization_id = ANY($5) AND (m.user_id = $1 OR p.organization_id = ANY($6))
          RETURNING p.organization_id AS "organizationId"`,
        [...parameters, [...roles.keys()], administered],
      );
      await this.audit.record(
        manager,
        caller,
        ...unbound.map((row) => ({
          action: 'machine.unregistered',
          organizationId: row.organizationId,
          targetType: 'machine',
          targetId: machineId,
          details: {
            product,
            ...sessionsEnded(ended.filter((lease) => lease.organizationId === row.organizationId).length),
          },
        })),
      );
    });
  }

  /**
   * Ends what a user holds, everywhere or in one organization; the code that removes or disables them does it in the same
   * transaction, before touching the membership.
   *
   * @returns how many sessions
   */
  async endAllOf(
    manager: EntityManager,
    reason: 'member-removed' | 'user-disabled',
    actor: Actor,
    userId: number,
    organizationId?: number,
  ): Promise<number> {
    const condition = 'l.user_id = $1 AND ($2::bigint IS NULL OR l.organization_id = $2)';
    return (await endLeases(manager, this.audit, reason, actor, condition, [userId, organizationId ?? null])).length;
  }

  /** @throws SeatsInUseError */
  private async leave(manager: EntityManager, organizationId: number): Promise<void> {
    // Its seats are divided among the others right after.
    await lockDivision(manager, organizationId);
    const holders = await manager.query<Holder[]>(
      `SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt"
         FROM lease l JOIN user_account u ON u.id = l.user_id
        WHERE l.organization_id = $1 AND l.expires_at > server_now($2) ORDER BY l.started_at, l.number`,
      [organizationId, this.clock.offsetMillis],
    );
    if (holders.length > 0) throw new SeatsInUseError(holders);
    await endLeases(manager, this.audit, 'expired', noEnder, 'l.organization_id = $1', [organizationId]);
  }

  /**
   * Ends a lease whose client says that it has been idle for longer than its organization allows.
   *
   * @throws LeaseEndedError when it has ended
   */
  async endIfIdle(caller: Caller, id: string, idleSeconds: number): Promise<void> {
    const ended = await this.endIdle(idleSeconds, 'l.id = $2 AND l.user_id = $3', [id, caller.id]);
    if (ended > 0) throw new LeaseEndedError(await this.endingOf(caller, id));
  }

  /** The same for a session that reports to be idle instead of renewing; it learns its end when it renews. */
  async endIdleSession(
    caller: Caller,
    session: { organizationId: number; machineId: string; sessionId: string },
    idleSeconds: number,
  ): Promise<void> {
    await this.endIdle(
      idleSeconds,
      'l.user_id = $2 AND l.organization_id = $3 AND l.machine_id = $4 AND l.session_id = $5',
      [caller.id, session.organizationId, session.machineId, session.sessionId],
    );
  }

  /** @param where condition on `lease l`, with `parameters` from $2 on */
  private async endIdle(idleSeconds: number, where: string, parameters: readonly unknown[]): Promise<number> {
    const condition = `${where}
      AND EXISTS (SELECT FROM organization o WHERE o.id = l.organization_id AND o.idle_minutes * 60 <= $1::float8)`;
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, 'idle', server, condition, [idleSeconds, ...parameters]),
    );
    return ended.length;
  }

  /** How a lease of the caller ended, as long as the server remembers. */
  async endingOf(caller: Caller, id: string): Promise<Ending | undefined> {
    const [ending] = await this.dataSource.query<Ending[]>(
      `SELECT end_reason AS reason, ended_by AS by, ended_at AS at FROM ended_session WHERE lease_id = $1 AND user_id = $2`,
      [id, caller.id],
    );
    return ending;
  }

  private async releaseBatch(items: readonly ReleaseItem[]): Promise<Outcome<boolean>[]> {
    const addresses = new Map(items.map(({ id, actor }) => [`${id} ${actor.id}`, actor.address]));
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(
        manager,
        this.audit,
        'released',
        { name: '', address: null, addresses },
        '(l.id, l.user_id) IN (SELECT * FROM unnest($1::uuid[], $2::bigint[]))',
        [items.map(({ id }) => id), items.map(({ actor }) => actor.id)],
      ),
    );
    const ids = new Set(ended.map(({ id }) => id));
    return items.map(({ id }) => ({ result: ids.has(id) }));
  }

  /** Tidies up what dead clients left; no request waits for it, for a check-out takes an expired seat itself. */
  private async sweep(): Promise<void> {
    await this.heartbeat.touch();
    await this.dataSource.transaction((manager) =>
      endLeases(
        manager,
        this.audit,
        'expired',
        noEnder,
        'l.id IN (SELECT id FROM lease WHERE expires_at <= server_now($1) LIMIT 5000) AND l.expires_at <= server_now($1)',
        [this.clock.offsetMillis],
      ),
    );
  }
}

function administers(role: Role): boolean {
  return role === 'OWNER' || role === 'ADMIN';
}
