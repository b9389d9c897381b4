import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { divide, divideAround, divideMachines, seatsToKeep } from './division.js';

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

type ShareOut = [allocation: number | null, out: number, fixed?: number];

const sharesOf = (shares: readonly ShareOut[]) =>
  shares.map(([allocation, out, fixed = out], index) => ({
    poolId: index + 1,
    organizationId: index + 1,
    allocation,
    out,
    fixed,
  }));

/** Quotas around what is out; pools are numbered from 1. */
function around(granted: number, shares: ShareOut[], lost = 0, overagePercent = 0): number[] {
  return [...divideAround(granted, sharesOf(shares), { lost, overagePercent }).quotas.values()];
}

/** How many seats are left out, pool by pool, once sessions have ended that are too many. */
function kept(granted: number, shares: ShareOut[], lost = 0, overagePercent = 0): number[] {
  const keep = seatsToKeep(granted, sharesOf(shares), { lost, overagePercent });
  return shares.map(([, out], index) => keep.get(index + 1) ?? out);
}

describe('Seats that are out and cannot be called back', () => {
  it('beyond a lowered share are withheld from the others', () => {
    expect(
      around(5, [
        [2, 3],
        [3, 0],
      ]),
    ).toEqual([2, 2]);
  });

  it('of an organization that is gone are withheld from those that are left', () => {
    expect(around(5, [[null, 0]], 5)).toEqual([0]);
    expect(around(5, [[null, 0]], 2)).toEqual([3]);
  });

  it('are taken from the rest first, then from the last organizations, and from seats that nobody uses', () => {
    expect(
      around(
        10,
        [
          [null, 0],
          [3, 3],
          [3, 0],
        ],
        2,
      ),
    ).toEqual([2, 3, 3]);
    expect(
      around(
        10,
        [
          [4, 0],
          [3, 3],
          [3, 1],
        ],
        4,
      ),
    ).toEqual([2, 3, 1]);
  });

  it('are made up for by seats that no organization was given', () => {
    expect(around(5, [[2, 0]], 3)).toEqual([2]);
    expect(around(5, [[2, 0]], 4)).toEqual([1]);
    expect(
      around(6, [
        [2, 3],
        [3, 0],
      ]),
    ).toEqual([2, 3]);
  });

  it('beyond the share of the only organization cut nothing from it', () => {
    expect(around(4, [[null, 6]])).toEqual([4]);
    expect(
      around(
        4,
        [
          [null, 6],
          [0, 0],
        ],
        1,
      ),
    ).toEqual([3, 0]);
  });

  it('are not those that the license allows beyond the quota', () => {
    expect(
      around(
        10,
        [
          [5, 6],
          [5, 0],
        ],
        0,
        20,
      ),
    ).toEqual([5, 5]);
    expect(
      around(
        10,
        [
          [5, 7],
          [5, 0],
        ],
        0,
        20,
      ),
    ).toEqual([5, 4]);
  });

  it('together with the quotas never exceed the grant, as soon as enough have returned', () => {
    for (let out = 0; out <= 6; out++) {
      for (let lost = 0; lost <= 6; lost++) {
        const shares: [number, number][] = [
          [2, out],
          [3, 2],
        ];
        const quotas = around(5, shares, lost);
        const held = shares.reduce((sum, [, used], index) => sum + Math.max(quotas[index] ?? 0, used), lost);
        expect(held).toBeLessThanOrEqual(Math.max(5, lost + out + 2));
      }
    }
  });
});

describe('Sessions beyond the seats that there are', () => {
  it('end until the rest fits, and no more', () => {
    expect(kept(2, [[null, 5, 0]])).toEqual([2]);
    expect(kept(5, [[null, 5, 0]])).toEqual([5]);
    expect(kept(0, [[null, 5, 0]])).toEqual([0]);
  });

  it('end before what nothing can end, which stays', () => {
    expect(kept(2, [[null, 5, 1]])).toEqual([2]);
    expect(kept(2, [[null, 5, 3]])).toEqual([3]);
  });

  it('end in the organization whose share they exceed, not in another one', () => {
    expect(
      kept(5, [
        [2, 4, 0],
        [3, 3, 0],
      ]),
    ).toEqual([2, 3]);
  });

  it('make up for what nothing can end elsewhere, idle seats first', () => {
    expect(
      kept(
        5,
        [
          [2, 2, 0],
          [3, 2, 0],
        ],
        1,
      ),
    ).toEqual([2, 2]);
    expect(
      kept(
        5,
        [
          [2, 2, 0],
          [3, 3, 0],
        ],
        2,
      ),
    ).toEqual([2, 1]);
    // The last organization's seats cannot come back either: the first one's can.
    expect(
      kept(
        5,
        [
          [2, 2, 0],
          [3, 3, 3],
        ],
        1,
      ),
    ).toEqual([1, 3]);
  });

  it('may be as many as the license allows beyond the quota', () => {
    expect(kept(4, [[null, 8, 0]], 0, 50)).toEqual([6]);
  });

  const share = fc
    .record({ allocation: fc.option(fc.nat(6)), sessions: fc.nat(6), fixed: fc.nat(4) })
    .map(({ allocation, sessions, fixed }): ShareOut => [allocation, sessions + fixed, fixed]);
  const shares = fc.array(share, { minLength: 1, maxLength: 4 });

  it('fit, together with all else that is out, what the license gives, as far as ending sessions helps', () => {
    fc.assert(
      fc.property(fc.nat(12), shares, fc.nat(4), fc.constantFrom(0, 20, 50), (granted, list, lost, overage) => {
        const out = kept(granted, list, lost, overage).reduce((sum, seats) => sum + seats, lost);
        const fixed = list.reduce((sum, [, , seats = 0]) => sum + seats, lost);
        expect(out).toBeLessThanOrEqual(Math.max(granted + Math.floor((granted * overage) / 100), fixed));
      }),
    );
  });

  it('end also where they are beyond the quota', () => {
    expect(
      kept(
        5,
        [
          [4, 6, 4],
          [null, 1, 1],
          [1, 1, 1],
        ],
        0,
        50,
      ),
    ).toEqual([5, 1, 1]);
  });

  it('end once: those that are left stay', () => {
    fc.assert(
      fc.property(fc.nat(12), shares, fc.nat(4), fc.constantFrom(0, 20, 50), (granted, list, lost, overage) => {
        const left = kept(granted, list, lost, overage);
        const after = list.map(([allocation, , fixed], index): ShareOut => [allocation, left[index] ?? 0, fixed]);
        expect(kept(granted, after, lost, overage)).toEqual(left);
      }),
    );
  });
});
