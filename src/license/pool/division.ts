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

/** A share, and how many of its seats are out. */
export interface ShareInUse extends Share {
  out: number;
  /** Those of them that nothing can end: offline licenses, and tokens that have outlived their session. */
  fixed: number;
}

/** Seats that are out and belong to no pool, and seats that the license allows beyond a quota, in percent of it. */
export interface Around {
  lost: number;
  overagePercent: number;
}

export interface Division {
  /** By pool id. */
  quotas: Map<number, number>;
  /** Seats that a pool lacks because they are out elsewhere, by pool id. */
  withheld: Map<number, number>;
  /** Pools of which more seats are out than they have. */
  overdrawn: Set<number>;
}

/**
 * Divides the seats as {@link divide} does, around those that are out: what is out beyond an organization's share, or belongs to
 * none any more, is withheld from the others until it returns. First from what no organization was given, then from the last
 * organizations: seats that are not in use first, then those of sessions, then those that nothing can end.
 */
export function divideAround(
  granted: number,
  shares: readonly ShareInUse[],
  { lost, overagePercent }: Around,
): Division {
  const nominal = divide(granted, shares);
  const quotas = new Map(nominal);
  const overdrawn = new Set<number>();
  const beyondOwn = new Map<number, number>();
  // What no organization was given makes up for it first.
  let excess = lost - (granted - sum(nominal.values()));
  for (const { poolId, out } of shares) {
    const overage = out - withOverage(nominal.get(poolId) ?? 0, overagePercent);
    if (overage <= 0) continue;
    overdrawn.add(poolId);
    beyondOwn.set(poolId, overage);
    excess += overage;
  }
  for (const kind of ['free', 'in session', 'fixed'] as const) {
    for (const { poolId, out, fixed } of inWithholdingOrder(shares)) {
      const quota = quotas.get(poolId) ?? 0;
      const spared = kind === 'free' ? out : kind === 'in session' ? fixed : 0;
      // What is out beyond a pool's own share gives it no new seats until it has returned, and needs no cut of its quota.
      const forOthers = Math.max(0, excess - (beyondOwn.get(poolId) ?? 0));
      const taken = Math.min(forOthers, Math.max(0, quota - spared));
      quotas.set(poolId, quota - taken);
      if (taken > 0 && kind !== 'free') overdrawn.add(poolId);
      excess -= taken;
    }
  }
  const withheld = new Map([...nominal].map(([poolId, quota]) => [poolId, quota - (quotas.get(poolId) ?? 0)]));
  return { quotas, withheld, overdrawn };
}

/**
 * How many seats may stay out where more are out than the license gives: sessions have to end until this many are left. First
 * each organization keeps within its own share; then what nothing can end is made up for by the sessions of the others, in the
 * order in which {@link divideAround} withholds seats. Those that are left never have to end for the same reason again.
 *
 * @returns by pool id, of pools with too many sessions only
 */
export function seatsToKeep(
  granted: number,
  shares: readonly ShareInUse[],
  { lost, overagePercent }: Around,
): Map<number, number> {
  const nominal = divide(granted, shares);
  const kept = new Map(
    shares.map(({ poolId, out, fixed }) => {
      const own = withOverage(nominal.get(poolId) ?? 0, overagePercent);
      return [poolId, Math.max(fixed, Math.min(out, own))];
    }),
  );
  let excess = lost + sum(kept.values()) - withOverage(granted, overagePercent);
  for (const { poolId, fixed } of inWithholdingOrder(shares)) {
    const left = kept.get(poolId) ?? 0;
    const ended = Math.min(Math.max(0, excess), left - fixed);
    kept.set(poolId, left - ended);
    excess -= ended;
  }
  return new Map(
    shares
      .filter(({ poolId, out }) => (kept.get(poolId) ?? 0) < out)
      .map(({ poolId }) => [poolId, kept.get(poolId) ?? 0]),
  );
}

/** Whose seats make up for others' first: the organization with the rest, then the last ones. */
function inWithholdingOrder<T extends Share>(shares: readonly T[]): T[] {
  return [
    ...shares.filter(({ allocation }) => allocation === null),
    ...shares.filter(({ allocation }) => allocation !== null).reverse(),
  ];
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}

function withOverage(quota: number, percent: number): number {
  return quota + Math.floor((quota * percent) / 100);
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
