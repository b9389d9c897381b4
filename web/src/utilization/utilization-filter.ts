import type { UtilizationSessionView } from '../../generated/api';
import { products, seatModels, usageIntervals } from '../api/enums';

export type UtilizationProduct = UtilizationSessionView['product'];
export type Model = UtilizationSessionView['model'];

export type Interval = (typeof usageIntervals)[number];

/** What is asked about the use of seats. */
export interface UtilizationFilter {
  /** Days in UTC, as date fields have them; both included. */
  from: string;
  to: string;
  /** An id as fields have it; null: all. */
  userId: string | null;
  /** A part of the machine id or the host name. */
  machine: string;
  product: UtilizationProduct | null;
  model: Model | null;
  interval: Interval;
}

const day = 86_400_000;
const maxPoints = 1000;
const lengths: Record<Interval, number> = { hour: day / 24, day, month: 28 * day };

/** Today in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The last days, today included, in steps that fit. */
export function lastDays(count: number): Pick<UtilizationFilter, 'from' | 'to' | 'interval'> {
  const from = new Date(Date.now() - (count - 1) * day).toISOString().slice(0, 10);
  return { from, to: today(), interval: count <= 7 ? 'hour' : count <= 120 ? 'day' : 'month' };
}

/** From the first of these days, until now. */
export function sinceDay({ from }: { from: string }): { from: string } {
  return { from: `${from}T00:00:00Z` };
}

/** The filter as it stands in the address of the page. */
type AddressOfFilter = Record<keyof UtilizationFilter, string>;

/** Everything of the last thirty days. */
export function everything(): AddressOfFilter {
  return { ...lastDays(30), userId: '', machine: '', product: '', model: '' };
}

export function filterAddressOf(filter: UtilizationFilter): AddressOfFilter {
  const { userId, product, model } = filter;
  return { ...filter, userId: userId ?? '', product: product ?? '', model: model ?? '' };
}

/** Reads an address, which anybody can write. */
export function filterIn(address: AddressOfFilter): UtilizationFilter {
  const { from, to, userId, machine, product, model, interval } = address;
  const isDay = (text: string): boolean => text === '' || (/^\d{4}-\d\d-\d\d$/.test(text) && !isNaN(Date.parse(text)));
  const period = isDay(from) && isDay(to) ? { from, to } : lastDays(30);
  const wanted = usageIntervals.find((each) => each === interval) ?? 'day';
  return {
    ...period,
    userId: /^[1-9]\d{0,8}$/.test(userId) ? userId : null,
    machine,
    product: products.find((each) => each === product) ?? null,
    model: seatModels.find((each) => each === model) ?? null,
    interval: fits(wanted, period) ? wanted : 'month',
  };
}

/** How many filters leave less than everything of the last thirty days. */
export function activeIn({ from, to, userId, machine, product, model }: UtilizationFilter): number {
  const usual = lastDays(30);
  const isOtherPeriod = from !== usual.from || to !== usual.to;
  return [isOtherPeriod, userId !== null, machine !== '', product !== null, model !== null].filter(Boolean).length;
}

/** What is wrong with a period, if anything. */
export function faultOf({ from, to }: UtilizationFilter): 'missing' | 'turned' | undefined {
  if (from === '' || to === '') return 'missing';
  return from > to ? 'turned' : undefined;
}

/** Whether the server counts steps of this length between two days. */
export function fits(interval: Interval, { from, to }: Pick<UtilizationFilter, 'from' | 'to'>): boolean {
  return (Date.parse(to) + day - Date.parse(from)) / lengths[interval] <= maxPoints;
}

/** The filter as the server reads it. */
export function utilizationQueryOf(filter: UtilizationFilter): {
  from: string;
  to?: string;
  userId?: number;
  machine?: string;
  product?: UtilizationProduct;
  model?: Model;
  interval: Interval;
} {
  const { from, to, userId, machine, product, model, interval } = filter;
  return {
    from: `${from}T00:00:00Z`,
    // Until now, not until the end of a day that is still to come.
    to: to >= today() ? undefined : `${to}T23:59:59Z`,
    userId: userId === null ? undefined : Number(userId),
    machine: machine.trim() || undefined,
    product: product ?? undefined,
    model: model ?? undefined,
    interval,
  };
}
