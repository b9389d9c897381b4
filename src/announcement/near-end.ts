import { afterLastSecond } from '../license/file/last-second.js';
import { type LicenseClaims } from '../license/file/license-file.js';
import { type LicenseState } from '../license/license.service.js';

/** Days before the end of a license at which people are told; 0: at the end. */
const warnings = [30, 7, 1, 0];

const dayMillis = 86_400_000;

/** A license whose end is near or past. */
export interface NearEnd {
  claims: LicenseClaims;
  expiresAt: Date;
  /** Until when seats are granted, where that is later: the license has days of grace. */
  lastGrantAt: Date | undefined;
  /** Below 0: it has ended. */
  daysLeft: number;
  /** The warnings that are due, in days before the end. */
  reached: readonly number[];
}

/** Licenses of which people are to be told that they end; not those that a follow-up license goes on from. */
export function licensesNearEnd(states: readonly LicenseState[], now: Date): NearEnd[] {
  return states.flatMap(({ file, followedUp }): NearEnd[] => {
    if (!file || followedUp) return [];
    const expiresAt = new Date(file.claims.exp * 1000);
    const daysLeft = (expiresAt.getTime() - now.getTime()) / dayMillis;
    const reached = warnings.filter((days) => daysLeft <= days);
    if (reached.length === 0) return [];
    // The day that was written, not the midnight after it.
    const grace = file.endsAt.getTime() - afterLastSecond(expiresAt.getTime());
    const lastGrantAt = grace > 0 ? new Date(expiresAt.getTime() + grace) : undefined;
    return [{ claims: file.claims, expiresAt, lastGrantAt, daysLeft, reached }];
  });
}
