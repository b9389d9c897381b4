import { describe, expect, it } from '@jest/globals';
import { retryWait } from './retry-schedule.js';

describe('A delivery that fails', () => {
  it('is tried again after 5 seconds, and then ever less often, for a day', () => {
    const waits: number[] = [];
    for (let wait = retryWait(1); wait !== undefined; wait = retryWait(waits.length + 1)) waits.push(wait);
    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(Math.max(...waits)).toBe(30 * 60_000);
    const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
    expect(hours).toBeGreaterThanOrEqual(24);
    expect(hours).toBeLessThan(24.5);
  });
});
