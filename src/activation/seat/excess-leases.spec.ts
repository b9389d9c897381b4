import { describe, expect, it } from '@jest/globals';
import { excessLeases } from './excess-leases.js';

const leases = (...seats: string[]) => seats.map((seat, index) => ({ id: `${index + 1}`, poolId: 1, seat }));
const gone = (keep: number, fixed: string[], ...seats: string[]) =>
  excessLeases(
    new Map([[1, keep]]),
    fixed.map((seat) => ({ poolId: 1, seat })),
    leases(...seats),
  ).map(({ id }) => id);

describe('When there are fewer seats than sessions', () => {
  it('those that were granted first keep theirs', () => {
    expect(gone(2, [], 'a', 'b', 'c', 'd')).toEqual(['3', '4']);
    expect(gone(0, [], 'a', 'b')).toEqual(['1', '2']);
  });

  it('offline licenses and held tokens count first', () => {
    expect(gone(3, ['laptop', 'token'], 'a', 'b')).toEqual(['2']);
    expect(gone(1, ['laptop'], 'a', 'b')).toEqual(['1', '2']);
  });

  it('sessions that share a seat stay or go together', () => {
    expect(gone(1, [], 'user 7', 'user 8', 'user 7')).toEqual(['2']);
    expect(gone(1, ['machine m'], 'machine n', 'machine m')).toEqual(['1']);
  });

  it('other pools are left alone', () => {
    expect(excessLeases(new Map([[2, 0]]), [], leases('a'))).toEqual([]);
  });
});
