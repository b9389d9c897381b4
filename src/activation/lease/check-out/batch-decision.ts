import { randomUUID } from 'node:crypto';
import { type Actor } from '../../../access/actor.js';
import { defaultPolicy } from '../../seat/lease-policy.js';
import {
  type ChargedSession,
  decide,
  type Decision,
  hasSeatOf,
  leaseMillisOf,
  type LeaseState,
  livesLong,
  machineOf,
  passesByItself,
  type PoolState,
  productOf,
  seatName,
  type SeatPolicy,
  type SeatRequest,
} from '../../seat/seat-decision.js';
import {
  type CheckOutItem,
  type CheckOutLimits,
  type CheckOutResult,
  type Denied,
  type Granted,
} from './check-out-item.js';
import { type Waiter } from './check-out-statements.js';
import { type Snapshot } from './snapshot.js';

/** A seat that a batch gives. */
export interface SeatGrant {
  request: SeatRequest;
  actor: Actor;
  lease: LeaseState;
  pool: PoolState;
}

/** A per-user seat that the policy assigns. */
export interface Assigned {
  pool: PoolState;
  userId: number;
  email: string;
}

/** A request that a batch refuses. */
export interface Refusal {
  item: CheckOutItem;
  result: Denied;
}

/** A waiting request. One that joined in this batch has no id yet. */
type InQueue = Omit<Waiter, 'id'> & { id?: number };

/**
 * Decides over a batch of check-outs, one after the other in the order of their arrival: each sees what those before it got. Knows
 * no database; what has become of the batch is then to be written.
 */
export class BatchDecision {
  readonly inserted: SeatGrant[] = [];
  readonly extended: { request: SeatRequest; lease: LeaseState }[] = [];
  readonly removed: LeaseState[] = [];
  /** Seats that are borrowed from now on, or for longer than before. */
  readonly borrowed: SeatGrant[] = [];
  /** People who are assigned a per-user seat. */
  readonly assigned: Assigned[] = [];
  /** Machines that take a place. */
  readonly machines: { poolId: number; request: SeatRequest }[] = [];
  /** Ids of charges whose machines are back. */
  readonly resumed: number[] = [];
  /** Refused for good. */
  readonly denied: Refusal[] = [];
  /** Refused for now: they wait. */
  readonly queued: Refusal[] = [];
  readonly pools: readonly PoolState[];
  readonly earliest: Map<number, number>;
  /** Pools whose earliest expiry is another than the one that is written. */
  private readonly sooner = new Set<number>();
  private readonly fresh = new Set<LeaseState>();
  private own: LeaseState[];
  private charged: readonly ChargedSession[];
  private waiting: InQueue[];
  private readonly licensed: Set<string>;
  private readonly registered: Set<string>;
  private readonly live: Map<number, number>;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly limits: CheckOutLimits,
  ) {
    this.pools = snapshot.pools;
    this.earliest = new Map(snapshot.earliest);
    this.own = [...snapshot.own];
    this.charged = snapshot.charged;
    this.waiting = [...snapshot.waiting];
    this.licensed = new Set(snapshot.licensed);
    this.registered = new Set(snapshot.registered);
    this.live = new Map(snapshot.live);
  }

  /** Whether a lease was made in this batch. */
  isFresh(lease: LeaseState): boolean {
    return this.fresh.has(lease);
  }

  /** Pools of which the database has to be told. */
  get changedPools(): PoolState[] {
    return this.pools.filter(({ id, inUse }) => this.sooner.has(id) || this.snapshot.written.get(id) !== inUse);
  }

  settle(item: CheckOutItem): CheckOutResult {
    const decision = this.decide(item);
    if (decision.outcome === 'deny') return this.refuse(item, decision.code);
    this.takeFromQueue(item);
    const { pool } = decision;
    if (decision.outcome === 'extend') return this.extend(item, decision.lease, pool);
    const former = decision.outcome === 'take-over' ? decision.lease : decision.replaces;
    if (former) this.remove(former);
    if (decision.outcome === 'grant' && decision.assign) this.assign(item, pool);
    const resumes = decision.outcome === 'grant' ? decision.resumes : undefined;
    if (resumes) this.resume(resumes, pool);
    const expiresAt = this.neverShortened(item.request.borrowUntil ?? this.expiryIn(pool), former, resumes);
    const lease = this.newLease(item.request, pool, expiresAt, former);
    if (decision.outcome === 'grant' && decision.register) this.register(item.request, pool);
    this.inserted.push({ request: item.request, actor: item.actor, lease, pool });
    if (lease.borrowedUntil) this.lend(item, lease, pool);
    return this.granted('created', lease, pool);
  }

  private refuse(item: CheckOutItem, code: Denied['code']): Denied {
    const result: Denied = { outcome: 'denied', code, now: this.snapshot.now, ticket: item.ticket };
    if (this.joins(item, result)) this.queued.push({ item, result });
    else if (item.recordDenial) {
      this.denied.push({ item, result });
      this.takeFromQueue(item);
    }
    return result;
  }

  private extend(item: CheckOutItem, lease: LeaseState, pool: PoolState): Granted {
    const { now } = this.snapshot;
    const { request } = item;
    const isLive = lease.expiresAt > now;
    if (!isLive) this.countLive(lease.userId, 1);
    const before = isLive ? lease.borrowedUntil : null;
    const until = latest(request.borrowUntil, before);
    // A token that is out works until its end, so a borrowed seat is never shortened either.
    const borrowedUntil = until && isLive ? latest(until, lease.expiresAt) : until;
    Object.assign(lease, { renewedAt: now, expiresAt: borrowedUntil ?? this.expiryIn(pool), borrowedUntil });
    if (borrowedUntil && borrowedUntil.getTime() !== before?.getTime()) this.lend(item, lease, pool);
    // One that was only just made is written with its newest times anyway.
    if (!this.isFresh(lease)) this.extended.push({ request, lease });
    return this.granted('extended', lease, pool);
  }

  private lend({ request, actor }: CheckOutItem, lease: LeaseState, pool: PoolState): void {
    pool.lent?.add(seatName(pool, lease));
    this.borrowed.push({ request, actor, lease, pool });
  }

  private expiryIn(pool: PoolState): Date {
    const millis = Math.min(leaseMillisOf(this.policyOf(pool.organizationId), pool.product), pool.maxLeaseMillis);
    return new Date(Math.min(this.snapshot.now.getTime() + millis, pool.endsAt));
  }

  private assign({ request: { userId }, actor }: CheckOutItem, pool: PoolState): void {
    // A token of theirs that is still out has held the seat until now.
    if (this.holdsToken(userId, pool)) pool.offline--;
    else if (pool.unassigned !== undefined) pool.unassigned--;
    this.licensed.add(`${pool.id} ${userId}`);
    this.assigned.push({ pool, userId, email: actor.name });
  }

  private isAssignable(request: SeatRequest, pool: PoolState | undefined): boolean {
    if (pool?.unassigned === undefined || !this.snapshot.assignable.has(request)) return false;
    return pool.unassigned + (this.holdsToken(request.userId, pool) ? 1 : 0) > 0;
  }

  private holdsToken(userId: number, pool: PoolState): boolean {
    return this.charged.some((charge) => charge.poolId === pool.id && charge.userId === userId);
  }

  private register(request: SeatRequest, pool: PoolState): void {
    pool.boundMachines++;
    this.registered.add(`${pool.id} ${machineOf(request)}`);
    this.machines.push({ poolId: pool.id, request });
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
    this.waiting.push({ organizationId, product, userId });
    Object.assign(result, { position: before.length + 1, waitSeconds: mayWait === 'by-policy' ? seconds : undefined });
    return true;
  }

  private granted(outcome: Granted['outcome'], lease: LeaseState, pool: PoolState): Granted {
    const { id, number, renewedAt, expiresAt, borrowedUntil } = lease;
    const organizationName = this.snapshot.organizations.get(pool.organizationId)?.name ?? '';
    const overage = pool.model === 'floating' ? Math.max(0, pool.inUse + pool.offline - pool.quota) : 0;
    return {
      outcome,
      id,
      number,
      model: pool.model,
      organizationName,
      renewedAt,
      expiresAt,
      borrowedUntil,
      renewalShare: this.policyOf(pool.organizationId).renewalShare,
      clientRenewalShare: this.policyOf(pool.organizationId).clientRenewalShare,
      overage,
      quota: pool.quota,
    };
  }

  private decide({ request, ticket }: CheckOutItem): Decision {
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
        (machineOf(lease) === machine ||
          lease.machineId === request.machineId ||
          lease.poolId === perUser ||
          hasSeatOf(lease, request)),
    );
    const situation = {
      policy: this.policyOf(request.organizationId),
      charged: this.charged,
      now: this.snapshot.now,
      licenseTime: this.snapshot.licenseTime,
      pools,
      own,
      isReturning: this.snapshot.returning.has(request),
      licensed: this.licensed.has(`${perUser} ${request.userId}`),
      assignable: this.isAssignable(request, pools.get('per-user')),
      registered: new Set(
        [...pools.values()].map(({ id }) => id).filter((id) => this.registered.has(`${id} ${machine}`)),
      ),
      waiting: this.waiting
        .filter((each) => each.organizationId === request.organizationId && each.product === product)
        .filter((each) => isBefore(each, ticket))
        .map(({ userId }) => userId),
    };
    return this.withinLimit(request.userId, decide(request, situation));
  }

  /** A seat that a user has anyway is no further one. */
  private withinLimit(userId: number, decision: Decision): Decision {
    const max = this.limits.maxLeasesPerUser;
    if (max === 0 || decision.outcome === 'deny' || decision.outcome === 'take-over') return decision;
    const former = decision.outcome === 'extend' ? decision.lease : decision.replaces;
    const isOneMore = !former || former.expiresAt <= this.snapshot.now;
    if (!isOneMore || (this.live.get(userId) ?? 0) < max) return decision;
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
    return this.snapshot.organizations.get(organizationId)?.policy ?? defaultPolicy;
  }

  private newLease(request: SeatRequest, pool: PoolState, expiresAt: Date, former?: LeaseState): LeaseState {
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
      // An engine that takes a seat over does not know for which job its program holds it.
      jobId: request.jobId ?? (request.takesOver === undefined ? null : (former?.jobId ?? null)),
      client: request.client ?? null,
      renewedAt: this.snapshot.now,
      expiresAt,
      borrowedUntil: request.borrowUntil ? expiresAt : null,
      originId: request.takesOver ?? null,
    };
    this.own.push(lease);
    this.fresh.add(lease);
    this.countLive(lease.userId, 1);
    pool.inUse++;
    pool.liveSeats?.add(pool.model === 'per-user' ? String(request.userId) : machineOf(request));
    countHeld(pool, lease.userId, 1);
    if (expiresAt.getTime() < (this.earliest.get(pool.id) ?? Infinity)) {
      this.earliest.set(pool.id, expiresAt.getTime());
      this.sooner.add(pool.id);
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
    const kept =
      former && formerPool && livesLong(former, formerPool, this.snapshot.now) ? former.expiresAt.getTime() : 0;
    return new Date(Math.max(expiresAt.getTime(), kept, resumes?.expiresAt.getTime() ?? 0));
  }

  private remove(lease: LeaseState): void {
    this.own = this.own.filter((each) => each !== lease);
    if (lease.expiresAt > this.snapshot.now) this.countLive(lease.userId, -1);
    const pool = this.pools.find((each) => each.id === lease.poolId);
    if (pool) {
      pool.inUse--;
      countHeld(pool, lease.userId, -1);
    }
    this.removed.push(lease);
  }

  private takeFromQueue({ ticket }: CheckOutItem): void {
    if (ticket !== undefined) this.waiting = this.waiting.filter(({ id }) => id !== ticket);
  }
}

function latest(...times: (Date | null | undefined)[]): Date | null {
  const known = times.flatMap((time) => time ?? []);
  return known.length === 0 ? null : new Date(Math.max(...known.map((time) => time.getTime())));
}

/** Whether a waiting request comes before another one. Those without a ticket are new, and come last. */
function isBefore({ id }: InQueue, ticket: number | undefined): boolean {
  if (id === undefined) return ticket === undefined;
  return ticket === undefined || id < ticket;
}

/** Counts what users with reservations hold, so that batches see what they have given themselves. */
function countHeld(pool: PoolState, userId: number, change: number): void {
  if (pool.reservations.length + pool.caps.length > 0) pool.held.set(userId, (pool.held.get(userId) ?? 0) + change);
}
