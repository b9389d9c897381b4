import { type EntityManager } from 'typeorm';
import { pipeline } from '../../database/pool/pipeline.js';
import { type HeldRow, rulesOfPools, type RuleRow, seatsHeld } from './seat-reservation.queries.js';

/** Floating seats that are kept for some users: one, or those of a team. */
export interface Reservation {
  seats: number;
  users: ReadonlySet<number>;
}

/** Floating seats that some users may have at most, together. */
export type PoolCap = Reservation;

/** What is reserved and capped in a pool, and the live seats of those for whom it is, by user id. */
export interface PoolReservations {
  reservations: Reservation[];
  caps: PoolCap[];
  held: Map<number, number>;
  heldTokens: Map<number, number>;
}

/**
 * Seats that a user must leave to others, for they are reserved and not in use by those for whom they are. Who has a
 * reservation uses it before the common seats; in several, the first one with room counts.
 *
 * @param userId null: no user, so that all reserved seats are kept
 * @param held live seats by user id; others than the reservations' users do not matter
 */
export function keptFrom(
  userId: number | null,
  reservations: readonly Reservation[],
  held: ReadonlyMap<number, number>,
): number {
  const unused = reservations.map(({ seats }) => seats);
  for (const [user, count] of held) {
    let left = count;
    reservations.forEach(({ users }, index) => {
      if (!users.has(user)) return;
      const taken = Math.min(left, unused[index] ?? 0);
      unused[index] = (unused[index] ?? 0) - taken;
      left -= taken;
    });
  }
  return reservations.reduce(
    (sum, { users }, index) => sum + (userId !== null && users.has(userId) ? 0 : (unused[index] ?? 0)),
    0,
  );
}

/** Whether the user, or a team of theirs, has as many seats as they may have. */
export function isCapped(
  userId: number,
  { caps, held, heldTokens }: Pick<PoolReservations, 'held' | 'heldTokens'> & { caps: readonly PoolCap[] },
): boolean {
  const seatsOf = (user: number): number => (held.get(user) ?? 0) + (heldTokens.get(user) ?? 0);
  return caps.some(
    ({ seats, users }) => users.has(userId) && [...users].reduce((sum, user) => sum + seatsOf(user), 0) >= seats,
  );
}

/** The rules of one pool, out of those of several. */
export function reservationsOf(poolId: number, rules: readonly RuleRow[], held: readonly HeldRow[]): PoolReservations {
  const rulesThat = (areCaps: boolean): Reservation[] =>
    rules
      .filter((rule) => rule.poolId === poolId && rule.isCap === areCaps)
      .map(({ seats, users }) => ({ seats, users: new Set(users) }));
  const byUser = (field: 'seats' | 'tokens'): Map<number, number> =>
    new Map(held.filter((row) => row.poolId === poolId).map((row) => [row.userId, row[field]]));
  return {
    reservations: rulesThat(false),
    caps: rulesThat(true),
    held: byUser('seats'),
    heldTokens: byUser('tokens'),
  };
}

/**
 * For whom seats of pools are kept, who may have how many, and how many of them those have at this time; the locks of the pools
 * are held.
 */
export async function reservationsIn(
  manager: EntityManager,
  poolIds: readonly number[],
  now: Date,
): Promise<(poolId: number) => PoolReservations> {
  const [rules, held] = await pipeline(manager, [rulesOfPools(poolIds), seatsHeld(poolIds, now)]);
  return (id) => reservationsOf(id, rules as RuleRow[], held as HeldRow[]);
}
