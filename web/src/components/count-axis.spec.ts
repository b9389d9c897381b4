import { describe, expect, it } from '@jest/globals';
import { countAxis } from './count-axis';

const top = countAxis.domain[1];

describe('the axis of a chart of seats', () => {
  it('has four whole, round steps that reach the highest value', () => {
    for (let highest = 0; highest <= 20_000; highest += highest < 300 ? 1 : 97) {
      const step = top(highest) / 4;
      expect(Number.isInteger(step)).toBe(true);
      expect(top(highest)).toBeGreaterThanOrEqual(highest);
    }
  });

  it('does not waste more than it has to', () => {
    expect([0, 4, 5, 10, 90, 130, 1000].map(top)).toEqual([4, 4, 8, 12, 100, 160, 1000]);
  });
});
