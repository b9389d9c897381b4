/** Milliseconds of a lease between renewals (manual, "Lease": 15 minutes by default). */
export const leaseMillis = 15 * 60_000;

/** A renewal is due after a third of the lease, so two may fail before the seat is lost. */
export function renewAt(renewedAt: Date, expiresAt: Date): Date {
  return new Date(renewedAt.getTime() + (expiresAt.getTime() - renewedAt.getTime()) / 3);
}
