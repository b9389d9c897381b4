import { describe, expect, it } from '@jest/globals';
import { divide, divideMachines } from './division.js';

/** Divides among organizations that have these allocations; pools are numbered from 1. */
function quotas(granted: number, ...allocations: (number | null)[]): number[] {
  const shares = allocations.map((allocation, index) => ({
    poolId: index + 1,
    organizationId: (index + 1) * 10,
    allocation,
  }));
  const divided = divide(granted, shares);
  return shares.map(({ poolId }) => divided.get(poolId) ?? NaN);
}

describe('Dividing seats among organizations', () => {
  it('gives all of them to the only organization', () => {
    expect(quotas(5, null)).toEqual([5]);
  });

  it('gives all of them to the first one as long as nothing is allocated', () => {
    expect(quotas(5, null, null, null)).toEqual([5, 0, 0]);
  });

  it('gives the others what they were allocated, and the first one the rest', () => {
    expect(quotas(10, null, 3, 2)).toEqual([5, 3, 2]);
  });

  it('gives the first one no more than its allocation, if it has one', () => {
    expect(quotas(10, 4, 3)).toEqual([4, 3]);
    expect(quotas(10, 0, 3)).toEqual([0, 3]);
  });

  it('serves the organizations in their order when there is less than was allocated', () => {
    expect(quotas(4, null, 3, 2)).toEqual([0, 3, 1]);
    expect(quotas(4, 3, 2, 1)).toEqual([3, 1, 0]);
  });

  it('gives nobody anything when the license has ended', () => {
    expect(quotas(0, null, 3, 2)).toEqual([0, 0, 0]);
  });

  it('has nobody to give to in an installation without organizations', () => {
    expect(divide(5, []).size).toBe(0);
  });

  it('never gives more than there is, nor less than nothing', () => {
    const allocations = [null, 0, 1, 2, 5];
    for (let granted = 0; granted <= 6; granted++) {
      for (const first of allocations) {
        for (const second of allocations) {
          for (const third of allocations) {
            const given = quotas(granted, first, second, third);
            expect(given.reduce((sum, quota) => sum + quota, 0)).toBeLessThanOrEqual(granted);
            expect(Math.min(...given)).toBeGreaterThanOrEqual(0);
            if (first === null) expect(given.reduce((sum, quota) => sum + quota, 0)).toBe(granted);
          }
        }
      }
    }
  });
});

describe('The machines that may be registered', () => {
  it('are divided as the seats are, and never more', () => {
    const quotas = new Map([
      [1, 5],
      [2, 2],
      [3, 3],
    ]);
    expect([...divideMachines(7, 10, quotas).values()]).toEqual([3, 1, 3]);
    expect([...divideMachines(20, 10, quotas).values()]).toEqual([10, 4, 6]);
    expect([...divideMachines(1, 10, quotas).values()]).toEqual([0, 0, 1]);
  });

  it('are without limit where no license has one, and none where there are no seats', () => {
    expect([...divideMachines(undefined, 10, new Map([[1, 10]])).values()]).toEqual([null]);
    expect([...divideMachines(5, 0, new Map([[1, 0]])).values()]).toEqual([0]);
  });
});
