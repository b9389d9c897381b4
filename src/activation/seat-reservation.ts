/** Floating seats that are kept for some users: one, or those of a team. */
export interface Reservation {
  seats: number;
  users: ReadonlySet<number>;
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
