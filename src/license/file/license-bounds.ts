/** What an organization may decide about the vendor's seats at most; signed in the license file. */
export interface LicenseBounds {
  maxLeaseMinutes: number;
  /** Floating seats beyond the quota, in percent of it. */
  maxOveragePercent: number;
  /** Days from its creation that an offline license may last. */
  offlineMaxDays: number;
  /** Share of the seats that may be out as offline licenses. */
  offlineMaxShare: number;
  /** A seat whose token has at most so long to live is free at its release; one with more stays taken until then. */
  freeOnReleaseMinutes: number;
  /** 0: seats cannot be borrowed. */
  borrowMaxDays: number;
}

/** Where the file says nothing. */
export const defaultBounds: LicenseBounds = {
  maxLeaseMinutes: 1440,
  maxOveragePercent: 0,
  offlineMaxDays: 365,
  offlineMaxShare: 1,
  freeOnReleaseMinutes: 120,
  borrowMaxDays: 0,
};

const names = Object.keys(defaultBounds) as (keyof LicenseBounds)[];

/** The bounds of an entitlement. */
export function boundsOf(entitlement: Partial<LicenseBounds>): LicenseBounds {
  const named = names.flatMap((name) => (entitlement[name] === undefined ? [] : [[name, entitlement[name]]]));
  return { ...defaultBounds, ...(Object.fromEntries(named) as Partial<LicenseBounds>) };
}

/** Of several entitlements whose seats are not told apart, the strictest of each. */
export function strictestBounds(all: readonly LicenseBounds[]): LicenseBounds {
  const strictest = (name: keyof LicenseBounds): number => Math.min(...all.map((bounds) => bounds[name]));
  return all.length === 0
    ? defaultBounds
    : (Object.fromEntries(names.map((name) => [name, strictest(name)])) as unknown as LicenseBounds);
}
