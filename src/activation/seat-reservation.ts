import { type EntityManager } from 'typeorm';

/** Floating seats that are kept for some users: one, or those of a team. */
export interface Reservation {
  seats: number;
  users: ReadonlySet<number>;
}

/** What is reserved in a pool, and the live seats of those for whom it is, by user id. */
export interface PoolReservations {
  reservations: Reservation[];
  held: Map<number, number>;
}

/**
 * Seats that a user must leave to others, for they are reserved and not in use by those for whom they are. Who has a
 * reservation uses it before the common seats; in several, the first one with room counts.
 *
 * @param userId null: nobody, so that all that is reserved is kept
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

/** For whom seats of pools are kept, and how many of them those have at this time; the locks of the pools are held. */
export async function reservationsIn(
  manager: EntityManager,
  poolIds: readonly number[],
  now: Date,
): Promise<(poolId: number) => PoolReservations> {
  const rows = await manager.query<{ poolId: number; seats: number; users: number[] }[]>(
    `SELECT p.id AS "poolId", r.seats,
            to_json(CASE WHEN r.user_id IS NOT NULL THEN array[r.user_id]
                         ELSE array(SELECT t.user_id FROM team_member t WHERE t.team_id = r.team_id) END) AS users
       FROM seat_reservation r JOIN seat_pool p USING (organization_id, product)
      WHERE p.id = ANY($1) AND p.model = 'floating' ORDER BY r.user_id IS NULL, r.id`,
    [poolIds],
  );
  const held = await manager.query<{ poolId: number; userId: number; seats: number }[]>(
    `SELECT pool_id AS "poolId", user_id AS "userId", count(*)::int AS seats FROM lease
      WHERE pool_id = ANY($1) AND user_id = ANY($2) AND expires_at > $3 GROUP BY pool_id, user_id`,
    [poolIds, [...new Set(rows.flatMap(({ users }) => users))], now],
  );
  return (id) => ({
    reservations: rows
      .filter(({ poolId }) => poolId === id)
      .map(({ seats, users }) => ({ seats, users: new Set(users) })),
    held: new Map(held.filter(({ poolId }) => poolId === id).map(({ userId, seats }) => [userId, seats])),
  });
}
