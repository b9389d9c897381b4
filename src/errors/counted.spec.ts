import { describe, expect, it } from '@jest/globals';
import { counted, countedTime, isOrAre } from './counted.js';

describe('A number', () => {
  it('agrees with its noun and its verb', () => {
    expect(counted(1, 'seat')).toBe('1 seat');
    expect([0, 2, 100].map((count) => counted(count, 'seat'))).toEqual(['0 seats', '2 seats', '100 seats']);
    expect([counted(1, 'entry', 'entries'), counted(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries']);
    expect([0, 1, 2].map(isOrAre)).toEqual(['are', 'is', 'are']);
  });

  it('of seconds is told in the unit that people would choose', () => {
    const seconds = [0, 1, 45, 300, 48 * 3600, 520 * 86_400];
    expect(seconds.map((count) => countedTime(count * 1000))).toEqual([
      '0 seconds',
      '1 second',
      '45 seconds',
      '5 minutes',
      '48 hours',
      '520 days',
    ]);
  });
});
