import { type Model, type Product } from '../../license/file/product.js';
import { foldCase } from '../../text/fold-case.js';
import { withoutInvisible } from '../../text/invisible.js';
import { isSharedMachineId } from './machine-id.js';
import { isCapped, keptFrom, type Reservation, type PoolCap } from './seat-reservation.js';

/** What a Katalon client runs as: Studio with a window, Runtime Engine, or Runtime Engine in CI. */
export const packages = ['KSE', 'ENGINE', 'FLOATING_ENGINE'] as const;

/** Katalon Studio, of which a person has one on a machine, or Runtime Engine, which may run there several times. */
export type ClientKind = 'studio' | 'engine';

/** The same, or just the product, as native clients name it. */
export type ClientPackage = (typeof packages)[number] | Product;

export function productOf(clientPackage: ClientPackage): Product {
  return clientPackage === 'KSE' ? 'KSE' : 'KRE';
}

const modelsOf: Record<ClientPackage, readonly Model[]> = {
  KSE: ['per-user', 'node-locked', 'floating'],
  KRE: ['per-user', 'node-locked', 'floating'],
  // The manual knows machines' seats and floating ones; where a license has users' own too, they are there when those are gone.
  ENGINE: ['node-locked', 'floating', 'per-user'],
  FLOATING_ENGINE: ['floating'],
};

/** Which seats a session takes, in this order (manual, "Licenses and seats"). */
export function modelsFor(clientPackage: ClientPackage): readonly Model[] {
  return modelsOf[clientPackage];
}

/** Whether only a floating seat will do: any other is bound to a machine, and this is not the id of one. */
export function takesFloatingOnly({
  clientPackage,
  machineId,
}: Pick<SeatRequest, 'clientPackage' | 'machineId'>): boolean {
  return clientPackage === 'FLOATING_ENGINE' || isSharedMachineId(machineId);
}

/** A request for a seat. */
export interface SeatRequest {
  organizationId: number;
  userId: number;
  clientPackage: ClientPackage;
  machineId: string;
  sessionId: string;
  hostname: string | null;
  version: string | null;
  /** What a container says to be, whatever machine id it has this time; stands for the machine in all that follows. */
  fingerprint: string | null;
  /** The CI job that it belongs to. */
  jobId: string | null;
  /** Which of Katalon's clients it is; absent: a native program. */
  client?: ClientKind;
  /** Kinds of seats whose features the client accepts; absent: it takes any. */
  acceptedModels?: readonly Model[];
  /** Until when it borrows the seat; absent: it does not. */
  borrowUntil?: Date;
  /** The lease whose token it has signed in with: it gets that seat, and no other. Absent: it has none. */
  takesOver?: string;
}

/** A session that wants a seat, or has one. */
export type SeatSession = Omit<SeatRequest, 'userId' | 'organizationId'>;

/** What is the same machine when it comes again. */
export function machineOf({ machineId, fingerprint }: Pick<SeatRequest, 'machineId' | 'fingerprint'>): string {
  return fingerprint ?? machineId;
}

/** A pool as it is under its lock, and as it becomes while a batch is decided. */
export interface PoolState {
  id: number;
  organizationId: number;
  product: Product;
  model: Model;
  quota: number;
  /** Rows of leases, for a floating pool. */
  inUse: number;
  /** Machines that may be registered; null: any number. */
  machineQuota: number | null;
  /** Registered machines, for a pool that binds its seats to machines or limits them. */
  boundMachines: number;
  /** Seats that are out as offline licenses, or as tokens that outlived their session. */
  offline: number;
  /** Bounds from the license: how long a lease lasts at most, and seats beyond the quota in percent. */
  maxLeaseMillis: number;
  maxOveragePercent: number;
  /** What a token may have left to live for its seat to be free when its session ends. */
  freeMillis: number;
  /** Bounds from the license: days that a seat may be borrowed, 0: not at all, and until when at most. */
  borrowMaxDays: number;
  borrowEndsAt: number;
  /** Seats that are borrowed, as {@link seatName} calls them; undefined: no request borrows. */
  lent?: Set<string>;
  /** Per-user seats that are not assigned, where the policy assigns them; undefined: it does not. */
  unassigned?: number;
  /** Users or machines whose seat is in use, where more have a place than the quota covers; undefined: no more have. */
  liveSeats?: Set<string>;
  /** Milliseconds since 1970 at which the last license behind it ends; -Infinity: there never was one. */
  endsAt: number;
  reservations: readonly Reservation[];
  caps: readonly PoolCap[];
  /** Seats that users with reservations or caps hold, by user id. */
  held: Map<number, number>;
  /** Seats of users with caps that are held until the token of a released session expires, by user id. */
  heldTokens: Map<number, number>;
}

/** Whether a seat of the pool needs its machine registered. */
export function registersMachines({ model, machineQuota }: Pick<PoolState, 'model' | 'machineQuota'>): boolean {
  return model === 'node-locked' || machineQuota !== null;
}

/** A lease that is there. */
export interface LeaseState {
  id: string;
  number: number;
  poolId: number;
  organizationId: number;
  product: Product;
  userId: number;
  machineId: string;
  fingerprint: string | null;
  sessionId: string;
  hostname: string | null;
  jobId: string | null;
  /** Null: a native program, or not known. */
  client: ClientKind | null;
  renewedAt: Date;
  expiresAt: Date;
  /** As {@link expiresAt}, of a borrowed seat: no renewal changes it. */
  borrowedUntil: Date | null;
  /** The lease of the program whose seat it has taken over. */
  originId: string | null;
}

/** A token that outlived its session: the seat stays taken until it expires, or its machine comes back. */
export interface ChargedSession {
  id: number;
  poolId: number;
  userId: number;
  machineId: string;
  fingerprint: string | null;
  expiresAt: Date;
  /** It is borrowed: its machine may work with it without the server, so no other session of the machine takes it over. */
  isBorrowed: boolean;
}

/** What the database says under the locks, for one product of one organization and one request. */
export interface Situation {
  now: Date;
  /** The newest time ever seen, by which licenses end: later than `now` only after the clock was set back. */
  licenseTime: Date;
  /** By model. */
  pools: ReadonlyMap<Model, PoolState>;
  /** This user's leases of this product in this organization: on this machine, and per-user ones anywhere. */
  own: readonly LeaseState[];
  /** Tokens of this machine or user that outlived their session. */
  charged: readonly ChargedSession[];
  /** Whether the session had a seat before, in the last 30 days; asked for only where another Studio has one there now. */
  isReturning: boolean;
  /** Whether the user holds a per-user seat that the quota covers. */
  licensed: boolean;
  /** Whether the policy assigns the user a per-user seat if one is needed. */
  assignable: boolean;
  /** The pools in which the machine has a place that the quota covers. */
  registered: ReadonlySet<number>;
  /** Users who wait for such a seat and came before, in their order. */
  waiting: readonly number[];
  policy: SeatPolicy;
}

/** What an organization has decided about its seats. */
export interface SeatPolicy {
  /** How long a lease lasts between renewals. */
  leaseMillis: number;
  /** The same for Runtime Engine; null: no other time. */
  engineLeaseMillis: number | null;
  /** How long the first activation of a Runtime Engine waits for a seat; 0: not at all. */
  engineWaitSeconds: number;
  /** Share of the lease after which its renewal is due. */
  renewalShare: number;
  /** The same for Katalon's clients, which never try a renewal twice. */
  clientRenewalShare: number;
  /** Floating seats beyond the quota, in percent of it. */
  overQuotaPercent: number;
  /** Patterns of machine ids and host names; none: every machine is allowed. */
  allowedMachines: readonly string[];
  /** The same, of machines that get no seat whatever is allowed. */
  deniedMachines: readonly string[];
  /** Days that a seat may be borrowed; 0: not at all. */
  borrowMaxDays: number;
  /** Seats of each product and model that are never lent. */
  borrowKeepSeats: number;
  /** Whether people get a per-user seat at their first activation. */
  autoAssign: boolean;
}

/** How long a lease of a product lasts, before the bounds of its license. */
export function leaseMillisOf(policy: Pick<SeatPolicy, 'leaseMillis' | 'engineLeaseMillis'>, product: Product): number {
  return (product === 'KRE' ? policy.engineLeaseMillis : null) ?? policy.leaseMillis;
}

/** Whether a machine may have a seat at all. */
export function isMachineAllowed(
  { allowedMachines, deniedMachines }: Pick<SeatPolicy, 'allowedMachines' | 'deniedMachines'>,
  { machineId, hostname, fingerprint }: Pick<SeatRequest, 'machineId' | 'hostname' | 'fingerprint'>,
): boolean {
  const names = [machineId, hostname, fingerprint].filter((name) => name !== null);
  const isOneOf = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => names.some((name) => matches(pattern, name)));
  return !isOneOf(deniedMachines) && (allowedMachines.length === 0 || isOneOf(allowedMachines));
}

/** The name of a machine, or a pattern, as it is compared: whatever its case, without what is not seen. */
export function inOneForm(name: string): string {
  return foldCase(withoutInvisible(name));
}

/** `*` stands for anything; letters match whatever their case. Linear in the text, whatever the pattern. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = inOneForm(pattern).split('*');
  const lower = inOneForm(text);
  const last = rest.pop();
  if (last === undefined) return lower === first;
  if (!lower.startsWith(first) || !lower.endsWith(last) || lower.length < first.length + last.length) return false;
  let position = first.length;
  for (const part of rest) {
    const found = lower.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= lower.length - last.length;
}

/** Milliseconds after its renewal was due at which a session that did not come counts as crashed. */
const missedRenewalMillis = 60_000;

/**
 * Why there is no seat, the whole set. The first of these that is true is the answer (a caller who is not a member of the
 * organization does not get this far; a session that had a seat there is recorded as `not-a-member`):
 *
 * 1. the policy does not allow the machine;
 * 2. the license ends within a minute, too soon for the first session of one of Katalon's clients;
 * 3. the license has ended, or 4. there never was one;
 * 5. all seats are bound to machines or users, and the machine's id is one that many share;
 * 6. all of them belong to users, and none to this one, or 7. this one's is in use on another machine;
 * 8. the client would accept none of the seats, for their features; 9. no more machines may be registered; 10. the user, or a
 * team of theirs, holds as many seats as the policy allows them; 11. what is free is reserved for others; 12. others wait for
 * what is free; 13. nothing is free;
 * 14. there is a seat, and the user holds as many already as one user may hold at once.
 *
 * For a seat that is to be borrowed, those kinds of seats come first that may be lent; `borrow-…` says why none of them is, where
 * nothing else is the matter: the policy keeps the rest, it would be lent for too long, or beyond the license, or not at all.
 *
 * A Runtime Engine that has signed in with the token of a lease is refused for what that seat is: `lease-token-…`.
 *
 * `session-replaced` stands beside them: Studio was started again on the machine, and the newer one has the person's seat.
 */
export const denialCodes = [
  'not-a-member',
  'machine-denied',
  'license-ending',
  'license-expired',
  'not-licensed',
  'machine-unidentified',
  'no-seat-assigned',
  'seat-used-elsewhere',
  'features-not-accepted',
  'machine-quota-reached',
  'cap-reached',
  'reserved-for-others',
  'others-waiting',
  'seats-exhausted',
  'user-limit-reached',
  'session-replaced',
  'borrow-seats-kept',
  'borrow-too-long',
  'borrow-beyond-license',
  'borrow-not-allowed',
  'lease-token-ended',
  'lease-token-unfit',
  'lease-token-used',
] as const;
export type DenialCode = (typeof denialCodes)[number];

/** Whether it can help to wait. */
export function passesByItself(code: DenialCode): boolean {
  return ['seat-used-elsewhere', 'cap-reached', 'reserved-for-others', 'others-waiting', 'seats-exhausted'].includes(
    code,
  );
}

export type Decision =
  /** The session has its seat already: it goes on. */
  | { outcome: 'extend'; lease: LeaseState; pool: PoolState }
  /** A session of the same user on the same machine is taken to have crashed; its seat goes on with this one. */
  | { outcome: 'take-over'; lease: LeaseState; pool: PoolState }
  /**
   * A new lease. `register`: the machine takes its place now. `assign`: the user is assigned the seat now. `replaces`: one of this
   * session that is no longer good. `resumes`: the seat is one that this machine's token still holds.
   */
  | {
      outcome: 'grant';
      pool: PoolState;
      register: boolean;
      assign: boolean;
      replaces?: LeaseState;
      resumes?: ChargedSession;
    }
  | { outcome: 'deny'; code: DenialCode };

/**
 * How long the first license of one of Katalon's clients lasts at least: one that has ended by a client's own clock, which may be
 * ahead, is rejected there without a word.
 */
const shortestFirstMillis = 60_000;

/** Whether the license behind the seats ends before the client can have worked with it. */
function endsAtOnce({ endsAt, quota }: PoolState, { client }: SeatRequest, now: Date): boolean {
  return client !== undefined && quota > 0 && endsAt < now.getTime() + shortestFirstMillis;
}

/** Decides over one request. Knows no database: the caller holds the locks that make the answer true. */
export function decide(request: SeatRequest, situation: Situation): Decision {
  const { licenseTime, pools, own, policy } = situation;
  if (!isMachineAllowed(policy, request)) return { outcome: 'deny', code: 'machine-denied' };
  const all = modelsFor(request.clientPackage).flatMap((model) => pools.get(model) ?? []);
  const wanted = all.filter(({ model }) => request.acceptedModels?.includes(model) ?? true);
  const order = wanted.filter(({ model }) => model === 'floating' || !takesFloatingOnly(request));
  const open = order.filter((pool) => pool.endsAt > licenseTime.getTime());
  const lasting = open.filter((pool) => !endsAtOnce(pool, request, situation.now));

  const same = own.find((lease) => lease.machineId === request.machineId && lease.sessionId === request.sessionId);
  const samePool = open.find((pool) => pool.id === same?.poolId);
  if (same && samePool && same.expiresAt > situation.now) return decideExtension(request, situation, same, samePool);
  if (request.takesOver !== undefined) return decideTakeOver(request, situation, lasting);
  const running = own.find((lease) => isOtherStudio(lease, request) && lease.expiresAt > situation.now);
  // The older of two Studios: if it took the seat back, they would take it from each other for ever.
  if (running && (same || situation.isReturning)) return { outcome: 'deny', code: 'session-replaced' };

  const obstacles: DenialCode[] = order
    .filter((pool) => !open.includes(pool))
    .map((pool) => (pool.endsAt > -Infinity ? 'license-expired' : 'not-licensed'));
  if (lasting.length < open.length) obstacles.push('license-ending');
  for (const pool of lasting) {
    const unlent = lendingObstacle(pool, request, situation);
    if (unlent) {
      obstacles.push(unlent);
      continue;
    }
    if (running?.poolId === pool.id) return { outcome: 'take-over', lease: running, pool };
    const docked = own.find((lease) => isMovedStudio(lease, request, pool, situation.now));
    // The older of two, as above.
    if (docked && situation.isReturning && docked.sessionId !== request.sessionId) {
      return { outcome: 'deny', code: 'session-replaced' };
    }
    const obstacle = obstacleIn(
      pool,
      request,
      docked ? { ...situation, own: own.filter((each) => each !== docked) } : situation,
    );
    if (!obstacle) {
      const { register, assign } = placesIn(pool, situation);
      // It has expired, and its seat has not been taken since.
      if (same && pool === samePool && !register && !assign) return { outcome: 'extend', lease: same, pool };
      const resumes = situation.charged.find((charge) => isOwnCharge(charge, pool, request));
      return { outcome: 'grant', pool, register, assign, replaces: docked ?? running ?? same, resumes };
    }
    const crashed =
      pool.model === 'floating' &&
      own.find((lease) => lease.poolId === pool.id && isCrashed(lease, request, pool, situation));
    if (crashed) return { outcome: 'take-over', lease: crashed, pool };
    obstacles.push(obstacle);
  }
  if (wanted.some((pool) => !order.includes(pool) && pool.quota > 0)) obstacles.push('machine-unidentified');
  if (all.some((pool) => !wanted.includes(pool) && pool.quota > 0)) obstacles.push('features-not-accepted');
  return { outcome: 'deny', code: denialOf(obstacles) };
}

/** The places that a seat of the pool needs, and the machine or user does not have yet. */
function placesIn(pool: PoolState, { registered, licensed }: Situation): { register: boolean; assign: boolean } {
  return {
    register: registersMachines(pool) && !registered.has(pool.id),
    assign: pool.model === 'per-user' && !licensed,
  };
}

function decideExtension(request: SeatRequest, situation: Situation, lease: LeaseState, pool: PoolState): Decision {
  const unlent = lendingObstacle(pool, request, situation, lease);
  return unlent ? { outcome: 'deny', code: unlent } : { outcome: 'extend', lease, pool };
}

/** A Runtime Engine gets the seat of the lease whose token it has: from its program, or from an earlier run on the same machine. */
function decideTakeOver(
  request: SeatRequest,
  { own, now, isReturning }: Situation,
  pools: readonly PoolState[],
): Decision {
  const held = own.find((lease) => hasSeatOf(lease, request) && lease.expiresAt > now && !lease.borrowedUntil);
  if (!held) return { outcome: 'deny', code: 'lease-token-ended' };
  const pool = pools.find(({ id }) => id === held.poolId);
  // A node-locked seat is bound to the machine that its program has named.
  if (!pool || pool.model === 'node-locked' || request.client !== 'engine') {
    return { outcome: 'deny', code: 'lease-token-unfit' };
  }
  if (held.originId !== null && held.machineId !== request.machineId) {
    return { outcome: 'deny', code: 'lease-token-used' };
  }
  // Of two runs the newer one has the seat: they would take it from each other for ever.
  if (held.originId !== null && isReturning) return { outcome: 'deny', code: 'session-replaced' };
  return { outcome: 'take-over', lease: held, pool };
}

/** Whether a lease is the one that a request takes over, or has taken over its seat before. */
export function hasSeatOf({ id, originId }: LeaseState, { takesOver }: Pick<SeatRequest, 'takesOver'>): boolean {
  return takesOver !== undefined && (id === takesOver || originId === takesOver);
}

/** Whether the token is of the very machine that asks; it fits no other, also none with the same fingerprint. */
function isOwnCharge(charge: ChargedSession, pool: PoolState, request: SeatRequest): boolean {
  return (
    charge.poolId === pool.id &&
    !charge.isBorrowed &&
    charge.machineId === request.machineId &&
    (pool.model !== 'per-user' || charge.userId === request.userId)
  );
}

/** What keeps the session from a seat of this pool; undefined: nothing. */
function obstacleIn(pool: PoolState, request: SeatRequest, situation: Situation): DenialCode | undefined {
  const { own, now, licensed, assignable, registered, waiting, policy, charged } = situation;
  const isBack = fitsLicense(pool) && charged.some((charge) => isOwnCharge(charge, pool, request));
  if (pool.quota === 0) return 'not-licensed';
  if (pool.model === 'per-user') {
    if (!licensed && !assignable) return 'no-seat-assigned';
    // One machine at a time: a lease elsewhere keeps the seat there.
    const isElsewhere = (lease: LeaseState): boolean =>
      lease.poolId === pool.id && machineOf(lease) !== machineOf(request) && lease.expiresAt > now;
    if (own.some(isElsewhere)) return 'seat-used-elsewhere';
    const isHeldElsewhere = (charge: ChargedSession): boolean =>
      charge.poolId === pool.id && charge.userId === request.userId && charge.machineId !== request.machineId;
    if (charged.some(isHeldElsewhere)) return 'seat-used-elsewhere';
    if (isCrowded(pool, String(request.userId))) return 'seats-exhausted';
  }
  if (registersMachines(pool) && !registered.has(pool.id)) {
    const machines = pool.boundMachines + pool.offline - (isBack && pool.model === 'node-locked' ? 1 : 0);
    if (machines >= (pool.machineQuota ?? Infinity)) return 'machine-quota-reached';
    if (pool.model === 'node-locked' && machines >= pool.quota) return 'seats-exhausted';
    if (pool.model === 'node-locked' && machines + waiting.length >= pool.quota) return 'others-waiting';
  }
  if (pool.model === 'node-locked' && !isBack && isCrowded(pool, machineOf(request))) return 'seats-exhausted';
  // It takes over the seat that its own token holds: no seat more is out than before.
  return pool.model === 'floating' && !isBack ? floatingObstacle(request.userId, pool, policy, waiting) : undefined;
}

/** What a seat is called where borrowed ones are counted: the same for sessions that share one. */
export function seatName(
  { model }: Pick<PoolState, 'model'>,
  { id, userId, ...machine }: Pick<LeaseState, 'id' | 'userId' | 'machineId' | 'fingerprint'>,
): string {
  if (model === 'per-user') return `user ${userId}`;
  return model === 'node-locked' ? `machine ${machineOf(machine)}` : `lease ${id}`;
}

const dayMillis = 86_400_000;

/** What keeps the session from borrowing a seat of this pool, if that is what it wants. @param same the seat that it has */
function lendingObstacle(
  pool: PoolState,
  request: SeatRequest,
  { now, policy }: Situation,
  same?: LeaseState,
): DenialCode | undefined {
  const until = request.borrowUntil?.getTime();
  // That there are no seats at all is said elsewhere, unless the session has one that it may keep.
  if (until === undefined || (pool.quota === 0 && !same)) return undefined;
  const maxDays = Math.min(pool.borrowMaxDays, policy.borrowMaxDays);
  if (maxDays === 0) return 'borrow-not-allowed';
  if (until > now.getTime() + maxDays * dayMillis) return 'borrow-too-long';
  if (until > pool.borrowEndsAt) return 'borrow-beyond-license';
  const lent = pool.lent ?? new Set<string>();
  const seat = seatName(pool, { ...request, id: same?.id ?? '' });
  return lent.has(seat) || lent.size < pool.quota - policy.borrowKeepSeats ? undefined : 'borrow-seats-kept';
}

/** Whether no more floating seats are out than the license gives: after a smaller one, a token that lives on gives back nothing. */
function fitsLicense(pool: PoolState): boolean {
  return pool.model !== 'floating' || pool.inUse + pool.offline <= limitOf(pool, { overQuotaPercent: 100 });
}

/** Whether all seats are out where more users or machines have a place than there are seats, and this one has none of them. */
function isCrowded({ liveSeats, offline, quota }: PoolState, seat: string): boolean {
  return liveSeats !== undefined && !liveSeats.has(seat) && liveSeats.size + offline >= quota;
}

function floatingObstacle(
  userId: number,
  pool: PoolState,
  policy: SeatPolicy,
  waiting: readonly number[],
): DenialCode | undefined {
  const { reservations } = pool;
  let free = limitOf(pool, policy) - pool.inUse - pool.offline;
  if (isCapped(userId, pool)) return 'cap-reached';
  if (free <= 0) return 'seats-exhausted';
  if (free <= keptFrom(userId, reservations, pool.held)) return 'reserved-for-others';
  if (waiting.length === 0) return undefined;
  // Those who came before take what they can.
  const held = new Map(pool.held);
  for (const before of waiting) {
    if (free <= keptFrom(before, reservations, held) || isCapped(before, { ...pool, held })) continue;
    free--;
    held.set(before, (held.get(before) ?? 0) + 1);
  }
  // Those of one's own team may take what is left of its cap.
  return free <= keptFrom(userId, reservations, held) || isCapped(userId, { ...pool, held })
    ? 'others-waiting'
    : undefined;
}

/** Floating seats that may be in use at once. */
export function limitOf(
  { quota, maxOveragePercent }: Pick<PoolState, 'quota' | 'maxOveragePercent'>,
  { overQuotaPercent }: Pick<SeatPolicy, 'overQuotaPercent'>,
): number {
  return quota + Math.floor((quota * Math.min(overQuotaPercent, maxOveragePercent)) / 100);
}

/** Whether the lease is that of another start of the same person's Studio on the same machine: there is one at a time. */
export function isOtherStudio(lease: LeaseState, request: SeatRequest): boolean {
  return (
    !lease.borrowedUntil &&
    lease.client === 'studio' &&
    request.client === 'studio' &&
    lease.sessionId !== request.sessionId &&
    lease.machineId === request.machineId &&
    // The id of machines that have none says nothing; then the host name must.
    (!isSharedMachineId(request.machineId) || isSameHost(lease, request))
  );
}

/**
 * Whether a person's own seat is with Studio on the same computer under another machine id: the id follows the network
 * adapters, and changes with a docking station. The person has one seat on one machine either way, so it is safe to let it move
 * where both are Studio, both say the same host name, and the former token ends soon enough not to be a second seat.
 */
export function isMovedStudio(lease: LeaseState, request: SeatRequest, pool: PoolState, now: Date): boolean {
  return (
    pool.model === 'per-user' &&
    !lease.borrowedUntil &&
    lease.poolId === pool.id &&
    lease.userId === request.userId &&
    lease.client === 'studio' &&
    request.client === 'studio' &&
    machineOf(lease) !== machineOf(request) &&
    lease.hostname !== null &&
    lease.hostname.toLowerCase() === request.hostname?.toLowerCase() &&
    !namelessHost.test(lease.hostname) &&
    lease.expiresAt > now &&
    !livesLong(lease, pool, now)
  );
}

/** What every computer calls itself. */
const namelessHost = /^localhost($|\.)/i;

/**
 * Where there is no seat, a client that starts again on its machine gets its own back. Studio does so at once. Runtime Engine
 * may run there several times, also on clones and in containers with one id, so only a session of the same host and job that
 * has missed its renewal is taken for dead.
 */
function isCrashed(lease: LeaseState, request: SeatRequest, pool: PoolState, { now, policy }: Situation): boolean {
  // One that has run out has no seat to take over, and a borrowed token works without the server.
  if (lease.expiresAt <= now || lease.borrowedUntil) return false;
  if (machineOf(lease) !== machineOf(request)) return false;
  // The other container's token would live on beside the new one.
  if (lease.machineId !== request.machineId && livesLong(lease, pool, now)) return false;
  if (request.clientPackage === 'KSE') return !isSharedMachineId(request.machineId) || isSameHost(lease, request);
  if (!isSameHost(lease, request) || lease.jobId !== request.jobId) return false;
  const leaseMillis = Math.min(leaseMillisOf(policy, pool.product), pool.maxLeaseMillis);
  // A lease does not say which kind of client has it: the later of the two renewals has been missed.
  const share = Math.max(policy.renewalShare, policy.clientRenewalShare);
  return now.getTime() > lease.renewedAt.getTime() + leaseMillis * share + missedRenewalMillis;
}

/** Whether host names say that it is the same machine; a container that says which one it is has another after each start. */
function isSameHost(lease: LeaseState, { machineId, hostname, fingerprint }: SeatRequest): boolean {
  if (fingerprint !== null && lease.fingerprint === fingerprint) return true;
  if (lease.hostname === null || hostname === null) return !isSharedMachineId(machineId);
  return lease.hostname === hostname;
}

/** Whether the seat stays taken when the session ends: for as long as the token lives. */
export function livesLong(lease: Pick<LeaseState, 'expiresAt'>, { freeMillis }: PoolState, now: Date): boolean {
  return lease.expiresAt.getTime() > now.getTime() + freeMillis;
}

/** One reason of those that each kind of seat has given. What a user can wait for or change comes before the rest. */
function denialOf(obstacles: readonly DenialCode[]): DenialCode {
  const first = (...codes: DenialCode[]): DenialCode | undefined => codes.find((code) => obstacles.includes(code));
  return (
    first('machine-quota-reached', 'cap-reached', 'reserved-for-others', 'others-waiting', 'seats-exhausted') ??
    first('borrow-seats-kept', 'borrow-too-long', 'borrow-beyond-license', 'borrow-not-allowed') ??
    first('machine-unidentified', 'no-seat-assigned', 'seat-used-elsewhere', 'features-not-accepted') ??
    first('license-ending', 'license-expired') ??
    'not-licensed'
  );
}
