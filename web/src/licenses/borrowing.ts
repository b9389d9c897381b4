import type { SubscriptionView } from '../../generated/api';
import { dayOf, endOfDay } from '../forms/day';
import type { OfflineProduct } from './offline-client';

/** The latest time until which a seat of a product can be taken along now; undefined: seats of it are not lent. */
export function latestReturn(subscriptions: readonly SubscriptionView[], wanted: OfflineProduct): number | undefined {
  const times = subscriptions
    .filter(({ product, borrowableUntil }) => product === wanted && borrowableUntil !== null)
    .map(({ borrowableUntil }) => Date.parse(borrowableUntil ?? ''));
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** Until when a seat is taken along that is needed on a day: to its end, but never for longer than allowed. ISO 8601. */
export function returnTime(day: string, latest: number): string {
  return new Date(day === dayOf(latest) ? latest : endOfDay(day).getTime()).toISOString();
}

/** The lease that a token is of, as the token says itself; undefined: it is no token of a lease. The server checks the signature. */
export function leaseIn(token: string): string | undefined {
  try {
    const payload = token.trim().split('.')[1] ?? '';
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { jti?: unknown };
    return typeof claims.jti === 'string' ? claims.jti : undefined;
  } catch {
    return undefined;
  }
}
