import { type Model, models, type Product, products } from '../license/file/product.js';
import { type MonthReportRow } from './dto/month-report.js';
import { type PeopleRow, type RefusalsRow, type SeatsRow, type UseRow } from './month-report.queries.js';
import { type Period } from './roll-up/usage-parts.js';

const hourMicros = 3_600_000_000;
const hourMillis = 3_600_000;

/** What the sums say of some months. */
export interface MonthFindings {
  seats: readonly SeatsRow[];
  use: readonly UseRow[];
  people: readonly PeopleRow[];
  denials: readonly RefusalsRow[];
}

/** The month (UTC) in which a time is, and those after it, as the times at which they begin. */
export function monthsOf({ from, to }: Period): Date[] {
  const months: Date[] = [];
  for (let month = monthAfter(from, 0); month < to; month = monthAfter(month, 1)) months.push(month);
  return months;
}

/** When the month (UTC) begins that is a number of months after the one of a time. */
export function monthAfter(time: Date, months: number): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + months));
}

/**
 * A row for each month, product and model of which there were seats, sessions or refusals.
 *
 * @param until use is counted until then
 */
export function monthRows(months: readonly Date[], findings: MonthFindings, until: Date): MonthReportRow[] {
  return months.flatMap((month) => {
    const isThen = (row: { month: Date }): boolean => row.month.getTime() === month.getTime();
    const seats = findings.seats.filter(isThen);
    const use = findings.use.filter(isThen);
    const people = findings.people.filter(isThen);
    const denials = findings.denials.filter(isThen);
    const hours = (Math.min(monthAfter(month, 1).getTime(), until.getTime()) - month.getTime()) / hourMillis;
    return products.flatMap((product) =>
      kindsOf(product, { seats, use, denials }).map((model): MonthReportRow => {
        const isOf = (row: { product: Product; model: Model }): boolean =>
          row.product === product && row.model === model;
        const used = use.find(isOf);
        return {
          ...{ month: month.toISOString().slice(0, 7), product, model },
          seats: seats.find(isOf)?.seats ?? null,
          peak: used?.peak ?? 0,
          averageUse: used ? Math.round((100 * used.micros) / (hours * hourMicros)) / 100 : 0,
          people: people.find(isOf)?.people ?? (used ? null : 0),
          denials: isRefused(product, model, seats)
            ? (denials.find((row) => row.product === product)?.denials ?? 0)
            : 0,
        };
      }),
    );
  });
}

/** The models of a product of which a month knows anything. One of which it knows only refusals is floating. */
function kindsOf(product: Product, { seats, use, denials }: Pick<MonthFindings, 'seats' | 'use' | 'denials'>): Model[] {
  const known = models.filter((model) =>
    [...seats, ...use].some((row) => row.product === product && row.model === model),
  );
  const isRefusedOnly = known.length === 0 && denials.some((row) => row.product === product);
  return isRefusedOnly ? ['floating'] : known;
}

function isRefused(product: Product, model: Model, seats: readonly SeatsRow[]): boolean {
  return model === 'floating' || !seats.some((row) => row.product === product && row.model === 'floating');
}
