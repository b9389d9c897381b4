import { type EntityManager } from 'typeorm';
import { keepPlans, pipeline, runSteps, step, type Step } from '../../../database/pool/pipeline.js';
import { type Statement } from '../../../database/pool/preparing-client.js';
import { deleteExpired, earliestExpiries } from '../../seat/end-leases.queries.js';
import {
  type ChargedSession,
  hasSeatOf,
  isMovedStudio,
  isOtherStudio,
  type LeaseState,
  machineOf,
  type PoolState,
  productOf,
  registersMachines,
  type SeatPolicy,
  type SeatRequest,
} from '../../seat/seat-decision.js';
import { reservationsOf } from '../../seat/seat-reservation.js';
import { type HeldRow, rulesOfPools, type RuleRow, seatsHeld } from '../../seat/seat-reservation.queries.js';
import { type CheckOutItem, type CheckOutLimits } from './check-out-item.js';
import {
  assignableRequests,
  assignedCounts,
  chargedSessions,
  leaseCounts,
  leasesOf,
  leasesOfTokens,
  lentSeats,
  type LicensedUserRow,
  licensedUsers,
  type LiveSeat,
  liveSeats,
  lockHolders,
  lockPoolsOf,
  machineCounts,
  type Moment,
  momentOf,
  ownLeases,
  type LockedPoolRow,
  poolsOf,
  registeredMachines,
  returningSessions,
  type Waiter,
} from './check-out-statements.js';

/** The quotas in the database are of yesterday: a license has begun or ended since. */
export class QuotasOutdatedError extends Error {}

/** No server was at work for a while; the time is to be credited to the leases before any of them counts as expired. */
export class OutageError extends Error {}

/** What the database says of the organizations of a batch. */
export interface AskedOrganization {
  name: string;
  policy: SeatPolicy;
}

/** All that a batch of check-outs is decided by. Its pools are locked, so it stays true until the commit. */
export interface Snapshot {
  now: Date;
  /** The newest time ever seen, by which licenses end. */
  licenseTime: Date;
  pools: PoolState[];
  organizations: ReadonlyMap<number, AskedOrganization>;
  /** Milliseconds since 1970 at which the first lease of a pool expires, or some time before; by pool. */
  earliest: ReadonlyMap<number, number>;
  /** Leases of the users: on the machines of the requests, and per-user ones anywhere. */
  own: readonly LeaseState[];
  /** Pool and user, of users whose per-user seat there is. */
  licensed: ReadonlySet<string>;
  /** Requests of people who may be assigned a per-user seat, where the policy does that. */
  assignable: ReadonlySet<SeatRequest>;
  /** Pool and machine, of machines that have their place. */
  registered: ReadonlySet<string>;
  /** Sessions of clients that had a seat before, where another one has it now. */
  returning: ReadonlySet<SeatRequest>;
  charged: readonly ChargedSession[];
  waiting: readonly Waiter[];
  /** Live leases by user; empty when there is no limit. */
  live: ReadonlyMap<number, number>;
  /** Leases that had expired, and were deleted for it. */
  reclaimed: readonly LeaseState[];
  /** Seats in use as the database has them written, by pool. Absent: to be written in any case. */
  written: ReadonlyMap<number, number>;
}

/** What nearly every batch needs to know: the locks, and then what is true under them. */
interface FirstLook {
  rows: LockedPoolRow[];
  moment: Moment;
  own: LeaseState[];
  live: Map<number, number>;
}

/**
 * Locks the pools that a batch is about, always in the same order, and looks at all that it is decided by. Expired leases of
 * pools that are full are deleted on the way: a dead client's seat is free for the next who asks, without waiting for any sweep.
 *
 * @throws QuotasOutdatedError
 * @throws OutageError
 */
export async function takeSnapshot(
  manager: EntityManager,
  items: readonly CheckOutItem[],
  limits: CheckOutLimits,
): Promise<Snapshot> {
  const requests = items.map(({ request }) => request);
  const first = await firstLook(manager, requests, limits.maxLeasesPerUser > 0);
  if (first.moment.away) throw new OutageError();
  if (first.moment.outdated) throw new QuotasOutdatedError();
  const look = new CloserLook(manager, requests, first);
  await look.reclaimExpired();
  await look.atSpecialSeats();
  return look.snapshot;
}

/** One journey to the database. */
async function firstLook(
  manager: EntityManager,
  requests: readonly SeatRequest[],
  isLimited: boolean,
): Promise<FirstLook> {
  const wanted = new Map(
    requests.map(({ organizationId, clientPackage }) => {
      const product = productOf(clientPackage);
      return [`${organizationId} ${product}`, { organizationId, product }];
    }),
  );
  const queues = [...wanted.values()];
  const containers = requests.filter(({ fingerprint }) => fingerprint !== null);
  const userIds = requests.map(({ userId }) => userId);
  const [, , rows, [moment], own, ...more] = (await pipeline(manager, [
    keepPlans,
    lockPoolsOf(queues),
    // Statements of their own: what was committed while they waited for the locks counts, and so does the time that went by.
    poolsOf(queues),
    momentOf(queues),
    ownLeases(requests, 'machine'),
    ...(containers.length > 0 ? [ownLeases(containers, 'container')] : []),
    ...(isLimited ? [lockHolders(userIds), leaseCounts(userIds)] : []),
  ])) as [unknown[], unknown[], LockedPoolRow[], [Moment], LeaseState[], ...unknown[][]];
  const others = containers.length > 0 ? (more[0] as LeaseState[]) : [];
  const counted = isLimited ? (more.at(-1) as { userId: number; count: number }[]) : [];
  const live = new Map(counted.map(({ userId, count }) => [userId, count]));
  return { rows, moment, own: [...own, ...others], live };
}

/** What only some kinds of seats are about, asked for where there are such seats. */
class CloserLook {
  private readonly now: Date;
  private readonly pools: PoolState[];
  private readonly reserved: ReadonlyMap<number, number>;
  private readonly capped: ReadonlySet<number>;
  /** Pools whose seats are assigned by the policy. */
  private readonly assigning: ReadonlySet<number>;
  private readonly earliest: Map<number, number>;
  private readonly written: Map<number, number>;
  private readonly reclaimed: LeaseState[] = [];
  private own: LeaseState[] = [];
  private licensed = new Set<string>();
  private assignable = new Set<SeatRequest>();
  private registered = new Set<string>();
  private returning = new Set<SeatRequest>();
  private charged: ChargedSession[] = [];

  constructor(
    private readonly manager: EntityManager,
    private readonly requests: readonly SeatRequest[],
    private readonly first: FirstLook,
  ) {
    const { rows, moment, own } = first;
    this.now = moment.now;
    this.pools = rows.map((row) => poolOf(row, moment));
    const floating = rows.filter(({ model }) => model === 'floating');
    this.reserved = new Map(floating.map(({ id, reserved }) => [id, reserved]));
    this.capped = new Set(floating.filter(({ isCapped }) => isCapped).map(({ id }) => id));
    this.assigning = new Set(rows.filter(({ autoAssign }) => autoAssign).map(({ id }) => id));
    this.earliest = new Map(rows.map(({ id, earliest }) => [id, Number(earliest)]));
    this.written = new Map(rows.map(({ id, inUse }) => [id, inUse]));
    this.addOwn(own);
  }

  get snapshot(): Snapshot {
    const { now, pools, earliest, own, licensed, assignable, registered, returning, charged, reclaimed, written } =
      this;
    const { rows, moment, live } = this.first;
    return {
      ...{ now, pools, earliest, own, licensed, assignable, registered, returning, charged, reclaimed, written, live },
      licenseTime: moment.licenseTime,
      organizations: new Map(rows.map((row) => [row.organizationId, { name: row.name, policy: policyOf(row) }])),
      waiting: moment.waiting ?? [],
    };
  }

  async reclaimExpired(): Promise<void> {
    const due = this.pools
      .filter(
        (pool) =>
          pool.inUse + pool.offline + this.requests.length + (this.reserved.get(pool.id) ?? 0) > pool.quota &&
          (this.earliest.get(pool.id) ?? 0) <= this.now.getTime(),
      )
      .map((pool) => pool.id);
    if (due.length === 0) return;
    await this.reclaim('pool_id', due);
    const rest = await earliestExpiries(this.manager, due);
    for (const id of due) {
      this.earliest.set(id, rest.find((row) => row.poolId === id)?.earliest.getTime() ?? Infinity);
      // Even when nothing was deleted: the bound is better now.
      this.written.delete(id);
    }
  }

  private async reclaim(column: 'id' | 'pool_id', of: readonly (string | number)[]): Promise<void> {
    const expired = await deleteExpired(this.manager, column, of, this.now);
    const ids = new Set(expired.map(({ id }) => id));
    this.own = this.own.filter(({ id }) => !ids.has(id));
    for (const lease of expired) {
      const pool = this.pools.find((each) => each.id === lease.poolId);
      if (pool) pool.inUse--;
    }
    this.reclaimed.push(...expired);
  }

  /** One journey to the database, for all kinds of seats together. */
  async atSpecialSeats(): Promise<void> {
    const open = this.pools.filter((pool) => pool.quota > 0);
    const perUser = open.filter(({ model }) => model === 'per-user');
    await runSteps(this.manager, [
      ...this.onLicensedUsers(perUser),
      ...this.onAssignment(perUser.filter(({ id }) => this.assigning.has(id))),
      ...this.onMachines(open.filter(registersMachines)),
      ...this.onCharges(),
      // Also for pools without a quota: a session that has borrowed a seat there may extend the loan.
      ...this.onLoans(this.pools),
      ...this.onTokens(),
      ...this.onReservations(open.filter(({ id }) => (this.reserved.get(id) ?? 0) > 0 || this.capped.has(id))),
    ]);
    await this.reclaimMoved(perUser.map(({ id }) => id));
    await this.atReturning();
  }

  /** Of two Studios of one person on one machine, the newer one has the seat: only a session that is new takes it over. */
  private async atReturning(): Promise<void> {
    const meeting = this.requests.filter((request) =>
      this.own.some(
        (lease) =>
          lease.userId === request.userId &&
          (isOtherStudio(lease, request) ||
            hasSeatOf(lease, request) ||
            this.pools.some((pool) => isMovedStudio(lease, request, pool, this.now))),
      ),
    );
    if (meeting.length === 0) return;
    const rows = await this.read<{ place: number }>(returningSessions(meeting, this.now));
    this.returning = new Set(rows.flatMap(({ place }) => meeting[place - 1] ?? []));
  }

  private addOwn(leases: readonly LeaseState[]): void {
    const known = new Map([...this.own, ...leases].map((lease) => [lease.id, lease]));
    this.own = [...known.values()];
  }

  private onReservations(pools: readonly PoolState[]): Step[] {
    if (pools.length === 0) return [];
    const ids = pools.map(({ id }) => id);
    let rules: RuleRow[] = [];
    return [
      step(rulesOfPools(ids), (rows: RuleRow[]) => (rules = rows)),
      step(seatsHeld(ids, this.now), (held: HeldRow[]) => {
        for (const pool of pools) Object.assign(pool, reservationsOf(pool.id, rules, held));
      }),
    ];
  }

  private onCharges(): Step[] {
    const { charged } = this.first.moment;
    if (!charged) return [];
    return [step(chargedSessions(charged, this.requests, this.now), (rows: ChargedSession[]) => (this.charged = rows))];
  }

  private onTokens(): Step[] {
    const takers = this.requests.filter(({ takesOver }) => takesOver !== undefined);
    if (takers.length === 0) return [];
    return [step(leasesOfTokens(takers), (rows: LeaseState[]) => this.addOwn(rows))];
  }

  private onLoans(pools: readonly PoolState[]): Step[] {
    if (!this.requests.some(({ borrowUntil }) => borrowUntil)) return [];
    const ids = pools.map(({ id }) => id);
    return [
      step(lentSeats(ids, this.now), (rows: { poolId: number; seat: string }[]) => {
        for (const pool of pools) {
          pool.lent = new Set(rows.filter(({ poolId }) => poolId === pool.id).map(({ seat }) => seat));
        }
      }),
    ];
  }

  private onLicensedUsers(pools: readonly PoolState[]): Step[] {
    if (pools.length === 0) return [];
    const ids = pools.map(({ id }) => id);
    const userIds = [...new Set(this.requests.map((request) => request.userId))];
    let licensed: LicensedUserRow[] = [];
    return [
      step(licensedUsers(ids, userIds), (rows: LicensedUserRow[]) => {
        licensed = rows;
        this.licensed = new Set(rows.map(({ poolId, userId }) => `${poolId} ${userId}`));
      }),
      step(leasesOf(ids, userIds), (rows: LeaseState[]) => this.addOwn(rows)),
      step(liveSeats(pools, this.now), (rows: LiveSeat[]) =>
        this.addLiveSeats(
          pools.filter(({ id, offline, quota }) =>
            licensed.some(({ poolId, assigned }) => poolId === id && assigned + offline > quota),
          ),
          rows,
        ),
      ),
    ];
  }

  private onAssignment(pools: readonly PoolState[]): Step[] {
    if (pools.length === 0) return [];
    return [
      step(assignedCounts(pools.map(({ id }) => id)), (rows: { poolId: number; count: number }[]) => {
        for (const pool of pools) {
          const assigned = rows.find(({ poolId }) => poolId === pool.id)?.count ?? 0;
          pool.unassigned = pool.quota - assigned - pool.offline;
        }
      }),
      step(assignableRequests(this.requests), (rows: { place: number }[]) => {
        this.assignable = new Set(rows.flatMap(({ place }) => this.requests[place - 1] ?? []));
      }),
    ];
  }

  private onMachines(pools: readonly PoolState[]): Step[] {
    if (pools.length === 0) return [];
    const nodeLocked = pools.filter(({ model }) => model === 'node-locked');
    return [
      step(machineCounts(pools.map(({ id }) => id)), (rows: { poolId: number; count: number }[]) => {
        for (const pool of this.pools) pool.boundMachines = rows.find(({ poolId }) => poolId === pool.id)?.count ?? 0;
      }),
      step(registeredMachines(pools, this.requests), (rows: { poolId: number; machineId: string }[]) => {
        this.registered = new Set(rows.map(({ poolId, machineId }) => `${poolId} ${machineId}`));
      }),
      step(liveSeats(nodeLocked, this.now), (rows: LiveSeat[]) =>
        this.addLiveSeats(
          nodeLocked.filter(({ boundMachines, offline, quota }) => boundMachines + offline > quota),
          rows,
        ),
      ),
    ];
  }

  /** More users or machines have a place than there are seats: those that are in use decide. */
  private addLiveSeats(crowded: readonly PoolState[], rows: readonly LiveSeat[]): void {
    for (const pool of crowded) {
      pool.liveSeats = new Set(rows.filter(({ poolId }) => poolId === pool.id).map(({ seat }) => seat));
    }
  }

  /**
   * A seat that goes to another machine leaves no dead lease behind: its renewal, which needs no lock of the pool, may be under way
   * and would bring it back to life.
   */
  private async reclaimMoved(perUser: readonly number[]): Promise<void> {
    const dead = this.own.filter(
      (lease) =>
        perUser.includes(lease.poolId) &&
        lease.expiresAt <= this.now &&
        this.requests.some((request) => request.userId === lease.userId && machineOf(request) !== machineOf(lease)),
    );
    if (dead.length === 0) return;
    await this.reclaim(
      'id',
      dead.map(({ id }) => id),
    );
    this.addOwn(await this.read<LeaseState>(leasesOf(perUser, [...new Set(dead.map(({ userId }) => userId))])));
  }

  private read<T>([text, values]: Statement): Promise<T[]> {
    return this.manager.query<T[]>(text, [...values]);
  }
}

function poolOf(row: LockedPoolRow, { offline }: Moment): PoolState {
  const { id, organizationId, product, model, quota, inUse, machineQuota, maxOveragePercent } = row;
  return {
    ...{ id, organizationId, product, model, quota, inUse, machineQuota, maxOveragePercent },
    endsAt: Number(row.endsAt),
    boundMachines: 0,
    offline: offline?.[id] ?? 0,
    maxLeaseMillis: row.maxLeaseMinutes * 60_000,
    borrowMaxDays: row.licensedBorrowDays,
    borrowEndsAt: Number(row.borrowEndsAt),
    freeMillis: row.freeOnReleaseMinutes * 60_000,
    reservations: [],
    caps: [],
    held: new Map(),
    heldTokens: new Map(),
  };
}

function policyOf(row: LockedPoolRow): SeatPolicy {
  const { engineWaitSeconds, renewalShare, clientRenewalShare, overQuotaPercent, allowedMachines, deniedMachines } =
    row;
  const { borrowMaxDays, borrowKeepSeats, autoAssign } = row;
  return {
    ...{ engineWaitSeconds, renewalShare, clientRenewalShare, overQuotaPercent, allowedMachines, deniedMachines },
    ...{ borrowMaxDays, borrowKeepSeats, autoAssign },
    leaseMillis: row.leaseMinutes * 60_000,
    engineLeaseMillis: row.engineLeaseMinutes === null ? null : row.engineLeaseMinutes * 60_000,
  };
}
