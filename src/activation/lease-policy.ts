import { type SeatPolicy } from './seat-decision.js';

/** Of an organization that has decided nothing (manual, "Lease": 15 minutes). */
export const defaultPolicy: SeatPolicy = {
  leaseMillis: 15 * 60_000,
  renewalShare: 1 / 3,
  overQuotaPercent: 0,
  allowedMachines: [],
  deniedMachines: [],
};

/** A renewal is due after a share of the lease: with a third, two may fail before the seat is lost. */
export function renewAt(renewedAt: Date, expiresAt: Date, share: number): Date {
  return new Date(Math.round(renewedAt.getTime() + (expiresAt.getTime() - renewedAt.getTime()) * share));
}
