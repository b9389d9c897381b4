import type { SubscriptionView } from '../../generated/api';
import { dayOf, endOfDay, writtenDayOf } from '../forms/day';
import type { OfflineProduct } from './offline-client';

/** When the last license ends from which an offline one can be taken; undefined: there is none. */
export function lastEnd(subscriptions: readonly SubscriptionView[], wanted: OfflineProduct): number | undefined {
  const ends = subscriptions
    .filter(({ product, model }) => product === wanted && model !== 'per-user')
    .map(({ expiry }) => Date.parse(expiry));
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

/** The day that was written in the license, or today where that is later. */
export function lastDayOf(end: number): string {
  const today = dayOf(Date.now());
  return writtenDayOf(end) < today && end > Date.now() ? today : writtenDayOf(end);
}

export function notAfterDay(day: string, end: number | undefined): string {
  return end !== undefined && lastDayOf(end) < day ? lastDayOf(end) : day;
}

/** The end of the last day is the license's, not the calendar's. */
export function endOf(day: string, end: number | undefined): string {
  const time = endOfDay(day).getTime();
  const isLast = end !== undefined && [lastDayOf(end), dayOf(end)].includes(day);
  return new Date(isLast ? Math.min(time, end) : time).toISOString();
}
