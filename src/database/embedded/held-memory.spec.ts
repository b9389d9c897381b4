import { describe, expect, it } from '@jest/globals';
import { whileMemoryIsHeld } from './held-memory.js';

const held = 'FATAL:  pre-existing shared memory block is still in use';

describe('a PostgreSQL whose memory is still held by an earlier run', () => {
  it('is started again until it runs', async () => {
    const { starts, millis } = await startWith([held, held, undefined]);
    expect(starts).toBe(3);
    expect(millis).toBeLessThan(60_000);
  });

  it('is given up after a minute, with what PostgreSQL said', async () => {
    const { error, millis } = await startWith(Array.from({ length: 100 }, () => held));
    expect(error).toContain(held);
    expect(millis).toBeGreaterThanOrEqual(60_000);
    expect(millis).toBeLessThan(75_000);
  });

  it('is not started again for any other reason', async () => {
    const { error, starts } = await startWith(['FATAL:  data directory has wrong ownership', undefined]);
    expect(error).toContain('wrong ownership');
    expect(starts).toBe(1);
  });
});

/** @param ends what each start ends with after ten seconds; undefined: it runs */
async function startWith(ends: (string | undefined)[]): Promise<{ starts: number; millis: number; error?: string }> {
  let [starts, millis] = [1, 0];
  const ready = (): Promise<void> => {
    millis += 10_000;
    const end = ends[starts - 1];
    return end === undefined ? Promise.resolve() : Promise.reject(new Error(end));
  };
  const startAgain = (): void => {
    starts++;
  };
  const pause = (pauseMillis: number): Promise<void> => {
    millis += pauseMillis;
    return Promise.resolve();
  };
  try {
    await whileMemoryIsHeld(ready, startAgain, { now: () => millis, pause });
    return { starts, millis };
  } catch (error) {
    return { starts, millis, error: (error as Error).message };
  }
}
