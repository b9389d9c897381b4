const hourMillis = 3_600_000;

export interface Period {
  from: Date;
  to: Date;
}

/** A time that no roll-up has. */
export interface Rest extends Period {
  /** The report begins with it. */
  isFirst: boolean;
}

/** A time as the full hours or months in it that are rolled up, and what is before and after them. */
export interface Parts {
  rolled?: Rest;
  rest: Rest[];
}

/** @param rolledUntil a full hour; undefined: nothing is rolled up */
export function hoursIn(period: Period, rolledUntil: Date | undefined): Parts {
  const from = new Date(Math.ceil(period.from.getTime() / hourMillis) * hourMillis);
  const to = new Date(Math.floor(period.to.getTime() / hourMillis) * hourMillis);
  return partsOf(period, from, earlier(to, rolledUntil));
}

/**
 * Months as UTC has them; of the last one only so much is added up as there is, which is right where the report goes on beyond it.
 *
 * @param rolledUntil as in {@link hoursIn}
 */
export function monthsIn(period: Period, rolledUntil: Date | undefined): Parts {
  const from = monthOf(period.from);
  if (from < period.from) from.setUTCMonth(from.getUTCMonth() + 1);
  const isAllOfIt = rolledUntil !== undefined && rolledUntil <= period.to;
  return partsOf(period, from, rolledUntil && (isAllOfIt ? rolledUntil : monthOf(period.to)));
}

/**
 * Months that are rolled up, with the years among them that are added up.
 *
 * @param years within the time of the months, the earliest first
 */
export function withYears(months: Rest, years: readonly Period[]): (Rest & { by: 'month' | 'year' })[] {
  const found: (Rest & { by: 'month' | 'year' })[] = [];
  let reached = months.from;
  const add = (to: Date, by: 'month' | 'year'): void => {
    if (reached < to) found.push({ from: reached, to, isFirst: months.isFirst && found.length === 0, by });
    reached = to;
  };
  for (const { from, to } of years) {
    add(from, 'month');
    add(to, 'year');
  }
  add(months.to, 'month');
  return found;
}

function partsOf(period: Period, from: Date, to: Date | undefined): Parts {
  if (!to || from >= to) return { rest: [{ ...period, isFirst: true }] };
  const parts = [
    { from: period.from, to: from, isFirst: true },
    { from: to, to: period.to, isFirst: false },
  ];
  const rest = parts.filter((part) => part.from < part.to);
  return { rolled: { from, to, isFirst: from.getTime() === period.from.getTime() }, rest };
}

function monthOf(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth()));
}

function earlier(time: Date, other: Date | undefined): Date | undefined {
  return other && (time < other ? time : other);
}
