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
import { lockPools } from '../license/lock-pools.js';
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
  OutageError,
  QuotasOutdatedError,
  unseenMillis,
} from './check-out.js';
import { endLeases } from './end-leases.js';
import { GroupCommit, type Outcome } from '../database/group-commit.js';
import { LeaseMetrics } from './lease-metrics.js';
import { renewAt } from './lease-policy.js';
import { checkMachineId } from './machine-id.js';
import { LicensePolicyService } from './license-policy.service.js';
import { OutageService } from './outage.service.js';
import { type ClientPackage, machineOf, passesByItself, productOf, type SeatRequest } from './seat-decision.js';
import { SeatQueue } from './seat-queue.js';
import {
  type Ending,
  type Holder,
  LeaseEndedError,
  NoOrganizationError,
  SeatDeniedError,
  SeatsInUseError,
  ServerStoppingError,
} from './seat-errors.js';

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
  renewalShare: number;
}

interface SessionItem extends Session {
  userId: number;
  organizationId: number | undefined;
}

interface RenewedSessionRow extends Pick<
  Lease,
  'id' | 'number' | 'product' | 'organizationId' | 'model' | 'organizationName' | 'renewalShare' | 'quota'
> {
  userId: number;
  machineId: string;
  sessionId: string;
  renewed: number;
  expires: number;
  /** Seats of the pool, those of offline licenses included. */
  inUse: number;
}

export interface Renewal {
  id: string;
  renewedAt: Date;
  renewAt: Date;
  expiresAt: Date;
  /** The new lease, where the old one was over and had to compete for a seat. */
  anew?: Lease;
  session?: Session;
}

/** How long somebody waits for a seat. */
export interface Waiting {
  seconds: number;
  /** Aborted when the client has gone away. */
  gone: AbortSignal;
}

/** Organizations and jobs whose leases are meant. */
export interface LeaseFilter {
  organizationId?: number;
  jobId?: string;
}

interface DeniedRow {
  name: string;
  seats: number;
  machineQuota: number | null;
  offline: number;
  availableAt: Date | null;
  waiting: number;
}

interface ReleaseItem {
  id: string;
  actor: Caller;
}

const renewStatement = {
  name: 'renew-leases',
  text: `UPDATE lease l
            -- Never shortened: its client may not hear of it, and the pool's earliest expiry is a lower bound.
            SET renewed_at = t.now,
                expires_at = greatest(l.expires_at, least(t.now + o.lease_minutes * interval '1 minute', p.ends_at))
           FROM unnest($1::uuid[], $2::bigint[]) AS w(id, user_id), server_now($3) AS t(now), seat_pool p, organization o,
                installation i
          WHERE l.id = w.id AND l.user_id = w.user_id AND p.id = l.pool_id AND o.id = l.organization_id
            AND l.expires_at > t.now
            AND p.ends_at > greatest(t.now, i.newest_time)
      RETURNING l.id, l.user_id AS "userId", floor(extract(epoch FROM l.renewed_at) * 1000)::bigint AS renewed,
                floor(extract(epoch FROM l.expires_at) * 1000)::bigint AS expires, o.renewal_share AS "renewalShare"`,
};

/**
 * Planned anew for each batch: a plan from the days of a dozen leases would read the whole table for each session. The leases
 * are looked up first and by the index (OFFSET, LIMIT, MATERIALIZED), whatever the planner believes.
 */
const renewSessionsInSql = `
  WITH found AS MATERIALIZED (
    SELECT w.id, p.id AS pool_id, t.now, o.name, o.renewal_share, p.model, p.quota, p.in_use, w.hostname, w.version,
           least(t.now + o.lease_minutes * interval '1 minute', p.ends_at) AS expires_at
      FROM server_now($9) AS t(now),
           LATERAL (SELECT w.*, s.id, s.pool_id
                      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[],
                                  $8::text[])
                             AS w(user_id, product, machine_id, session_id, organization_id, model, hostname, version),
                           LATERAL (SELECT id, pool_id FROM lease
                                     WHERE user_id = w.user_id AND product = w.product AND machine_id = w.machine_id
                                       AND session_id = w.session_id
                                       AND organization_id = coalesce(w.organization_id, organization_id)
                                     ORDER BY number DESC LIMIT 1) AS s
                    OFFSET 0) AS w,
           seat_pool p, organization o, installation i
     WHERE p.id = w.pool_id AND o.id = p.organization_id AND p.model = coalesce(w.model, p.model)
       AND p.ends_at > greatest(t.now, i.newest_time)
       -- Rules about machines are for the check-out to judge by.
       AND o.allowed_machines = '{}' AND o.denied_machines = '{}')
  UPDATE lease l
     SET renewed_at = f.now, expires_at = greatest(l.expires_at, f.expires_at),
         hostname = coalesce(f.hostname, l.hostname), version = coalesce(f.version, l.version)
    FROM found f
   WHERE l.id = f.id AND l.expires_at > f.now
  RETURNING l.id, l.number, l.user_id AS "userId", l.product, l.machine_id AS "machineId", l.session_id AS "sessionId",
            l.organization_id AS "organizationId", f.model, f.name AS "organizationName",
            floor(extract(epoch FROM l.renewed_at) * 1000)::bigint AS renewed,
            floor(extract(epoch FROM l.expires_at) * 1000)::bigint AS expires, f.renewal_share AS "renewalShare", f.quota,
            f.in_use + (SELECT count(DISTINCT o.machine_id) FROM offline_license o
                         WHERE o.pool_id = f.pool_id AND o.expires_at > f.now)::int AS "inUse"`;

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
  private readonly sessions = new GroupCommit<SessionItem, RenewedSessionRow | undefined>(
    (items) => this.renewSessionBatch(items),
    isOfOneRow,
    200,
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
    private readonly policies: LicensePolicyService,
    private readonly outage: OutageService,
    private readonly queue: SeatQueue,
    licensedUsers: LicensedUserService,
    organizations: OrganizationService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
    organizations.whenDeleting((manager, organizationId) => this.leave(manager, organizationId));
    licensedUsers.whenUnassigned(async (manager, actor, poolId, userId) => {
      const condition = 'l.pool_id = $1 AND l.user_id = $2';
      await endLeases(manager, this.audit, 'unassigned', actor, condition, [poolId, userId]);
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
    await endLeases(manager, this.audit, reason, actor, condition, [userId, organizationId ?? null]);
  }

  /** @throws SeatsInUseError */
  private async leave(manager: EntityManager, organizationId: number): Promise<void> {
    await lockPools(manager, organizationId);
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
   * @param waiting for an organization that is named: how long to wait for a seat when there is none
   * @throws SeatDeniedError with the holders
   * @throws NotFoundError when the caller is no member of the organization
   * @throws NoOrganizationError when the caller is a member of none
   * @throws WildcardMachineIdError
   */
  async checkOut(caller: Caller, session: Session, organizationId?: number, waiting?: Waiting): Promise<Lease> {
    checkMachineId(session.machineId);
    if (session.fingerprint !== null) checkMachineId(session.fingerprint);
    if (organizationId !== undefined) {
      return this.checkOutIn(caller, session, await this.memberOf(caller, organizationId), waiting);
    }
    const candidates = await this.candidates(caller, session);
    for (const candidate of candidates.length > 1 ? candidates : []) {
      const result = await this.ask(caller, session, candidate);
      if (result.outcome !== 'denied') return this.leaseOf(result, session.clientPackage, candidate);
    }
    const first = candidates[0];
    if (first === undefined) throw new NoOrganizationError();
    return this.checkOutIn(caller, session, first);
  }

  private async checkOutIn(
    caller: Caller,
    session: Session,
    organizationId: number,
    waiting?: Waiting,
  ): Promise<Lease> {
    let result = waiting
      ? await this.ask(caller, session, organizationId, { mayWait: true })
      : await this.ask(caller, session, organizationId, { recordDenial: true });
    if (waiting && result.outcome === 'denied') {
      result = await this.wait(caller, session, organizationId, waiting, result.ticket);
    }
    if (result.outcome === 'denied') throw await this.denied(result, session, organizationId, caller);
    return this.leaseOf(result, session.clientPackage, organizationId);
  }

  /** Waits for a seat, and in the end is refused like everybody else. */
  private async wait(
    caller: Caller,
    session: Session,
    organizationId: number,
    { seconds, gone }: Waiting,
    ticket: number | undefined,
  ): Promise<CheckOutResult> {
    const lastTry = { ticket, recordDenial: true };
    if (ticket === undefined) return this.ask(caller, session, organizationId, lastTry);
    const queue = { organizationId, product: productOf(session.clientPackage) };
    let isPlaceLeft = false;
    try {
      const answer = await this.queue.wait(ticket, queue, seconds * 1000, gone, async () => {
        const result = await this.ask(caller, session, organizationId, { ticket });
        return result.outcome === 'denied' && passesByItself(result.code) ? undefined : result;
      });
      const seat = answer?.outcome === 'denied' ? undefined : answer;
      // Nobody is there any more to hear of a seat, or of a refusal.
      if (gone.aborted) {
        if (seat) await this.release(caller, seat.id);
        throw new ServerStoppingError();
      }
      const result = seat ?? (await this.ask(caller, session, organizationId, lastTry));
      isPlaceLeft = true;
      return result;
    } finally {
      if (!isPlaceLeft) await this.queue.leave(ticket);
    }
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
      const renewedAt = new Date(renewed.renewed);
      const expiresAt = new Date(renewed.expires);
      return { id, renewedAt, renewAt: renewAt(renewedAt, expiresAt, renewed.renewalShare), expiresAt };
    }
    const [late] = await this.dataSource.query<(Omit<SeatRequest, 'userId'> & { model: Model; product: Product })[]>(
      `SELECT l.organization_id AS "organizationId", l.machine_id AS "machineId", l.session_id AS "sessionId", l.hostname,
              l.version, l.fingerprint, l.job_id AS "jobId", l.product, p.model
         FROM lease l JOIN seat_pool p ON p.id = l.pool_id WHERE l.id = $1 AND l.user_id = $2`,
      [id, caller.id],
    );
    if (!late) throw new LeaseEndedError(await this.endingOf(caller, id));
    const engine = late.model === 'floating' ? 'FLOATING_ENGINE' : 'ENGINE';
    const clientPackage: ClientPackage = late.product === 'KSE' ? 'KSE' : engine;
    const session = { ...late, clientPackage };
    const lease = await this.checkOut(caller, session, late.organizationId);
    const { renewedAt, renewAt: due, expiresAt } = lease;
    return { id: lease.id, renewedAt, renewAt: due, expiresAt, anew: lease, session };
  }

  /**
   * Prolongs what a session has, as Studio renews: by asking again. It takes no seat, so it needs no lock of the pool.
   *
   * @param organizationId undefined: whichever it has its seat from
   * @returns undefined for a session that has to check out: it holds nothing live, or rules about machines are to be asked
   */
  async renewSession(caller: Caller, session: Session, organizationId: number | undefined): Promise<Lease | undefined> {
    const row = await this.sessions.add({ ...session, userId: caller.id, organizationId });
    if (!row) return undefined;
    const beyond = row.model === 'floating' ? Math.max(0, row.inUse - row.quota) : 0;
    const times = { renewedAt: new Date(row.renewed), expiresAt: new Date(row.expires) };
    return this.leaseOf({ ...row, ...times, beyond, outcome: 'extended' }, session.clientPackage, row.organizationId);
  }

  /**
   * Ends a lease whose client says that nobody has used it for longer than its organization allows.
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
  private async endingOf(caller: Caller, id: string): Promise<Ending | undefined> {
    const [ending] = await this.dataSource.query<Ending[]>(
      `SELECT end_reason AS reason, ended_by AS by, ended_at AS at FROM ended_session WHERE lease_id = $1 AND user_id = $2`,
      [id, caller.id],
    );
    return ending;
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
        () => caller,
        'l.user_id = $1 AND l.job_id = $2 AND ($3::bigint IS NULL OR l.organization_id = $3)',
        [caller.id, jobId ?? '', organizationId ?? null],
      ),
    );
    return ended.length;
  }

  /**
   * Ends a session of the caller that runs, or was forgotten, elsewhere.
   *
   * @throws NotFoundError
   */
  async endOwn(caller: Caller, id: string): Promise<void> {
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, 'ended-by-holder', () => caller, 'l.id = $1 AND l.user_id = $2', [id, caller.id]),
    );
    if (ended.length === 0) throw new NotFoundError('Your lease');
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
      const condition = `l.user_id = $1 AND l.product = $2 AND $3 IN (l.machine_id, l.fingerprint) AND ($4::bigint IS NULL OR l.organization_id = $4)`;
      const parameters = [caller.id, product, machineId, organizationId ?? null];
      await endLeases(manager, this.audit, 'machine-deactivated', caller, condition, parameters);
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

  private async ask(
    caller: Caller,
    session: Session,
    organizationId: number,
    { recordDenial = false, ...queue }: Partial<Pick<CheckOutItem, 'recordDenial' | 'mayWait' | 'ticket'>> = {},
  ): Promise<CheckOutResult> {
    const request = { ...session, userId: caller.id, organizationId };
    try {
      return await this.checkOuts.add({ request, actor: caller, recordDenial, ...queue });
    } catch (error) {
      // The lease refers to the membership, which has ended a moment ago.
      if ((error as { code?: string }).code === '23503')
        throw new NotFoundError('Your membership in this organization');
      throw error;
    }
  }

  private leaseOf(granted: Granted, clientPackage: ClientPackage, organizationId: number): Lease {
    const due = renewAt(granted.renewedAt, granted.expiresAt, granted.renewalShare);
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
        if (attempt === 5) throw error;
        if (error instanceof OutageError) await this.outage.beat();
        else if (error instanceof QuotasOutdatedError) {
          await this.dataSource.transaction((manager) => this.licenses.reallocate(manager));
        } else throw error;
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

  private async renewSessionBatch(items: readonly SessionItem[]): Promise<Outcome<RenewedSessionRow | undefined>[]> {
    const { rows } = await this.queryLog.timed(renewSessionsInSql, () =>
      this.pool.query<RenewedSessionRow>({
        text: renewSessionsInSql,
        values: [
          items.map(({ userId }) => userId),
          items.map(({ clientPackage }) => productOf(clientPackage)),
          items.map(({ machineId }) => machineId),
          items.map(({ sessionId }) => sessionId),
          items.map(({ organizationId }) => organizationId ?? null),
          items.map(({ clientPackage }) => (clientPackage === 'FLOATING_ENGINE' ? 'floating' : null)),
          items.map(({ hostname }) => hostname),
          items.map(({ version }) => version),
          this.clock.offsetMillis,
        ],
      }),
    );
    this.metrics.extended(rows.length);
    const renewed = new Map(
      rows.flatMap((row) => [
        [keyOf(row, row.organizationId), row],
        [keyOf(row, undefined), row],
      ]),
    );
    return items.map((item) => ({
      result: renewed.get(keyOf({ ...item, product: productOf(item.clientPackage) }, item.organizationId)),
    }));
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
      await this.outage.beat();
      await this.dataSource.transaction((manager) =>
        endLeases(
          manager,
          this.audit,
          'expired',
          server,
          'l.id IN (SELECT id FROM lease WHERE expires_at <= server_now($1) LIMIT 5000) AND l.expires_at <= server_now($1)',
          [this.clock.offsetMillis],
        ),
      );
    } catch (error) {
      this.log.warn({ err: error }, 'Expired leases could not be swept; next try in a minute');
    }
  }

  /** The words for a refusal, with all that may help: who holds the seats, and when one can fall free. */
  private async denied(
    { code, now }: Denied,
    { clientPackage, machineId, sessionId }: Session,
    organizationId: number,
    caller: Caller,
  ): Promise<SeatDeniedError> {
    const product = productOf(clientPackage);
    const floatingOnly = clientPackage === 'FLOATING_ENGINE';
    const [pools] = await this.dataSource.query<[DeniedRow]>(
      `WITH pool AS (SELECT p.*, o.over_quota_percent FROM seat_pool p JOIN organization o ON o.id = p.organization_id
                      WHERE p.organization_id = $1 AND p.product = $2
                        AND (p.model = 'floating' OR NOT $3 AND p.model = 'node-locked')),
            held AS (SELECT p.model, l.expires_at FROM lease l JOIN pool p ON p.id = l.pool_id WHERE l.expires_at > $4
                     UNION ALL
                     SELECT p.model, max(f.expires_at) FROM offline_license f JOIN pool p ON p.id = f.pool_id
                      WHERE f.expires_at > $4 GROUP BY p.id, p.model, f.machine_id)
       SELECT o.name,
              (SELECT coalesce(sum(quota), 0)::int FROM pool) AS seats,
              (SELECT sum(machine_quota)::int FROM pool) AS "machineQuota",
              (SELECT count(DISTINCT (p.id, f.machine_id))::int FROM offline_license f JOIN pool p ON p.id = f.pool_id
                WHERE f.expires_at > $4) AS offline,
              -- Beyond the quota more than one must go before a seat is free.
              (SELECT h.expires_at FROM held h WHERE h.model = 'floating' ORDER BY h.expires_at
               OFFSET (SELECT greatest(0, (SELECT count(*) FROM held WHERE model = 'floating')
                                          - quota - floor(quota * over_quota_percent / 100.0)) FROM pool
                        WHERE model = 'floating' AND quota > 0) LIMIT 1) AS "availableAt",
              (SELECT count(*)::int FROM seat_waiter s WHERE s.organization_id = $1 AND s.product = $2
                  AND s.seen_at > clock_timestamp() - $5 * interval '1 millisecond') AS waiting
         FROM organization o WHERE o.id = $1`,
      [organizationId, product, floatingOnly, now, unseenMillis],
    );
    const known = { ...pools, product, organization: pools.name, now };
    const ended = await this.lastEnding(caller, organizationId, product, machineId, sessionId);
    if (!passesByItself(code)) {
      return new SeatDeniedError(code, { ...known, holders: [], held: 0, availableAt: null, ended });
    }
    const own = code === 'seat-used-elsewhere' ? caller.id : null;
    const holders = await this.dataSource.query<(Holder & { count: number })[]>(
      `SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt",
              count(*) OVER ()::int AS count
         FROM lease l JOIN user_account u ON u.id = l.user_id JOIN seat_pool p ON p.id = l.pool_id
        WHERE l.organization_id = $1 AND l.product = $2 AND l.expires_at > $3
          AND (NOT $4 OR p.model = 'floating') AND ($5::bigint IS NULL OR l.user_id = $5 AND p.model = 'per-user')
        ORDER BY l.started_at, l.number LIMIT 100`,
      [organizationId, product, now, floatingOnly, own],
    );
    const held = holders[0]?.count ?? 0;
    return new SeatDeniedError(code, {
      ...known,
      holders: holders.map(({ count: _, ...holder }) => holder),
      held,
      availableAt: own === null ? pools.availableAt : (holders[0]?.expiresAt ?? null),
      ended,
    });
  }

  /** Whether somebody has ended this very session, which now asks again as if nothing had happened. */
  private async lastEnding(
    caller: Caller,
    organizationId: number,
    product: Product,
    machineId: string,
    sessionId: string,
  ): Promise<Ending | undefined> {
    const [ending] = await this.dataSource.query<Ending[]>(
      `SELECT end_reason AS reason, ended_by AS by, ended_at AS at FROM ended_session
        WHERE user_id = $1 AND machine_id = $2 AND session_id = $3 AND organization_id = $4 AND product = $5
          AND end_reason IS NOT NULL AND end_reason NOT IN ('released', 'expired', 'replaced')
        ORDER BY ended_at DESC LIMIT 1`,
      [caller.id, machineId, sessionId, organizationId, product],
    );
    return ending;
  }
}

function administers(role: Role): boolean {
  return role === 'OWNER' || role === 'ADMIN';
}

function keyOf(
  { userId, product, machineId, sessionId }: Pick<RenewedSessionRow, 'userId' | 'product' | 'machineId' | 'sessionId'>,
  organizationId: number | undefined,
): string {
  return JSON.stringify([userId, product, machineId, sessionId, organizationId]);
}

/** SQLSTATE classes of wrong data, violated constraints, and deadlocks; all else is the database's own trouble. */
function isOfOneRow(error: unknown): boolean {
  return /^(22|23|40)\w{3}$/.test((error as { code?: string }).code ?? '');
}
