import { type Model, type Product } from '../license/product.js';

/** What a client runs as: Studio with a window, Runtime Engine, or Runtime Engine in CI. */
export const packages = ['KSE', 'ENGINE', 'FLOATING_ENGINE'] as const;
export type ClientPackage = (typeof packages)[number];

export function productOf(clientPackage: ClientPackage): Product {
  return clientPackage === 'KSE' ? 'KSE' : 'KRE';
}

/** Which seats a session takes, in this order: one's own first (manual, "Licenses and seats"). */
export function modelsFor(clientPackage: ClientPackage): readonly Model[] {
  return clientPackage === 'FLOATING_ENGINE' ? ['floating'] : ['per-user', 'node-locked', 'floating'];
}

/** Somebody wants a seat. */
export interface SeatRequest {
  organizationId: number;
  userId: number;
  clientPackage: ClientPackage;
  machineId: string;
  sessionId: string;
  hostname: string | null;
  version: string | null;
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
  /** Bound machines, for a node-locked pool. */
  boundMachines: number;
  /** Seats that offline licenses hold. */
  offline: number;
  /** Milliseconds since 1970 at which the last license behind it ends; -Infinity: there never was one. */
  endsAt: number;
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
  sessionId: string;
  renewedAt: Date;
  expiresAt: Date;
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
  /** Whether the user holds a per-user seat that the quota covers. */
  licensed: boolean;
  /** Whether the machine holds a node-locked seat that the quota covers. */
  bound: boolean;
  policy: SeatPolicy;
}

/** What an organization has decided about its seats. */
export interface SeatPolicy {
  /** How long a lease lasts between renewals. */
  leaseMillis: number;
  /** Floating seats beyond the quota, in percent of it. */
  overQuotaPercent: number;
  /** Patterns of machine ids and host names; none: every machine is allowed. */
  allowedMachines: readonly string[];
  /** The same, of machines that get no seat whatever is allowed. */
  deniedMachines: readonly string[];
}

/** Whether a machine may have a seat at all. */
export function isMachineAllowed(
  { allowedMachines, deniedMachines }: SeatPolicy,
  { machineId, hostname }: Pick<SeatRequest, 'machineId' | 'hostname'>,
): boolean {
  const isOneOf = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matches(pattern, machineId) || (hostname !== null && matches(pattern, hostname)));
  return !isOneOf(deniedMachines) && (allowedMachines.length === 0 || isOneOf(allowedMachines));
}

/** `*` stands for anything; letters match whatever their case. Linear in the text, whatever the pattern. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const lower = text.toLowerCase();
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

export const denialCodes = [
  'machine-denied',
  'license-expired',
  'not-licensed',
  'no-seat-assigned',
  'seats-exhausted',
] as const;
export type DenialCode = (typeof denialCodes)[number];

export type Decision =
  /** The session has its seat already: it goes on. */
  | { outcome: 'extend'; lease: LeaseState; pool: PoolState }
  /** A session of the same user on the same machine is taken to have crashed; its seat goes to this one. */
  | { outcome: 'take-over'; lease: LeaseState; pool: PoolState }
  /** A new lease. `bind`: the machine takes its node-locked seat now. `replaces`: one of this session that is no longer good. */
  | { outcome: 'grant'; pool: PoolState; bind: boolean; replaces?: LeaseState }
  | { outcome: 'deny'; code: DenialCode };

/** Decides over one request. Knows no database: whoever calls it holds the locks that make the answer true. */
export function decide(request: SeatRequest, situation: Situation): Decision {
  const { now, licenseTime, pools, own, licensed, bound, policy } = situation;
  if (!isMachineAllowed(policy, request)) return { outcome: 'deny', code: 'machine-denied' };
  const order = modelsFor(request.clientPackage).flatMap((model) => pools.get(model) ?? []);
  const open = order.filter((pool) => pool.endsAt > licenseTime.getTime());
  const poolOf = (lease: LeaseState): PoolState | undefined => open.find((pool) => pool.id === lease.poolId);

  const same = own.find((lease) => lease.machineId === request.machineId && lease.sessionId === request.sessionId);
  const samePool = same && poolOf(same);
  if (same && samePool) return { outcome: 'extend', lease: same, pool: samePool };

  for (const pool of open) {
    if (pool.model === 'per-user') {
      // One machine at a time: a lease elsewhere keeps the seat there.
      const elsewhere = own.some(
        (lease) => lease.poolId === pool.id && lease.machineId !== request.machineId && lease.expiresAt > now,
      );
      if (licensed && !elsewhere) return { outcome: 'grant', pool, bind: false, replaces: same };
    } else if (pool.model === 'node-locked') {
      if (bound) return { outcome: 'grant', pool, bind: false, replaces: same };
      if (pool.boundMachines + pool.offline < pool.quota) return { outcome: 'grant', pool, bind: true, replaces: same };
    } else {
      if (pool.inUse + pool.offline < limitOf(pool, policy))
        return { outcome: 'grant', pool, bind: false, replaces: same };
      const crashed = own.find(
        (lease) => lease.poolId === pool.id && isCrashed(lease, request, now, policy.leaseMillis),
      );
      if (crashed) return { outcome: 'take-over', lease: crashed, pool };
    }
  }
  return { outcome: 'deny', code: denialOf(order, open) };
}

/** Floating seats that may be in use at once. */
export function limitOf({ quota }: PoolState, { overQuotaPercent }: SeatPolicy): number {
  return quota + Math.floor((quota * overQuotaPercent) / 100);
}

/**
 * A client that starts again on its machine gets its seat back at once. Studio has one window per user and machine; Runtime
 * Engine may run several sessions there, so only one that has missed its renewal is taken for dead.
 */
function isCrashed(lease: LeaseState, request: SeatRequest, now: Date, leaseMillis: number): boolean {
  if (lease.machineId !== request.machineId) return false;
  if (request.clientPackage === 'KSE') return true;
  return now.getTime() > lease.renewedAt.getTime() + leaseMillis / 3 + missedRenewalMillis;
}

function denialOf(order: readonly PoolState[], open: readonly PoolState[]): DenialCode {
  const seats = open.filter((pool) => pool.quota > 0);
  if (seats.length > 0)
    return seats.every((pool) => pool.model === 'per-user') ? 'no-seat-assigned' : 'seats-exhausted';
  return order.some((pool) => pool.endsAt > -Infinity && !open.includes(pool)) ? 'license-expired' : 'not-licensed';
}
