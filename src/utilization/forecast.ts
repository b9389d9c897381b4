/** What is expected of an hour. Seats, with a tenth. */
export interface ExpectedHour {
  expected: number;
  /** In nine of ten hours, the real number is expected within these two. */
  low: number;
  high: number;
}

const hoursOfWeek = 168;
/** Weeks of data without which nothing is forecast. */
export const minWeeks = 8;
/** Weeks that a forecast looks back; what was longer ago says little. */
export const maxWeeks = 26;
/** Weeks that a forecast looks ahead, hour by hour. */
export const weeksAhead = 2;
/** Weeks ahead within which seats are said to run out. */
const maxWeeksUntilFull = 52;

/** Weeks whose hours make the usual week. */
const profileWeeks = 6;
/** Weeks by which a rise or fall is estimated, and how much of it is believed to go on, week by week. */
const trendWeeks = 8;
const damping = 0.7;
/** Weeks that are predicted from those before them, to choose a method and to learn how far it errs. */
const heldOutWeeks = 6;
/** Errors that a band leaves out at each of its ends. */
const tail = 0.04;

/** Most seats in use in each hour of a week. */
type Week = readonly number[];

type Method = (weeks: readonly Week[], ahead: number) => number[];

/**
 * Expected use of the next hours, from the hours before. Of three simple methods it takes the one that would have been best in
 * the last weeks: the same hour of last week; the usual week at the level of last week; the usual week at the usual level, which
 * ignores a single quiet week. The usual week is the median of each hour in six weeks, each relative to its week's mean. A rise or
 * fall of the last eight weeks (median of all slopes) goes on, and fades. The band is how far that method has erred in those weeks
 * at hours of similar use.
 *
 * @param hours most seats in use in each hour, oldest first, without gaps
 * @returns {@link weeksAhead} weeks, hour by hour; empty for less than {@link minWeeks} weeks
 */
export function forecast(hours: readonly number[]): ExpectedHour[] {
  const weeks = weeksOf(hours);
  if (weeks.length < minWeeks) return [];
  const method = bestMethod(weeks);
  return Array.from({ length: weeksAhead }, (_, index) => index + 1).flatMap((ahead) => {
    const band = bandOf(weeks, method, ahead);
    return method(weeks, ahead).map(band);
  });
}

/**
 * When all seats will be in use, if it goes on as in the last eight weeks.
 *
 * @param ahead the forecast of the next hours
 * @returns hours from the end of the data on; undefined: not within a year
 */
export function hoursUntilFull(
  hours: readonly number[],
  ahead: readonly ExpectedHour[],
  seats: number,
): number | undefined {
  if (ahead.length === 0) return undefined;
  const first = ahead.findIndex(({ expected }) => Math.round(expected) >= seats);
  if (first >= 0) return first;
  const weeks = weeksOf(hours);
  const slope = slopeOf(weeks.slice(-trendWeeks).map((week) => Math.max(...week)));
  const last = ahead.slice(-hoursOfWeek).map(({ expected }) => expected);
  const peak = Math.max(...last);
  const more = Math.ceil((seats - 0.5 - peak) / slope);
  if (!(slope > 0) || more > maxWeeksUntilFull - weeksAhead) return undefined;
  return ahead.length + (more - 1) * hoursOfWeek + last.indexOf(peak);
}

/** The most recent full weeks, oldest first. */
function weeksOf(hours: readonly number[]): Week[] {
  const count = Math.min(maxWeeks, Math.floor(hours.length / hoursOfWeek));
  const start = hours.length - count * hoursOfWeek;
  return Array.from({ length: count }, (_, week) =>
    hours.slice(start + week * hoursOfWeek, start + (week + 1) * hoursOfWeek),
  );
}

const methods: readonly Method[] = [
  // The median of three weeks is as old as the one in the middle.
  (weeks, ahead) => atLevel(usualWeek(weeks), projected(weeks, median(levels(weeks).slice(-3)), ahead + 1)),
  (weeks, ahead) => atLevel(usualWeek(weeks), projected(weeks, levels(weeks).at(-1) ?? 0, ahead)),
  (weeks) => [...(weeks.at(-1) ?? [])],
];

function bestMethod(weeks: readonly Week[]): Method {
  const errorOf = (method: Method): number =>
    heldOut(weeks, method, 1).reduce((sum, { expected, real }) => sum + Math.abs(real - expected), 0);
  const errors = methods.map(errorOf);
  return methods[errors.indexOf(Math.min(...errors))] ?? usualWeek;
}

/** What a method would have said of the last weeks, and what came. */
function heldOut(weeks: readonly Week[], method: Method, ahead: number): { expected: number; real: number }[] {
  const count = Math.min(heldOutWeeks, weeks.length - ahead - 1);
  return Array.from({ length: count }, (_, index) => weeks.length - 1 - index).flatMap((target) => {
    const real = weeks[target] ?? [];
    return method(weeks.slice(0, target - ahead + 1), ahead).map((expected, hour) => ({
      expected,
      real: real[hour] ?? 0,
    }));
  });
}

/** Puts a band around what a method expects: the errors that it made where it expected about as much. */
function bandOf(weeks: readonly Week[], method: Method, ahead: number): (expected: number) => ExpectedHour {
  const past = heldOut(weeks, method, ahead).toSorted((a, b) => a.expected - b.expected);
  const size = Math.max(1, Math.ceil(past.length / 8));
  const groups = Array.from({ length: Math.ceil(past.length / size) }, (_, index) => {
    const group = past.slice(index * size, (index + 1) * size);
    const errors = group.map(({ expected, real }) => (real - expected) / spread(expected)).sort((a, b) => a - b);
    return { most: group.at(-1)?.expected ?? 0, low: quantile(errors, tail), high: quantile(errors, 1 - tail) };
  });
  return (expected) => {
    const group = groups.find(({ most }) => expected <= most) ?? groups.at(-1) ?? { low: 0, high: 0 };
    const at = (error: number): number => Math.max(0, expected + error * spread(expected));
    return {
      expected: tenth(expected),
      low: tenth(Math.min(expected, at(group.low))),
      high: tenth(Math.max(expected, at(group.high))),
    };
  };
}

/** Counts of people who come on their own vary with the root of their number. */
function spread(expected: number): number {
  return Math.sqrt(Math.max(1, expected));
}

/** Each hour's share in its week's mean, as in most of the last weeks. */
function usualWeek(weeks: readonly Week[]): number[] {
  const shares = weeks.slice(-profileWeeks).flatMap((week) => {
    const level = mean(week);
    return level > 0 ? [atLevel(week, 1 / level)] : [];
  });
  return Array.from({ length: hoursOfWeek }, (_, hour) => median(shares.map((week) => week[hour] ?? 0)));
}

function atLevel(week: Week, level: number): number[] {
  return week.map((share) => share * level);
}

/** A level so many weeks on. */
function projected(weeks: readonly Week[], level: number, ahead: number): number {
  const slope = slopeOf(levels(weeks).slice(-trendWeeks));
  const growth = Array.from({ length: ahead }, (_, week) => damping ** (week + 1)).reduce((sum, each) => sum + each, 0);
  return Math.max(0, level + slope * growth);
}

function levels(weeks: readonly Week[]): number[] {
  return weeks.map(mean);
}

/** The median of the slopes between all pairs (Theil and Sen): single odd weeks do not change it. */
function slopeOf(values: readonly number[]): number {
  return median(
    values.flatMap((from, start) => values.slice(start + 1).map((to, distance) => (to - from) / (distance + 1))),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  return below + ((sorted[Math.ceil(place)] ?? below) - below) * (place % 1);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
