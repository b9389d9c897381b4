import type { CapacityView, UtilizationPoint } from '../../generated/api';

/** One day (UTC) of use that was or is expected. Absent: not known. */
export interface DayOfUse {
  /** As `2027-01-31`. */
  day: string;
  peak?: number;
  denials?: number;
  expected?: number;
  /** Least and most that is likely. */
  band?: [number, number];
}

const hoursOfDay = 24;

/** Days that were, and then those of the forecast that are whole: of each day the hour with most seats. */
export function dailyUse(
  past: readonly UtilizationPoint[],
  { forecast, denials: refused }: Pick<CapacityView, 'forecast' | 'denials'>,
): DayOfUse[] {
  const hours = new Map<string, CapacityView['forecast']>();
  for (const point of forecast) {
    const day = point.at.slice(0, 10);
    hours.set(day, [...(hours.get(day) ?? []), point]);
  }
  // The refusals of a day are of the product, and may count for seats of another model.
  const days = past.map(({ at, peak, denials }): DayOfUse => {
    return { day: at.slice(0, 10), peak, denials: refused > 0 ? denials : 0 };
  });
  const coming = [...hours]
    .filter(([, points]) => points.length === hoursOfDay)
    .map(([day, points]): DayOfUse => {
      const most = (field: 'expected' | 'low' | 'high'): number => Math.max(...points.map((point) => point[field]));
      return { day, expected: most('expected'), band: [most('low'), most('high')] };
    });
  return [...days, ...coming];
}
