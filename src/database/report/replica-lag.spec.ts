import { describe, expect, it } from '@jest/globals';
import { ReplicaLag } from './replica-lag.js';

describe('The lag of a replica', () => {
  it('is unknown until the replica has reached a known position', () => {
    const lag = new ReplicaLag();
    expect(lag.add(100, 20, 0)).toBe(0);
    expect(lag.add(200, 90, 5_000)).toBe(5_000);
    expect(lag.isKnown).toBe(false);
    expect(lag.add(200, 100, 10_000)).toBe(5_000);
    expect(lag.isKnown).toBe(true);
    expect(lag.add(200, 200, 15_000)).toBe(0);
  });

  it('is the age of the oldest position that the replica has not reached', () => {
    const lag = new ReplicaLag();
    lag.add(100, 100, 0);
    lag.add(200, 150, 5_000);
    lag.add(300, 150, 10_000);
    expect(lag.add(400, 150, 20_000)).toBe(15_000);
    expect(lag.add(500, 350, 25_000)).toBe(5_000);
  });

  it('stays zero while the primary writes nothing', () => {
    const lag = new ReplicaLag();
    lag.add(100, 100, 0);
    expect(lag.add(100, 100, 3_600_000)).toBe(0);
  });

  it('begins again with a new primary, whose log may be shorter', () => {
    const lag = new ReplicaLag();
    lag.add(100, 100, 0);
    lag.add(200, 150, 5_000);
    expect(lag.add(160, 160, 60_000)).toBe(0);
  });

  it('is never too short when a replica stays away for long', () => {
    const lag = new ReplicaLag();
    lag.add(1, 1, 0);
    for (let count = 1; count <= 500; count++) lag.add(1 + count, 1, count * 1000);
    expect(lag.add(502, 400, 501_000)).toBeGreaterThanOrEqual(101_000);
    expect(lag.add(503, 503, 502_000)).toBe(0);
  });
});
