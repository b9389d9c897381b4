/** A lease that lives, as far as it matters who keeps a seat when there are too few. */
export interface LiveLease {
  id: string;
  poolId: number;
  /** Sessions with the same name share a seat. */
  seat: string;
}

/** A seat that is out and that nothing can end. */
export type FixedSeat = Pick<LiveLease, 'poolId' | 'seat'>;

/**
 * Chooses who has to go where more seats are out than there are.
 *
 * @param keep how many seats may stay out, by pool id
 * @param leases of these pools, those first that keep their seats first
 * @returns the others
 */
export function excessLeases<T extends LiveLease>(
  keep: ReadonlyMap<number, number>,
  fixed: readonly FixedSeat[],
  leases: readonly T[],
): T[] {
  const kept = new Map([...keep.keys()].map((poolId) => [poolId, new Set<string>()]));
  for (const { poolId, seat } of fixed) kept.get(poolId)?.add(seat);
  return leases.filter(({ poolId, seat }) => {
    const seats = kept.get(poolId);
    if (!seats || seats.has(seat)) return false;
    if (seats.size >= (keep.get(poolId) ?? 0)) return true;
    seats.add(seat);
    return false;
  });
}
