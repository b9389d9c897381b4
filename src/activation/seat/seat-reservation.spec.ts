import { describe, expect, it } from '@jest/globals';
import { keptFrom, type Reservation } from './seat-reservation.js';

const forUsers = (seats: number, ...users: number[]): Reservation => ({ seats, users: new Set(users) });

describe('Reserved seats', () => {
  const reservations = [forUsers(1, 1), forUsers(2, 1, 2)];

  it('are kept from everybody else as long as they are not in use', () => {
    expect(keptFrom(3, reservations, new Map())).toBe(3);
    expect(keptFrom(2, reservations, new Map())).toBe(1);
    expect(keptFrom(1, reservations, new Map())).toBe(0);
  });

  it('are used up by whom they are for, the first reservation first', () => {
    expect(keptFrom(3, reservations, new Map([[1, 1]]))).toBe(2);
    expect(keptFrom(2, reservations, new Map([[1, 1]]))).toBe(0);
    expect(keptFrom(3, reservations, new Map([[1, 2]]))).toBe(1);
    expect(
      keptFrom(
        3,
        reservations,
        new Map([
          [1, 5],
          [2, 1],
        ]),
      ),
    ).toBe(0);
  });

  it('do not count what others hold', () => {
    expect(keptFrom(3, reservations, new Map([[4, 7]]))).toBe(3);
  });
});
