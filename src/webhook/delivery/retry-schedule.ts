/** Milliseconds to the second attempt; doubled each time, up to the longest wait. */
const firstWaitMillis = 5_000;
const maxWaitMillis = 30 * 60_000;

/** Milliseconds in which a delivery is tried again. */
const maxTryingMillis = 86_400_000;

/**
 * When to try again.
 *
 * @param attempts that have failed
 * @returns milliseconds to wait; undefined: a day is over
 */
export function retryWait(attempts: number): number | undefined {
  let waited = 0;
  for (let attempt = 1; attempt < attempts && waited < maxTryingMillis; attempt++) waited += waitAfter(attempt);
  return waited >= maxTryingMillis ? undefined : waitAfter(attempts);
}

function waitAfter(attempt: number): number {
  return Math.min(firstWaitMillis * 2 ** (attempt - 1), maxWaitMillis);
}
