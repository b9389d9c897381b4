/** An organization's share in one product and model. */
export interface Share {
  poolId: number;
  organizationId: number;
  /** Seats given to it explicitly; null: none. */
  allocation: number | null;
}

/**
 * Divides the granted seats among organizations, never more than there are. Explicit allocations are served in the order
 * of the organizations, which matters only when a license has ended and there is less than was allocated. What is left
 * belongs to the first organization, unless it has an allocation of its own (manual, "Licenses and seats").
 *
 * @param shares of all organizations, by organization id
 * @returns quotas by pool id
 */
export function divide(granted: number, shares: readonly Share[]): Map<number, number> {
  const quotas = new Map<number, number>();
  let left = granted;
  for (const { poolId, allocation } of shares) {
    const quota = Math.min(allocation ?? 0, left);
    quotas.set(poolId, quota);
    left -= quota;
  }
  const first = shares[0];
  if (first?.allocation === null) quotas.set(first.poolId, left);
  return quotas;
}

/**
 * Divides the machines that may be registered in the proportion of the seats, together never more than there are: each
 * organization has what its seats add, in the order of the organizations.
 *
 * @param machineQuota of all seats together; undefined: there is no limit
 * @param quotas by pool id, as {@link divide} gives them
 * @returns machines by pool id
 */
export function divideMachines(
  machineQuota: number | undefined,
  granted: number,
  quotas: ReadonlyMap<number, number>,
): Map<number, number | null> {
  const machines = new Map<number, number | null>();
  let seats = 0;
  for (const [poolId, quota] of quotas) {
    const upTo = (count: number): number => Math.floor(((machineQuota ?? 0) * count) / Math.max(1, granted));
    machines.set(poolId, machineQuota === undefined ? null : upTo(seats + quota) - upTo(seats));
    seats += quota;
  }
  return machines;
}
