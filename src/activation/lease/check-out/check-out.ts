import { randomUUID } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../../../access/actor.js';
import { AuditService, type Change } from '../../../audit/audit.service.js';
import { type Settings } from '../../../config/settings.js';
import { type Outcome } from '../../../concurrency/group-commit.js';
import { pipeline } from '../../../database/pipeline.js';
import { type Statement } from '../../../database/preparing-client.js';
import { type Model, type Product } from '../../../license/file/product.js';
import {
  chargedSessions,
  counts,
  denials,
  extension,
  formerSessions,
  insertion,
  joinQueue,
  lastOrganizations,
  leaseCounts,
  leasesOf,
  leaveQueue,
  licensedUsers,
  liveSeats,
  lockHolders,
  lockPoolsOf,
  machineCounts,
  type Moment,
  momentOf,
  type NewLease,
  ownLeases,
  type PoolRow,
  poolsOf,
  registeredMachines,
  registration,
  removal,
  removeCharges,
  returningSessions,
  useIndexes,
  type Waiter,
} from './check-out-statements.js';
import { deleteExpired, endChange } from '../../seat/end-leases.js';
import { type FormerSession } from '../../seat/former-session.js';
import { defaultPolicy } from '../../seat/lease-policy.js';
import {
  type ChargedSession,
  decide,
  type Decision,
  type DenialCode,
  isMovedStudio,
  isOtherStudio,
  leaseMillisOf,
  type LeaseState,
  livesLong,
  machineOf,
  passesByItself,
  type PoolState,
  productOf,
  registersMachines,
  type SeatPolicy,
  type SeatRequest,
} from '../../seat/seat-decision.js';
import { reservationsIn } from '../../seat/seat-reservation.js';

/** A request as it comes into a batch. */
export interface CheckOutItem {
  request: SeatRequest;
  actor: Actor;
  /** Whether a refusal is final, and so a denial to be counted. */
  recordDenial: boolean;
  /**
   * Whether it waits its turn when there is no seat: because it asked for that, and then not with {@link recordDenial}; or for as
   * long as the policy has Runtime Engines wait, unless its session had a seat before.
   */
  mayWait?: 'as-asked' | 'by-policy';
  /** Its place among those who wait, once it does. */
  ticket?: number;
  /**
   * For a session that may have had a seat before: in which organization, null: in any. Its refusal is recorded once for each
   * reason, and says what it had. With {@link recordDenial}.
   */
  former?: { organizationId: number | null };
}

export interface Granted {
  outcome: 'created' | 'extended';
  id: string;
  number: number;
  model: Model;
  /** Name of the organization whose seat it is. */
  organizationName: string;
  renewedAt: Date;
  expiresAt: Date;
  /** Share of the lease after which its renewal is due. */
  renewalShare: number;
  /** The same for Katalon's clients. */
  clientRenewalShare: number;
  /** Seats of its pool that are in use beyond the quota. */
  beyond: number;
  quota: number;
}

export interface Denied {
  outcome: 'denied';
  code: DenialCode;
  now: Date;
  /** The place among those who wait; undefined: it does not wait. */
  ticket?: number;
  /** How long it waits, where the policy says so. */
  waitSeconds?: number;
  /** Where it stands among those who wait, from 1 on, when it joins them. */
  position?: number;
  /** Why it may not wait, though that would help: so many wait already. */
  crowd?: 'user' | 'organization';
  /** The lease that the session had before, where that was asked for. */
  former?: FormerSession;
}

/** What a server's administrator allows one user or organization. */
export type CheckOutLimits = Pick<Settings, 'maxLeasesPerUser' | 'maxWaitingPerUser' | 'maxWaitingPerOrganization'>;

export type CheckOutResult = Granted | Denied;

/** What a batch gives. */
interface Inserted extends NewLease {
  pool: PoolState;
}

/** What a batch refuses for good. */
interface Refused {
  item: CheckOutItem;
  result: Denied;
}

/** The quotas in the database are of yesterday: a license has begun or ended since. */
export class QuotasOutdatedError extends Error {}

/** No server was at work for a while; the time is to be credited to the leases before any of them counts as expired. */
export class OutageError extends Error {}

/**
 * One batch of check-outs in one transaction. It first locks the pools it is about, always in the same order; whoever gives
 * or takes a seat of a pool holds that lock, on whichever server, so what is counted here stays true until the commit.
 */
export class CheckOutBatch {
  private now!: Date;
  private licenseTime!: Date;
  private pools: PoolState[] = [];
  private earliest = new Map<number, number>();
  private readonly names = new Map<number, string>();
  private readonly policies = new Map<number, SeatPolicy>();
  private own: LeaseState[] = [];
  private licensed = new Set<string>();
  /** Pool and machine, of machines that have their place. */
  private registered = new Set<string>();
  private readonly reserved = new Map<number, number>();
  private readonly capped = new Set<number>();
  /** Sessions of Studio that had a seat before, where another Studio has one on their machine. */
  private returning = new Set<SeatRequest>();
  private charged: ChargedSession[] = [];
  private readonly resumed: number[] = [];
  private chargedPools: number[] = [];
  private waiting: Waiter[] = [];
  /** Live leases by user; empty when there is no limit. */
  private readonly live = new Map<number, number>();
  private readonly inUseBefore = new Map<number, number>();
  /** Grants and ends: they are told of, and the audit log has them from their own tables. */
  private readonly changes: Change[] = [];

  constructor(
    private readonly manager: EntityManager,
    private readonly audit: AuditService,
    private readonly offsetMillis: number,
    private readonly limits: CheckOutLimits,
  ) {}

  /**
   * @throws QuotasOutdatedError
   * @throws OutageError
   */
  async run(items: readonly CheckOutItem[]): Promise<Outcome<CheckOutResult>[]> {
    await this.lockAndLook(items);
    await this.reclaimExpired(items);
    await this.lookCloser(items);
    const inserted: Inserted[] = [];
    const extended: Omit<NewLease, 'actor'>[] = [];
    const removed: LeaseState[] = [];
    const machines: { poolId: number; request: SeatRequest }[] = [];
    const denied: Refused[] = [];
    const queued: Refused[] = [];

    const results = items.map((item): CheckOutResult => {
      const decision = this.decide(item);
      if (decision.outcome === 'deny') {
        const result: Denied = { outcome: 'denied', code: decision.code, now: this.now, ticket: item.ticket };
        if (this.joins(item, result)) queued.push({ item, result });
        else if (item.recordDenial) {
          denied.push({ item, result });
          this.takeFromQueue(item);
        }
        return result;
      }
      this.takeFromQueue(item);
      const { pool } = decision;
      const leaseMillis = Math.min(
        leaseMillisOf(this.policyOf(pool.organizationId), pool.product),
        pool.maxLeaseMillis,
      );
      const expiresAt = new Date(Math.min(this.now.getTime() + leaseMillis, pool.endsAt));
      if (decision.outcome === 'extend') {
        const { lease } = decision;
        if (lease.expiresAt <= this.now) this.countLive(lease.userId, 1);
        Object.assign(lease, { renewedAt: this.now, expiresAt });
        // One that was only just made is written with its newest times anyway.
        if (lease.number > 0) extended.push({ request: item.request, lease });
        return this.granted('extended', lease, pool);
      }
      const former = decision.outcome === 'take-over' ? decision.lease : decision.replaces;
      if (former) this.remove(former, removed);
      const resumes = decision.outcome === 'grant' ? decision.resumes : undefined;
      if (resumes) this.resume(resumes, pool);
      const lease = this.newLease(item.request, pool, this.neverShortened(expiresAt, former, resumes));
      if (decision.outcome === 'grant' && decision.register) {
        pool.boundMachines++;
        this.registered.add(`${pool.id} ${machineOf(item.request)}`);
        machines.push({ poolId: pool.id, request: item.request });
      }
      inserted.push({ request: item.request, actor: item.actor, lease, pool });
      return this.granted('created', lease, pool);
    });

    const unrecorded = await this.unrecorded([...denied, ...queued.filter(({ item }) => item.recordDenial)]);
    // A session that had a seat before hears at once that it has ended.
    const waiting = queued.filter(({ result }) => !result.former);
    const refused = unrecorded.filter(({ result }) => !waiting.some((each) => each.result === result));
    await this.write(inserted, extended, removed, machines, refused);
    await this.writeQueue(items, results, waiting);
    // The database numbers new leases; those that were extended in the same batch have their number from there too.
    const numbers = new Map(inserted.map(({ lease }) => [lease.id, lease.number]));
    for (const result of results) {
      if (result.outcome !== 'denied') result.number = numbers.get(result.id) ?? result.number;
    }
    return results.map((result) => ({ result }));
  }

  /** Whether a request that was denied waits from now on. */
  private joins({ request, mayWait, ticket }: CheckOutItem, result: Denied): boolean {
    if (!mayWait || ticket !== undefined || !passesByItself(result.code)) return false;
    const { organizationId, userId, clientPackage } = request;
    const seconds = this.policyOf(organizationId).engineWaitSeconds;
    if (mayWait === 'by-policy' && seconds === 0) return false;
    result.crowd = this.crowdBefore(request);
    if (result.crowd) return false;
    const product = productOf(clientPackage);
    const before = this.waiting.filter((each) => each.organizationId === organizationId && each.product === product);
    this.waiting.push({ id: Infinity, organizationId, product, userId });
    Object.assign(result, { position: before.length + 1, waitSeconds: mayWait === 'by-policy' ? seconds : undefined });
    return true;
  }

  private granted(outcome: Granted['outcome'], lease: LeaseState, pool: PoolState): Granted {
    const { id, number, renewedAt, expiresAt } = lease;
    const organizationName = this.names.get(pool.organizationId) ?? '';
    const beyond = pool.model === 'floating' ? Math.max(0, pool.inUse + pool.offline - pool.quota) : 0;
    return {
      outcome,
      id,
      number,
      model: pool.model,
      organizationName,
      renewedAt,
      expiresAt,
      renewalShare: this.policyOf(pool.organizationId).renewalShare,
      clientRenewalShare: this.policyOf(pool.organizationId).clientRenewalShare,
      beyond,
      quota: pool.quota,
    };
  }

  private decide({ request, ticket = Infinity }: CheckOutItem): Decision {
    const machine = machineOf(request);
    const product = productOf(request.clientPackage);
    const pools = new Map(
      this.pools
        .filter((pool) => pool.organizationId === request.organizationId && pool.product === product)
        .map((pool) => [pool.model, pool]),
    );
    const perUser = pools.get('per-user')?.id;
    const own = this.own.filter(
      (lease) =>
        lease.organizationId === request.organizationId &&
        lease.product === product &&
        lease.userId === request.userId &&
        (machineOf(lease) === machine || lease.machineId === request.machineId || lease.poolId === perUser),
    );
    const situation = {
      policy: this.policyOf(request.organizationId),
      charged: this.charged,
      now: this.now,
      licenseTime: this.licenseTime,
      pools,
      own,
      isReturning: this.returning.has(request),
      licensed: this.licensed.has(`${perUser} ${request.userId}`),
      registered: new Set(
        [...pools.values()].map(({ id }) => id).filter((id) => this.registered.has(`${id} ${machine}`)),
      ),
      waiting: this.waiting
        .filter((each) => each.organizationId === request.organizationId && each.product === product)
        .filter((each) => each.id < ticket || (each.id === Infinity && ticket === Infinity))
        .map(({ userId }) => userId),
    };
    return this.withinLimit(request.userId, decide(request, situation));
  }

  /** A seat that a user has anyway is no further one. */
  private withinLimit(userId: number, decision: Decision): Decision {
    const most = this.limits.maxLeasesPerUser;
    if (most === 0 || decision.outcome === 'deny' || decision.outcome === 'take-over') return decision;
    const former = decision.outcome === 'extend' ? decision.lease : decision.replaces;
    const isOneMore = !former || former.expiresAt <= this.now;
    if (!isOneMore || (this.live.get(userId) ?? 0) < most) return decision;
    return { outcome: 'deny', code: 'user-limit-reached' };
  }

  private countLive(userId: number, change: number): void {
    this.live.set(userId, (this.live.get(userId) ?? 0) + change);
  }

  /** Whose limit of waiting check-outs is reached. */
  private crowdBefore({ organizationId, userId }: SeatRequest): Denied['crowd'] {
    const here = this.waiting.filter((each) => each.organizationId === organizationId);
    if (here.filter((each) => each.userId === userId).length >= this.limits.maxWaitingPerUser) return 'user';
    return here.length >= this.limits.maxWaitingPerOrganization ? 'organization' : undefined;
  }

  private policyOf(organizationId: number): SeatPolicy {
    return this.policies.get(organizationId) ?? defaultPolicy;
  }

  private newLease(request: SeatRequest, pool: PoolState, expiresAt: Date): LeaseState {
    const lease: LeaseState = {
      id: randomUUID(),
      number: 0,
      poolId: pool.id,
      organizationId: request.organizationId,
      product: pool.product,
      userId: request.userId,
      machineId: request.machineId,
      fingerprint: request.fingerprint,
      sessionId: request.sessionId,
      hostname: request.hostname,
      jobId: request.jobId,
      client: request.client ?? null,
      renewedAt: this.now,
      expiresAt,
    };
    this.own.push(lease);
    this.countLive(lease.userId, 1);
    pool.inUse++;
    pool.liveSeats?.add(pool.model === 'per-user' ? String(request.userId) : machineOf(request));
    hold(pool, lease.userId, 1);
    if (expiresAt.getTime() < (this.earliest.get(pool.id) ?? Infinity)) {
      this.earliest.set(pool.id, expiresAt.getTime());
      // Written even when as many seats are in use as before.
      this.inUseBefore.set(pool.id, NaN);
    }
    return lease;
  }

  /** The machine is back: its seat is that of the lease again, and no longer that of the token. */
  private resume(charge: ChargedSession, pool: PoolState): void {
    this.charged = this.charged.filter((each) => each !== charge);
    this.resumed.push(charge.id);
    const tokens = pool.heldTokens.get(charge.userId);
    if (tokens) pool.heldTokens.set(charge.userId, tokens - 1);
    const hasPlace =
      pool.model === 'per-user' ||
      (pool.model === 'node-locked' && this.registered.has(`${pool.id} ${charge.fingerprint ?? charge.machineId}`));
    if (!hasPlace) pool.offline--;
  }

  /** A token that lives long keeps its seat: the lease that takes it over lasts as long. */
  private neverShortened(expiresAt: Date, former: LeaseState | undefined, resumes: ChargedSession | undefined): Date {
    const formerPool = this.pools.find((pool) => pool.id === former?.poolId);
    const kept = former && formerPool && livesLong(former, formerPool, this.now) ? former.expiresAt.getTime() : 0;
    return new Date(Math.max(expiresAt.getTime(), kept, resumes?.expiresAt.getTime() ?? 0));
  }

  private remove(lease: LeaseState, removed: LeaseState[]): void {
    this.own = this.own.filter((each) => each !== lease);
    if (lease.expiresAt > this.now) this.countLive(lease.userId, -1);
    const pool = this.pools.find((each) => each.id === lease.poolId);
    if (pool) {
      pool.inUse--;
      hold(pool, lease.userId, -1);
    }
    removed.push(lease);
  }

  /** What nearly every batch needs to know goes in one journey to the database: the locks, then the rest under them. */
  private async lockAndLook(items: readonly CheckOutItem[]): Promise<void> {
    const requests = items.map(({ request }) => request);
    const wanted = new Map(
      requests.map(({ organizationId, clientPackage }) => {
        const product = productOf(clientPackage);
        return [`${organizationId} ${product}`, { organizationId, product }];
      }),
    );
    const queues = [...wanted.values()];
    const containers = requests.filter(({ fingerprint }) => fingerprint !== null);
    const userIds = requests.map(({ userId }) => userId);
    const isLimited = this.limits.maxLeasesPerUser > 0;
    const [, , pools, [time], own, ...more] = (await pipeline(this.manager, [
      useIndexes,
      lockPoolsOf(queues),
      // Statements of their own: what was committed while they waited for the locks counts, and so does the time that went by.
      poolsOf(queues),
      momentOf(queues, this.offsetMillis),
      ownLeases(requests, 'machine'),
      ...(containers.length > 0 ? [ownLeases(containers, 'container')] : []),
      ...(isLimited ? [lockHolders(userIds), leaseCounts(userIds, this.offsetMillis)] : []),
    ])) as [unknown[], unknown[], PoolRow[], [Moment], LeaseState[], ...unknown[][]];
    const others = containers.length > 0 ? (more[0] as LeaseState[]) : [];
    const counted = isLimited ? (more.at(-1) as { userId: number; count: number }[]) : [];
    for (const { userId, count } of counted) this.live.set(userId, count);
    this.takePools(pools);
    for (const pool of this.pools) pool.offline = time.offline?.[pool.id] ?? 0;
    this.waiting = time.waiting ?? [];
    this.addOwn([...own, ...others]);
    if (time.away) throw new OutageError();
    if (time.outdated) throw new QuotasOutdatedError();
    this.now = time.now;
    this.chargedPools = time.charged ?? [];
    this.licenseTime = time.licenseTime;
  }

  private takePools(rows: readonly PoolRow[]): void {
    this.pools = rows.map(
      ({
        earliest,
        name,
        leaseMinutes,
        engineLeaseMinutes,
        engineWaitSeconds,
        renewalShare,
        clientRenewalShare,
        overQuotaPercent,
        allowedMachines,
        deniedMachines,
        reserved,
        isCapped,
        maxLeaseMinutes,
        freeOnReleaseMinutes,
        ...pool
      }) => {
        this.names.set(pool.organizationId, name);
        const leaseMillis = leaseMinutes * 60_000;
        const policy = {
          leaseMillis,
          engineLeaseMillis: engineLeaseMinutes === null ? null : engineLeaseMinutes * 60_000,
          engineWaitSeconds,
          renewalShare,
          clientRenewalShare,
          overQuotaPercent,
          allowedMachines,
          deniedMachines,
        };
        this.policies.set(pool.organizationId, policy);
        this.earliest.set(pool.id, Number(earliest));
        this.inUseBefore.set(pool.id, pool.inUse);
        this.reserved.set(pool.id, pool.model === 'floating' ? reserved : 0);
        if (isCapped && pool.model === 'floating') this.capped.add(pool.id);
        return {
          ...pool,
          endsAt: Number(pool.endsAt),
          boundMachines: 0,
          offline: 0,
          maxLeaseMillis: maxLeaseMinutes * 60_000,
          freeMillis: freeOnReleaseMinutes * 60_000,
          reservations: [],
          caps: [],
          held: new Map(),
          heldTokens: new Map(),
        };
      },
    );
  }

  /** A dead client's seat is free for the next who asks, without waiting for any sweep. */
  private async reclaimExpired(items: readonly CheckOutItem[]): Promise<void> {
    const due = this.pools
      .filter(
        (pool) =>
          pool.inUse + pool.offline + items.length + (this.reserved.get(pool.id) ?? 0) > pool.quota &&
          (this.earliest.get(pool.id) ?? 0) <= this.now.getTime(),
      )
      .map((pool) => pool.id);
    if (due.length === 0) return;
    await this.reclaim('pool_id', due);
    const rest = await this.manager.query<{ poolId: number; earliest: Date }[]>(
      'SELECT pool_id AS "poolId", min(expires_at) AS earliest FROM lease WHERE pool_id = ANY($1) GROUP BY pool_id',
      [due],
    );
    for (const id of due) {
      this.earliest.set(id, rest.find((row) => row.poolId === id)?.earliest.getTime() ?? Infinity);
      // Written even when nothing was deleted: the bound is better now.
      this.inUseBefore.set(id, NaN);
    }
  }

  private async reclaim(column: 'id' | 'pool_id', of: readonly (string | number)[]): Promise<void> {
    const expired = await deleteExpired(this.manager, column, of, this.now);
    const ids = new Set(expired.map(({ id }) => id));
    this.own = this.own.filter(({ id }) => !ids.has(id));
    for (const lease of expired) {
      const pool = this.pools.find((each) => each.id === lease.poolId);
      if (pool) pool.inUse--;
      this.changes.push(endChange(lease, 'expired'));
    }
  }

  /** What only some kinds of seats are about. */
  private async lookCloser(items: readonly CheckOutItem[]): Promise<void> {
    const requests = items.map(({ request }) => request);
    const open = this.pools.filter((pool) => pool.quota > 0);
    const perUser = open.filter(({ model }) => model === 'per-user').map(({ id }) => id);
    if (perUser.length > 0) await this.lookAtLicensedUsers(perUser, requests);
    const registering = open.filter(registersMachines).map(({ id }) => id);
    if (registering.length > 0) await this.lookAtMachines(registering, requests);
    await this.lookAtCharges(requests);
    const reserved = open.filter(({ id }) => (this.reserved.get(id) ?? 0) > 0 || this.capped.has(id));
    if (reserved.length > 0) await this.lookAtReservations(reserved);
    await this.lookAtReturning(requests);
  }

  /** Of two Studios of one person on one machine, the newer one has the seat: only a session that is new takes it over. */
  private async lookAtReturning(requests: readonly SeatRequest[]): Promise<void> {
    const meeting = requests.filter((request) =>
      this.own.some(
        (lease) =>
          lease.userId === request.userId &&
          (isOtherStudio(lease, request) || this.pools.some((pool) => isMovedStudio(lease, request, pool, this.now))),
      ),
    );
    if (meeting.length === 0) return;
    const rows = await this.read<{ place: number }>(returningSessions(meeting, this.now));
    this.returning = new Set(rows.flatMap(({ place }) => meeting[place - 1] ?? []));
  }

  private async lookAtCharges(requests: readonly SeatRequest[]): Promise<void> {
    if (this.chargedPools.length === 0) return;
    this.charged = await this.read<ChargedSession>(chargedSessions(this.chargedPools, requests, this.now));
  }

  /** More users or machines have a place than there are seats: those that are in use decide. */
  private async lookAtLiveSeats(crowded: readonly PoolState[]): Promise<void> {
    if (crowded.length === 0) return;
    const ids = crowded.map(({ id }) => id);
    const rows = await this.read<{ poolId: number; seat: string }>(liveSeats(ids, this.now));
    for (const pool of crowded) {
      pool.liveSeats = new Set(rows.filter(({ poolId }) => poolId === pool.id).map(({ seat }) => seat));
    }
  }

  private addOwn(leases: readonly LeaseState[]): void {
    const known = new Map([...this.own, ...leases].map((lease) => [lease.id, lease]));
    this.own = [...known.values()];
  }

  private async lookAtReservations(pools: readonly PoolState[]): Promise<void> {
    const found = await reservationsIn(
      this.manager,
      pools.map(({ id }) => id),
      this.now,
    );
    for (const pool of pools) Object.assign(pool, found(pool.id));
  }

  private async lookAtLicensedUsers(poolIds: number[], requests: readonly SeatRequest[]): Promise<void> {
    const userIds = [...new Set(requests.map((request) => request.userId))];
    const rows = await this.read<{ poolId: number; userId: number; assigned: number }>(licensedUsers(poolIds, userIds));
    this.licensed = new Set(rows.map(({ poolId, userId }) => `${poolId} ${userId}`));
    await this.lookAtLiveSeats(
      this.pools.filter((pool) =>
        rows.some(({ poolId, assigned }) => poolId === pool.id && assigned + pool.offline > pool.quota),
      ),
    );
    const held = await this.read<LeaseState>(leasesOf(poolIds, userIds));
    this.addOwn(held);
    // A seat that goes to another machine leaves no dead lease behind: its renewal, which needs no lock of the pool, may be
    // under way and would bring it back to life.
    const dead = held.filter(
      (lease) =>
        lease.expiresAt <= this.now &&
        requests.some((request) => request.userId === lease.userId && machineOf(request) !== machineOf(lease)),
    );
    if (dead.length === 0) return;
    await this.reclaim(
      'id',
      dead.map(({ id }) => id),
    );
    this.addOwn(await this.read<LeaseState>(leasesOf(poolIds, userIds)));
  }

  private async lookAtMachines(poolIds: number[], requests: readonly SeatRequest[]): Promise<void> {
    const bound = await this.read<{ poolId: number; count: number }>(machineCounts(poolIds));
    for (const pool of this.pools) pool.boundMachines = bound.find((row) => row.poolId === pool.id)?.count ?? 0;
    const pools = this.pools.filter(({ id }) => poolIds.includes(id));
    await this.lookAtLiveSeats(
      pools.filter((pool) => pool.model === 'node-locked' && pool.boundMachines + pool.offline > pool.quota),
    );
    const rows = await this.read<{ poolId: number; machineId: string }>(registeredMachines(pools, requests));
    this.registered = new Set(rows.map(({ poolId, machineId }) => `${poolId} ${machineId}`));
  }

  /** The refusals that are still to be recorded. Tells those who had a seat before what they had. */
  private async unrecorded(denied: readonly Refused[]): Promise<Refused[]> {
    const asking = denied.flatMap(({ item: { request, former }, result }) =>
      former ? [{ request, organizationId: former.organizationId, code: result.code, result }] : [],
    );
    if (asking.length === 0) return [...denied];
    const rows = await this.read<FormerSession>(formerSessions(asking, this.now));
    for (const row of rows) {
      const result = asking[row.place - 1]?.result;
      if (result) result.former = row;
    }
    const recorded = new Set<string>();
    return denied.filter(({ item: { request }, result: { former, code } }) => {
      if (!former) return true;
      const { organizationId, userId, machineId, sessionId } = request;
      const refusal = JSON.stringify([organizationId, userId, machineId, sessionId, code]);
      if (former.recorded || recorded.has(refusal)) return false;
      recorded.add(refusal);
      return true;
    });
  }

  private async write(
    inserted: readonly Inserted[],
    extended: readonly Omit<NewLease, 'actor'>[],
    removed: readonly LeaseState[],
    machines: readonly { poolId: number; request: SeatRequest }[],
    denied: readonly Refused[],
  ): Promise<void> {
    const statements: Statement[] = [];
    // One that is made and replaced in the same batch is written too: its client has been told that it has a seat.
    const [fresh, old] = [removed.filter(({ number }) => number === 0), removed.filter(({ number }) => number > 0)];
    if (old.length > 0) statements.push(removal(old));
    if (this.resumed.length > 0) statements.push(removeCharges(this.resumed));
    const numbered = statements.length;
    if (inserted.length > 0) statements.push(insertion(inserted, this.now), lastOrganizations(inserted));
    if (extended.length > 0) statements.push(extension(extended, this.now));
    if (fresh.length > 0) statements.push(removal(fresh));
    if (machines.length > 0) statements.push(registration(machines, this.now));
    if (denied.length > 0) statements.push(denials(denied.map(refusalOf), this.now));
    const changed = this.pools.filter((pool) => this.inUseBefore.get(pool.id) !== pool.inUse);
    if (changed.length > 0) statements.push(counts(changed, this.earliest));
    for (const { lease, pool } of inserted) this.changes.push(grantChange(lease, pool));
    for (const lease of removed) this.changes.push(endChange(lease, 'replaced'));
    this.audit.announce(this.manager, this.changes);
    const refusals = denied.map(({ item: { actor, request }, result: { code } }) => ({
      actor,
      change: denialChange(request, code),
    }));
    if (refusals.length > 0) statements.push(this.audit.statementOf(this.manager, refusals));
    if (statements.length === 0) return;
    const results = await pipeline(this.manager, statements);
    if (inserted.length === 0) return;
    const numbers = new Map((results[numbered] as LeaseState[]).map(({ id, number }) => [id, number]));
    for (const { lease } of inserted) lease.number = numbers.get(lease.id) ?? 0;
  }

  private read<T>([text, values]: Statement): Promise<T[]> {
    return this.manager.query<T[]>(text, [...values]);
  }

  private takeFromQueue({ ticket }: CheckOutItem): void {
    if (ticket !== undefined) this.waiting = this.waiting.filter(({ id }) => id !== ticket);
  }

  /** Who was served or gives up leaves the queue; who waits from now on joins it, in the order of arrival. */
  private async writeQueue(
    items: readonly CheckOutItem[],
    results: readonly CheckOutResult[],
    queued: readonly Refused[],
  ): Promise<void> {
    const done = items.flatMap(({ ticket, recordDenial }, index) =>
      ticket !== undefined && (recordDenial || results[index]?.outcome !== 'denied') ? ticket : [],
    );
    if (done.length > 0) await this.read(leaveQueue(done));
    if (queued.length === 0) return;
    const rows = await this.read<{ id: number }>(joinQueue(queued.map(({ item }) => item.request)));
    const tickets = rows.map(({ id }) => id).sort((a, b) => a - b);
    queued.forEach(({ result }, index) => (result.ticket = tickets[index]));
  }
}

function refusalOf({ item: { request }, result: { code } }: Refused): { request: SeatRequest; code: DenialCode } {
  return { request, code };
}

/** Counts what users with reservations hold, so that batches see what they have given themselves. */
function hold(pool: PoolState, userId: number, change: number): void {
  if (pool.reservations.length + pool.caps.length > 0) pool.held.set(userId, (pool.held.get(userId) ?? 0) + change);
}

function grantChange(lease: LeaseState, pool: { model: Model; product: Product }): Change {
  return {
    action: 'lease.granted',
    organizationId: lease.organizationId,
    targetType: 'lease',
    targetId: lease.id,
    details: { product: pool.product, model: pool.model, machineId: lease.machineId, sessionId: lease.sessionId },
  };
}

export function denialChange({ organizationId, clientPackage, machineId }: SeatRequest, code: DenialCode): Change {
  return {
    action: 'lease.denied',
    organizationId,
    targetType: 'machine',
    targetId: machineId,
    details: { product: productOf(clientPackage), code },
  };
}
