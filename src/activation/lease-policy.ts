import { type SeatPolicy } from './seat-decision.js';

/** Of an organization that has decided nothing (manual, "Lease": 15 minutes). */
export const defaultPolicy: SeatPolicy = {
  leaseMillis: 15 * 60_000,
  overQuotaPercent: 0,
  allowedMachines: [],
  deniedMachines: [],
};

/** A renewal is due after a third of the lease, so two may fail before the seat is lost. */
export function renewAt(renewedAt: Date, expiresAt: Date): Date {
  return new Date(renewedAt.getTime() + (expiresAt.getTime() - renewedAt.getTime()) / 3);
}
