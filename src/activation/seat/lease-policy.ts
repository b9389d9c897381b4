import { type SeatPolicy } from './seat-decision.js';

/** Of an organization that has decided nothing (manual, "Lease": 15 minutes). */
export const defaultPolicy: SeatPolicy = {
  leaseMillis: 15 * 60_000,
  engineLeaseMillis: null,
  engineWaitSeconds: 0,
  renewalShare: 1 / 3,
  clientRenewalShare: 0.8,
  overQuotaPercent: 0,
  allowedMachines: [],
  deniedMachines: [],
  borrowMaxDays: 0,
  borrowKeepSeats: 0,
  autoAssign: false,
};

/** How many minutes a lease from `seat_pool p` of `organization o` lasts, before the bounds of its license. */
export const leaseMinutesInSql = "coalesce(CASE p.product WHEN 'KRE' THEN o.engine_lease_minutes END, o.lease_minutes)";

/**
 * A renewal is due after a share of the lease. Native programs try again, so theirs is due early; Katalon's clients never do, so an
 * early renewal would only be one more that can fail.
 */
export function renewAt(renewedAt: Date, expiresAt: Date, share: number): Date {
  return new Date(Math.round(renewedAt.getTime() + (expiresAt.getTime() - renewedAt.getTime()) * share));
}
