import { describe, expect, it } from '@jest/globals';
import { boundedCache } from './bounded-cache.js';

describe('A bounded cache', () => {
  it('forgets what was used longest ago, and never holds more than it may', () => {
    const cache = boundedCache<number, string>(2);
    cache.set(1, 'one').set(2, 'two');
    expect(cache.get(1)).toBe('one');
    cache.set(3, 'three').set(3, 'again');
    expect([...cache.keys()].sort()).toEqual([1, 3]);
    for (let key = 0; key < 1000; key++) cache.set(key, 'x');
    expect(cache.size).toBe(2);
  });

  it('takes no memory for entries that it does not have', () => {
    const before = process.memoryUsage();
    const caches = Array.from({ length: 10 }, () => boundedCache<number, string>(1_000_000));
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(10_000_000);
    expect(caches).toHaveLength(10);
  });
});
