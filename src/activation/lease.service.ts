import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type Actor, server } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type Caller } from '../auth/caller.js';
import { Clock } from '../clock/clock.js';
import { QueryLog } from '../database/query-log.js';
import { NotFoundError } from '../errors/domain-error.js';
import { LicenseService } from '../license/license.service.js';
import { LicensedUserService } from '../license/licensed-user.service.js';
import { type Model, type Product } from '../license/product.js';
import { LOG } from '../log/log.module.js';
import { type Role } from '../organization/role.js';
import { MembershipService } from '../organization/membership.service.js';
import { OrganizationService } from '../organization/organization.service.js';
import {
  CheckOutBatch,
  type CheckOutItem,
  type CheckOutResult,
  type Denied,
  type Granted,
  QuotasOutdatedError,
} from './check-out.js';
import { endLeases } from './end-leases.js';
import { GroupCommit, type Outcome } from './group-commit.js';
import { LeaseMetrics } from './lease-metrics.js';
import { renewAt } from './lease-policy.js';
import { checkMachineId } from './machine-id.js';
import { type ClientPackage, productOf, type SeatRequest } from './seat-decision.js';
import { type Holder, LeaseEndedError, NoOrganizationError, SeatDeniedError, SeatsInUseError } from './seat-errors.js';

/** A session that wants a seat. */
export type Session = Omit<SeatRequest, 'userId' | 'organizationId'>;

/** A seat that was granted or goes on. */
export interface Lease extends Granted {
  organizationId: number;
  product: Product;
  renewAt: Date;
}

interface RenewItem {
  id: string;
  userId: number;
}

interface RenewedRow {
  id: string;
  userId: number;
  /** Milliseconds since 1970: quicker to read than a timestamp's text. */
  renewed: number;
  expires: number;
}

export interface Renewal {
  id: string;
  renewAt: Date;
  expiresAt: Date;
}

interface ReleaseItem {
  id: string;
  actor: Caller;
}

const renewStatement = {
  name: 'renew-leases',
  text: `UPDATE lease l
            SET renewed_at = t.now, expires_at = least(t.now + o.lease_minutes * interval '1 minute', p.ends_at)
           FROM unnest($1::uuid[], $2::bigint[]) AS w(id, user_id), server_now($3) AS t(now), seat_pool p, organization o,
                installation i
          WHERE l.id = w.id AND l.user_id = w.user_id AND p.id = l.pool_id AND o.id = l.organization_id
            AND l.expires_at > t.now
            AND p.ends_at > greatest(t.now, i.newest_time)
      RETURNING l.id, l.user_id AS "userId", floor(extract(epoch FROM l.renewed_at) * 1000)::bigint AS renewed,
                floor(extract(epoch FROM l.expires_at) * 1000)::bigint AS expires`,
};

/** Seats come and go: check-out, renewal, release. What arrives at the same moment shares one commit. */
@Injectable()
export class LeaseService implements OnModuleInit, OnApplicationShutdown {
  private readonly checkOuts = new GroupCommit<CheckOutItem, CheckOutResult>(
    (items) => this.checkOutBatch(items),
    isOfOneRow,
    200,
    1,
    (items, seconds) => this.metrics.batch('check-out', items, seconds),
  );
  private readonly renewals = new GroupCommit<RenewItem, RenewedRow | undefined>(
    (items) => this.renewBatch(items),
    isOfOneRow,
    500,
    2,
    (items, seconds) => this.metrics.batch('renew', items, seconds),
  );
  private readonly releases = new GroupCommit<ReleaseItem, boolean>(
    (items) => this.releaseBatch(items),
    isOfOneRow,
    200,
    1,
    (items, seconds) => this.metrics.batch('release', items, seconds),
  );
  private readonly pool: Pool;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly memberships: MembershipService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly metrics: LeaseMetrics,
    private readonly queryLog: QueryLog,
    licensedUsers: LicensedUserService,
    organizations: OrganizationService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
    organizations.whenDeleting((manager, organizationId) => this.leave(manager, organizationId));
    licensedUsers.whenUnassigned(async (manager, poolId, userId) => {
      const condition = 'l.pool_id = $1 AND l.user_id = $2';
      await endLeases(manager, this.audit, 'unassigned', () => server, condition, [poolId, userId]);
    });
  }

  /**
   * Ends what a user holds, everywhere or in one organization; whoever removes or disables them does it in the same
   * transaction, before touching the membership.
   */
  async endAllOf(
    manager: EntityManager,
    reason: 'member-removed' | 'user-disabled',
    actor: Actor,
    userId: number,
    organizationId?: number,
  ): Promise<void> {
    const condition = 'l.user_id = $1 AND ($2::bigint IS NULL OR l.organization_id = $2)';
    await endLeases(manager, this.audit, reason, () => actor, condition, [userId, organizationId ?? null]);
  }

  /** @throws SeatsInUseError */
  private async leave(manager: EntityManager, organizationId: number): Promise<void> {
    await manager.query('SELECT FROM seat_pool WHERE organization_id = $1 ORDER BY id FOR UPDATE', [organizationId]);
    const holders = await manager.query<Holder[]>(
      `SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt"
         FROM lease l JOIN user_account u ON u.id = l.user_id
        WHERE l.organization_id = $1 AND l.expires_at > server_now($2) ORDER BY l.started_at, l.number`,
      [organizationId, this.clock.offsetMillis],
    );
    if (holders.length > 0) throw new SeatsInUseError(holders);
    await endLeases(manager, this.audit, 'expired', () => server, 'l.organization_id = $1', [organizationId]);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.sweep(), 60_000).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Gives the session a seat, or prolongs the one it has: asking twice is asking once.
   *
   * @param organizationId undefined: whichever organization of the caller has a seat
   * @throws SeatDeniedError with the holders
   * @throws NotFoundError when the caller is no member of the organization
   * @throws NoOrganizationError when the caller is a member of none
   * @throws WildcardMachineIdError
   */
  async checkOut(caller: Caller, session: Session, organizationId?: number): Promise<Lease> {
    checkMachineId(session.machineId);
    const candidates =
      organizationId === undefined
        ? await this.candidates(caller, session)
        : [await this.memberOf(caller, organizationId)];
    const only = candidates.length === 1;
    for (const candidate of candidates) {
      const result = await this.ask(caller, session, candidate, only);
      if (result.outcome !== 'denied') return this.leaseOf(result, session.clientPackage, candidate);
      if (only) throw await this.denied(result, session, candidate, caller);
    }
    const first = candidates[0];
    if (first === undefined) throw new NoOrganizationError();
    const result = await this.ask(caller, session, first, true);
    if (result.outcome === 'denied') throw await this.denied(result, session, first, caller);
    return this.leaseOf(result, session.clientPackage, first);
  }

  /**
   * Prolongs a lease. One that has expired and was not given away yet competes for its seat like everybody else.
   *
   * @throws LeaseEndedError
   * @throws SeatDeniedError
   */
  async renew(caller: Caller, id: string): Promise<Renewal> {
    const renewed = await this.renewals.add({ id, userId: caller.id });
    if (renewed) {
      const expiresAt = new Date(renewed.expires);
      return { id, renewAt: renewAt(new Date(renewed.renewed), expiresAt), expiresAt };
    }
    const [late] = await this.dataSource.query<(SeatRequest & { model: Model; product: Product })[]>(
      `SELECT l.organization_id AS "organizationId", l.machine_id AS "machineId", l.session_id AS "sessionId", l.hostname,
              l.version, l.product, p.model
         FROM lease l JOIN seat_pool p ON p.id = l.pool_id WHERE l.id = $1 AND l.user_id = $2`,
      [id, caller.id],
    );
    if (!late) throw new LeaseEndedError();
    const engine = late.model === 'floating' ? 'FLOATING_ENGINE' : 'ENGINE';
    const clientPackage: ClientPackage = late.product === 'KSE' ? 'KSE' : engine;
    const lease = await this.checkOut(caller, { ...late, clientPackage }, late.organizationId);
    return { id: lease.id, renewAt: lease.renewAt, expiresAt: lease.expiresAt };
  }

  /** Gives a seat back. One that is gone already is given back. */
  async release(caller: Caller, id: string): Promise<void> {
    await this.releases.add({ id, actor: caller });
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
      const condition = `l.user_id = $1 AND l.product = $2 AND l.machine_id = $3 AND ($4::bigint IS NULL OR l.organization_id = $4)`;
      const parameters = [caller.id, product, machineId, organizationId ?? null];
      await endLeases(manager, this.audit, 'machine-deactivated', () => caller, condition, parameters);
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
          details: { product },
        })),
      );
    });
  }

  /**
   * An administrator ends somebody's lease; its client learns it at its next renewal.
   *
   * @throws NotFoundError
   */
  async terminate(caller: Caller, organizationId: number, id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const condition = 'l.id = $1 AND l.organization_id = $2';
      const ended = await endLeases(manager, this.audit, 'terminated', () => caller, condition, [id, organizationId]);
      if (ended.length === 0) throw new NotFoundError('The online license');
    });
  }

  private async ask(
    caller: Caller,
    session: Session,
    organizationId: number,
    recordDenial: boolean,
  ): Promise<CheckOutResult> {
    const request = { ...session, userId: caller.id, organizationId };
    try {
      return await this.checkOuts.add({ request, actor: caller, recordDenial });
    } catch (error) {
      // The lease refers to the membership, which has ended a moment ago.
      if ((error as { code?: string }).code === '23503')
        throw new NotFoundError('Your membership in this organization');
      throw error;
    }
  }

  private leaseOf(granted: Granted, clientPackage: ClientPackage, organizationId: number): Lease {
    const due = renewAt(granted.renewedAt, granted.expiresAt);
    return { ...granted, organizationId, product: productOf(clientPackage), renewAt: due };
  }

  /** Where the session has its seat, then where the user was last, then the oldest organization. */
  private async candidates(caller: Caller, { machineId, sessionId, clientPackage }: Session): Promise<number[]> {
    const roles = await this.memberships.of(caller.id);
    // Nearly everybody is a member of one organization, and there is nothing to look up.
    if (roles.size < 2) return [...roles.keys()];
    const [first] = await this.dataSource.query<{ current: number | null; last: number | null }[]>(
      `SELECT last_organization_id AS last,
              (SELECT organization_id FROM lease
                WHERE user_id = $1 AND product = $2 AND machine_id = $3 AND session_id = $4 LIMIT 1) AS current
         FROM user_account WHERE id = $1`,
      [caller.id, productOf(clientPackage), machineId, sessionId],
    );
    return [...new Set([first?.current, first?.last, ...roles.keys()])].filter(
      (id): id is number => typeof id === 'number' && roles.has(id),
    );
  }

  private async memberOf(caller: Caller, organizationId: number): Promise<number> {
    const role = await this.memberships.roleIn(organizationId, caller.id);
    if (!role) throw new NotFoundError(`An organization with the id ${organizationId} of which you are a member`);
    return organizationId;
  }

  private async checkOutBatch(items: readonly CheckOutItem[]): Promise<Outcome<CheckOutResult>[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const outcomes = await this.dataSource.transaction((manager) =>
          new CheckOutBatch(manager, this.audit, this.clock.offsetMillis).run(items),
        );
        this.metrics.extended(outcomes.filter((each) => 'result' in each && each.result.outcome === 'extended').length);
        return outcomes;
      } catch (error) {
        if (!(error instanceof QuotasOutdatedError) || attempt === 3) throw error;
        await this.dataSource.transaction((manager) => this.licenses.reallocate(manager));
      }
    }
  }

  private async renewBatch(items: readonly RenewItem[]): Promise<Outcome<RenewedRow | undefined>[]> {
    const { rows } = await this.queryLog.timed(renewStatement.text, () =>
      this.pool.query<RenewedRow>({
        ...renewStatement,
        values: [items.map(({ id }) => id), items.map(({ userId }) => userId), this.clock.offsetMillis],
      }),
    );
    this.metrics.extended(rows.length);
    const renewed = new Map(rows.map((row) => [row.id, row]));
    return items.map(({ id, userId }) => {
      const row = renewed.get(id);
      return { result: row?.userId === userId ? row : undefined };
    });
  }

  private async releaseBatch(items: readonly ReleaseItem[]): Promise<Outcome<boolean>[]> {
    const actors = new Map<string, Actor>(items.map(({ id, actor }) => [`${id} ${actor.id}`, actor]));
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(
        manager,
        this.audit,
        'released',
        (lease) => actors.get(`${lease.id} ${lease.userId}`) ?? server,
        '(l.id, l.user_id) IN (SELECT * FROM unnest($1::uuid[], $2::bigint[]))',
        [items.map(({ id }) => id), items.map(({ actor }) => actor.id)],
      ),
    );
    const ids = new Set(ended.map(({ id }) => id));
    return items.map(({ id }) => ({ result: ids.has(id) }));
  }

  /** Tidies up what dead clients left; nobody waits for it, for a check-out takes an expired seat itself. */
  private async sweep(): Promise<void> {
    try {
      await this.dataSource.transaction((manager) =>
        endLeases(
          manager,
          this.audit,
          'expired',
          () => server,
          'l.id IN (SELECT id FROM lease WHERE expires_at <= server_now($1) LIMIT 5000) AND l.expires_at <= server_now($1)',
          [this.clock.offsetMillis],
        ),
      );
    } catch (error) {
      this.log.warn({ err: error }, 'Expired leases could not be swept; next try in a minute');
    }
  }

  private async denied(
    { code, now }: Denied,
    { clientPackage }: Session,
    organizationId: number,
    caller: Caller,
  ): Promise<SeatDeniedError> {
    const product = productOf(clientPackage);
    const floatingOnly = clientPackage === 'FLOATING_ENGINE';
    const [pools] = await this.dataSource.query<[{ name: string; seats: number; offline: number }]>(
      `SELECT o.name, (SELECT count(DISTINCT f.machine_id)::int FROM offline_license f JOIN seat_pool q ON q.id = f.pool_id
                        WHERE f.organization_id = $1 AND q.product = $2 AND f.expires_at > $4
                          AND (NOT $3 OR q.model = 'floating')) AS offline,
              coalesce(sum(p.quota) FILTER (WHERE p.model = 'floating' OR (NOT $3 AND p.model = 'node-locked')), 0)::int AS seats
         FROM organization o LEFT JOIN seat_pool p ON p.organization_id = o.id AND p.product = $2
        WHERE o.id = $1 GROUP BY o.name`,
      [organizationId, product, floatingOnly, now],
    );
    const holders = await this.dataSource.query<Holder[]>(
      `SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt"
         FROM lease l JOIN user_account u ON u.id = l.user_id JOIN seat_pool p ON p.id = l.pool_id
        WHERE l.organization_id = $1 AND l.product = $2 AND l.expires_at > $3
          AND (NOT $4 OR p.model = 'floating') AND ($5::bigint IS NULL OR l.user_id = $5)
        ORDER BY l.started_at, l.number LIMIT 100`,
      [organizationId, product, now, floatingOnly, code === 'no-seat-assigned' ? caller.id : null],
    );
    return new SeatDeniedError(code, product, pools.name, pools.seats, holders, pools.offline, now);
  }
}

function administers(role: Role): boolean {
  return role === 'OWNER' || role === 'ADMIN';
}

/** SQLSTATE classes of wrong data, violated constraints, and deadlocks; all else is the database's own trouble. */
function isOfOneRow(error: unknown): boolean {
  return /^(22|23|40)\w{3}$/.test((error as { code?: string }).code ?? '');
}
