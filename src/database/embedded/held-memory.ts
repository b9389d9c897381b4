import { setTimeout as delay } from 'node:timers/promises';

/** In PostgreSQL's own words, which are the only way it tells: a process of an earlier run has not ended yet. */
const memoryIsHeld = 'pre-existing shared memory block is still in use';

/** How long it may take after a crash until Windows has ended them all. */
const maxMillis = 60_000;
const pauseMillis = 500;

/**
 * Starts PostgreSQL again while processes of an earlier run hold its memory: on Windows they may outlive the one that they belong to,
 * and PostgreSQL itself waits for them for ten seconds only.
 *
 * @param ready waits for a PostgreSQL that was started; fails with what PostgreSQL said
 */
export async function whileMemoryIsHeld(
  ready: () => Promise<void>,
  startAgain: () => void,
  { now, pause }: { now: () => number; pause: (millis: number) => Promise<void> } = { now: Date.now, pause: delay },
): Promise<void> {
  const end = now() + maxMillis;
  for (;;) {
    try {
      await ready();
      return;
    } catch (error) {
      if (!(error as Error).message.includes(memoryIsHeld) || now() >= end) throw error;
      await pause(pauseMillis);
      startAgain();
    }
  }
}
