import { describe, expect, it } from '@jest/globals';
import { dailyUse } from './daily-use';

const hour = (day: string, index: number, expected: number) => ({
  at: `${day}T${String(index).padStart(2, '0')}:00:00.000Z`,
  expected,
  low: expected - 1,
  high: expected + 2,
});

describe('The days of a capacity chart', () => {
  it('are those that were, and the whole days to come with their busiest hour', () => {
    const past = [{ at: '2026-03-01T00:00:00.000Z', peak: 4, denials: 1, sessions: 9 }];
    const forecast = [
      hour('2026-03-01', 23, 50),
      ...Array.from({ length: 24 }, (_, index) => hour('2026-03-02', index, index)),
      hour('2026-03-03', 0, 50),
    ];
    expect(dailyUse(past, { forecast, denials: 1 })).toEqual([
      { day: '2026-03-01', peak: 4, denials: 1 },
      { day: '2026-03-02', expected: 23, band: [22, 25] },
    ]);
  });

  it('have no refusals that count for seats of another model', () => {
    const past = [{ at: '2026-03-01T00:00:00.000Z', peak: 4, denials: 1, sessions: 9 }];
    expect(dailyUse(past, { forecast: [], denials: 0 })).toEqual([{ day: '2026-03-01', peak: 4, denials: 0 }]);
  });

  it('are only those that were, without a forecast', () => {
    expect(dailyUse([], { forecast: [], denials: 0 })).toEqual([]);
  });
});
