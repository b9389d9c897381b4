import { clockToleranceSeconds } from '../clock-step/clock-step.service.js';
import { inUtc } from '../clock/in-utc.js';

/** Milliseconds that the recorded time may be ahead of the clock before anybody is told. */
const unremarkableMillis = 5 * 60_000;

/**
 * The time that a vendor's file proves: no earlier than it was issued, and no earlier than the clock says.
 *
 * @returns undefined when a file that was issued at the same time or later has been here, so that it proves nothing new
 */
export function provenTime(issuedAt: Date, { now, newestIssue }: { now: Date; newestIssue: Date }): Date | undefined {
  return issuedAt > newestIssue ? new Date(Math.max(issuedAt.getTime(), now.getTime())) : undefined;
}

/** Whether a proven time is so far behind the recorded one that it is worth a correction. */
export function isFarBehind(proven: Date, recorded: Date): boolean {
  return proven.getTime() + clockToleranceSeconds * 1000 < recorded.getTime();
}

/** Milliseconds that a file may be issued after the clock's time: its clock or the vendor's may be wrong by a time zone. */
const maxIssuedLaterMillis = 86_400_000;

/** Whether a file proves that the clock is far behind. */
export function isClockBehind(issuedAt: Date, now: Date): boolean {
  return issuedAt.getTime() - now.getTime() > maxIssuedLaterMillis;
}

/** Why licenses count by another time than the clock's, and what to do; undefined: they do not. */
export function describeClockAhead(recorded: Date, now: Date): string | undefined {
  if (recorded.getTime() - now.getTime() < unremarkableMillis) return undefined;
  return (
    `This server's clock once said ${inUtc(recorded)}, and licenses count by that time; now it says ${inUtc(now)}. ` +
    'If it was wrong then, install a license file that the vendor issues now, or ask the vendor for a statement of time.'
  );
}
