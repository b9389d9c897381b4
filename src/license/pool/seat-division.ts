import { grantAt, lastEndBefore } from '../file/grants.js';
import { type LicenseBounds } from '../file/license-bounds.js';
import { type LicenseClaims } from '../file/license-file.js';
import { type Model, models, type Product, products } from '../file/product.js';
import { type Around, divideAround, divideMachines, seatsToKeep, type Share, type ShareInUse } from './division.js';
import { type SeatsOut } from './seats-out.queries.js';

/** What the files say, and the time at which it counts. */
export interface Licensed {
  claims: readonly LicenseClaims[];
  at: Date;
}

/** What bounds the leases of a pool. */
type PoolBounds = Pick<
  LicenseBounds,
  'maxLeaseMinutes' | 'maxOveragePercent' | 'freeOnReleaseMinutes' | 'borrowMaxDays'
>;

/** A pool with the bounds that it has had so far. */
export interface PoolShare extends Share, PoolBounds {
  product: Product;
  model: Model;
}

/** What is computed of a pool from the license files. */
export interface PoolQuota extends PoolBounds {
  id: number;
  quota: number;
  endsAt: string;
  /** Until when its seats may be borrowed. */
  borrowEndsAt: string;
  machineQuota: number | null;
  withheld: number;
  overdrawn: boolean;
}

/** The seats as they are divided at a moment. */
export interface SeatDivision {
  quotas: PoolQuota[];
  /** Milliseconds since 1970 at which the first seat that is out beyond a share returns; Infinity: no seat is. */
  firstReturn: number;
  /** How many seats may stay out, by pool id; of pools with more sessions than that. */
  keep: Map<number, number>;
  /** Seats in use beyond {@link keep}. */
  excess: number;
}

/** Divides what the files grant among all pools, around the seats that are out. */
export function divideSeats(licensed: Licensed, pools: readonly PoolShare[], out: readonly SeatsOut[]): SeatDivision {
  const all: SeatDivision = { quotas: [], firstReturn: Infinity, keep: new Map(), excess: 0 };
  for (const product of products) {
    for (const model of models) {
      const isOfThese = (row: PoolShare | SeatsOut): boolean => row.product === product && row.model === model;
      const { quotas, firstReturn, keep, excess } = divideModel(product, model, licensed, {
        pools: pools.filter(isOfThese),
        out: out.filter(isOfThese),
      });
      all.quotas.push(...quotas);
      all.firstReturn = Math.min(all.firstReturn, firstReturn);
      for (const [poolId, seats] of keep) all.keep.set(poolId, seats);
      all.excess += excess;
    }
  }
  return all;
}

function divideModel(
  product: Product,
  model: Model,
  { claims, at }: Licensed,
  { pools, out }: { pools: readonly PoolShare[]; out: readonly SeatsOut[] },
): SeatDivision {
  const grant = grantAt(claims, product, model, at);
  const end = grant?.lastsUntil ?? lastEndBefore(claims, product, model, at);
  const granted = grant?.quantity ?? 0;
  const outOf = new Map(out.map((row) => [row.poolId, row]));
  const known = new Set(pools.map(({ poolId }) => poolId));
  const lost = out.filter(({ poolId }) => !known.has(poolId));
  const around = (count: 'seats' | 'rightful'): { shares: (PoolShare & ShareInUse)[]; beside: Around } => ({
    shares: pools.map((pool) => {
      const { [count]: seats = 0, fixed = 0 } = outOf.get(pool.poolId) ?? {};
      return { ...pool, out: seats, fixed };
    }),
    beside: {
      lost: lost.reduce((sum, row) => sum + row[count], 0),
      // Only floating seats are granted beyond a quota.
      overagePercent: model === 'floating' ? (grant?.bounds.maxOveragePercent ?? 0) : 0,
    },
  });
  const { shares, beside } = around('seats');
  const { quotas, withheld, overdrawn } = divideAround(granted, shares, beside);
  const rightful = around('rightful');
  const keep = seatsToKeep(granted, rightful.shares, rightful.beside);
  const machines = divideMachines(grant?.machineQuota, granted, quotas);
  return {
    quotas: shares.map(({ poolId: id, ...pool }) => ({
      id,
      quota: quotas.get(id) ?? 0,
      endsAt: end?.toISOString() ?? '-infinity',
      borrowEndsAt: grant?.allLastUntil.toISOString() ?? '-infinity',
      machineQuota: machines.get(id) ?? null,
      withheld: withheld.get(id) ?? 0,
      overdrawn: overdrawn.has(id),
      // When a license has ended, its bounds outlive it: they decide about the seats of the tokens that are still out.
      ...boundsOfPool(grant?.bounds ?? pool),
    })),
    firstReturn: Math.min(
      ...out
        .filter(({ poolId }) => overdrawn.has(poolId) || !known.has(poolId))
        .map(({ firstEnd }) => firstEnd.getTime()),
    ),
    keep,
    excess: rightful.shares.reduce((sum, { poolId, out: seats }) => sum + seats - (keep.get(poolId) ?? seats), 0),
  };
}

function boundsOfPool({
  maxLeaseMinutes,
  maxOveragePercent,
  freeOnReleaseMinutes,
  borrowMaxDays,
}: PoolBounds): PoolBounds {
  return { maxLeaseMinutes, maxOveragePercent, freeOnReleaseMinutes, borrowMaxDays };
}
