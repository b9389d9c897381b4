/** When to do what about a seat, in milliseconds of a clock that is never set. */
export interface SeatPlan {
  /** When to ask for a renewal the next time. */
  readonly attemptAt: number;
  /** From then on the seat counts as lost: other clients may have it. */
  readonly endsAt: number;
  /** Renewals that have failed since the last that did not. */
  readonly failures: number;
}

/** What an answer of the server says about a lease, ISO 8601. */
export interface LeaseTimes {
  serverTime: string;
  renewAt: string;
  expiresAt: string;
}

/** Milliseconds before the second attempt, which double from one to the next. */
const firstRetryMillis = 1000;
/** Milliseconds between two attempts, at most. */
const maxRetryMillis = 30_000;
/** Milliseconds between two attempts, at least: as the end comes nearer, they come closer together. */
const minRetryMillis = 250;
/** Milliseconds to wait for an answer, at most. */
const maxAnswerMillis = 15_000;

/**
 * The plan after an answer. It counts from when the request was sent, not from when the answer came: the server
 * granted the lease later than that, so the seat is never thought to be held for longer than it is.
 *
 * @param sentAt milliseconds when the request was sent
 * @param random from 0 to 1: spreads the renewals of many clients
 */
export function planOf({ serverTime, renewAt, expiresAt }: LeaseTimes, sentAt: number, random: number): SeatPlan {
  const granted = Date.parse(serverTime);
  const untilRenewal = Math.max(minRetryMillis, Date.parse(renewAt) - granted);
  return {
    attemptAt: sentAt + Math.floor(untilRenewal * (0.9 + 0.1 * random)),
    endsAt: sentAt + Date.parse(expiresAt) - granted,
    failures: 0,
  };
}

/**
 * The plan after a renewal that failed: wait twice as long each time, but never longer than half of what is left.
 *
 * @param now milliseconds
 * @param random from 0 to 1
 * @param retryAfterMillis what the server asks for, if it does
 */
export function planAfterFailure(plan: SeatPlan, now: number, random: number, retryAfterMillis = 0): SeatPlan {
  const backOff = Math.min(maxRetryMillis, firstRetryMillis * 2 ** Math.min(plan.failures, 10)) * (0.5 + 0.5 * random);
  const asked = Math.min(retryAfterMillis, maxRetryMillis);
  const wait = Math.max(minRetryMillis, Math.min(Math.max(backOff, asked), (plan.endsAt - now) / 2));
  return { ...plan, attemptAt: now + Math.floor(wait), failures: plan.failures + 1 };
}

/** How long to wait for the answer to a renewal: a server that hangs must not use up the time for the next attempts. */
export function answerMillis(plan: SeatPlan, now: number): number {
  return Math.max(minRetryMillis, Math.min(maxAnswerMillis, Math.floor((plan.endsAt - now) / 3)));
}

/** Whether the seat is lost. */
export function isOver(plan: SeatPlan, now: number): boolean {
  return now >= plan.endsAt;
}
