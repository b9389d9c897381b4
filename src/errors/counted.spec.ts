import { describe, expect, it } from '@jest/globals';
import { counted, isOrAre } from './counted.js';

describe('A number', () => {
  it('agrees with its noun and its verb', () => {
    expect(counted(1, 'seat')).toBe('1 seat');
    expect([0, 2, 100].map((count) => counted(count, 'seat'))).toEqual(['0 seats', '2 seats', '100 seats']);
    expect([counted(1, 'entry', 'entries'), counted(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries']);
    expect([0, 1, 2].map(isOrAre)).toEqual(['are', 'is', 'are']);
  });
});
