import { describe, expect, it } from '@jest/globals';
import { type ExpectedHour, forecast, hoursUntilFull } from './forecast.js';

const week = 168;

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many come when so many come on average, each on their own (Poisson). */
function comers(random: () => number, average: number): number {
  if (average > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(average + Math.sqrt(average) * normal));
  }
  let count = -1;
  for (let left = 1; left > Math.exp(-average); left *= random()) count++;
  return count;
}

/** The share of testers at work in an hour of a week that begins on a Monday. */
function share(hour: number): number {
  const [day, time] = [Math.floor(hour / 24), hour % 24];
  if (day >= 5) return time > 9 && time < 17 ? 0.08 : 0.02;
  if (time < 7 || time > 20) return 0.03;
  if (time < 9) return 0.5;
  return time < 18 ? 0.95 : 0.3;
}

/** Testers in each week of a company's history. */
const companies: Record<string, (weeks: number, random: () => number) => number[]> = {
  steady: (weeks) => new Array<number>(weeks).fill(60),
  small: (weeks) => new Array<number>(weeks).fill(4),
  'growing by two a week': (weeks) => Array.from({ length: weeks }, (_, index) => 30 + 2 * index),
  shrinking: (weeks) => Array.from({ length: weeks }, (_, index) => 100 - 2 * index),
  'with a new department': (weeks, random) => {
    const from = 6 + Math.floor(random() * 11);
    return Array.from({ length: weeks }, (_, index) => (index < from ? 40 : 75));
  },
  'on holiday every seventh week': (weeks, random) => {
    const first = Math.floor(random() * 7);
    return Array.from({ length: weeks }, (_, index) => (index % 7 === first ? 15 : 60));
  },
  'that drifts': (weeks, random) => {
    let testers = 50;
    return Array.from({ length: weeks }, () => (testers = Math.max(5, testers * (0.85 + 0.3 * random()))));
  },
  'with uneven load': (weeks, random) => Array.from({ length: weeks }, () => 30 * (0.7 + 0.6 * random())),
};

function historyOf(testers: readonly number[], random: () => number): number[] {
  return testers.flatMap((count) => Array.from({ length: week }, (_, hour) => comers(random, count * share(hour))));
}

interface Score {
  error: number;
  naiveError: number;
  inBand: number;
  hours: number;
}

/** Forecasts from each week on, beside what came, and beside the same hour of the last week before. */
function backtest(name: string, seeds: number): Score {
  const score = { error: 0, naiveError: 0, inBand: 0, hours: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const random = randomFrom(seed * 97 + name.length);
    const hours = historyOf(companies[name]?.(16, random) ?? [], random);
    for (let weeks = 8; weeks <= 14; weeks++) {
      const past = hours.slice(0, weeks * week);
      forecast(past).forEach(({ expected, low, high }, hour) => {
        const real = hours[weeks * week + hour] ?? NaN;
        score.error += Math.abs(real - expected);
        score.naiveError += Math.abs(real - (past[(weeks - 1) * week + (hour % week)] ?? NaN));
        // At night nothing is expected and nothing comes: that would be too easy.
        if (expected < 0.5 && real === 0) return;
        score.hours++;
        if (real >= low && real <= high) score.inBand++;
      });
    }
  }
  return score;
}

const expectedOf = (ahead: readonly ExpectedHour[]): number[] => ahead.map(({ expected }) => expected);

describe('A forecast', () => {
  const scores = Object.keys(companies).map((name) => [name, backtest(name, 4)] as const);

  it.each(scores)('of a company %s errs no more than "as last week"', (_, { error, naiveError }) => {
    expect(error / naiveError).toBeLessThanOrEqual(1);
  });

  it('holds 85 to 95 % of the hours to come in its band', () => {
    const inBand = scores.reduce((sum, [, score]) => sum + score.inBand, 0);
    const hours = scores.reduce((sum, [, score]) => sum + score.hours, 0);
    expect(inBand / hours).toBeGreaterThan(0.85);
    expect(inBand / hours).toBeLessThan(0.95);
  });

  it('repeats weeks that are all the same, with no doubt', () => {
    const usual = Array.from({ length: week }, (_, hour) => Math.round(40 * share(hour)));
    const ahead = forecast(Array.from({ length: 10 }, () => usual).flat());
    expect(expectedOf(ahead)).toEqual([...usual, ...usual]);
    expect(ahead.every(({ expected, low, high }) => low === expected && high === expected)).toBe(true);
  });

  it('says nothing from less than eight weeks', () => {
    expect(forecast(new Array<number>(8 * week - 1).fill(3))).toEqual([]);
    expect(forecast(new Array<number>(8 * week).fill(3))).toHaveLength(2 * week);
  });

  it('of seats that are not used expects none', () => {
    expect(new Set(expectedOf(forecast(new Array<number>(9 * week).fill(0))))).toEqual(new Set([0]));
  });
});

describe('Seats run out', () => {
  const growing = Array.from({ length: 12 }, (_, index) =>
    Array.from({ length: week }, (__, hour) => (hour === 34 ? 20 + index : 5)),
  ).flat();
  const ahead = forecast(growing);

  it('in the busiest hour of the week in which the growth reaches their number', () => {
    // 31 in the last week, one more each week: 40 in the ninth.
    const hours = hoursUntilFull(growing, ahead, 40) ?? NaN;
    expect(hours % week).toBe(34);
    expect(Math.abs(hours - (8 * week + 34))).toBeLessThanOrEqual(2 * week);
  });

  it('at once when they are all in use already', () => {
    expect(hoursUntilFull(growing, ahead, 30)).toBe(34);
  });

  it('never while their number is not reached within a year', () => {
    expect(hoursUntilFull(growing, ahead, 200)).toBeUndefined();
    const steady = new Array<number>(10 * week).fill(7);
    expect(hoursUntilFull(steady, forecast(steady), 8)).toBeUndefined();
  });
});
