import { describe, expect, it } from '@jest/globals';
import type { SubscriptionView } from '../../generated/api';
import { dayOf } from '../forms/day';
import { endOf, lastDayOf, lastEnd, notAfterDay } from './offline-expiry';

function subscription(change: Partial<SubscriptionView>): SubscriptionView {
  return { product: 'KSE', model: 'floating', expiry: '2047-03-31T23:59:59.000Z', ...change } as SubscriptionView;
}

describe('the end of an offline license', () => {
  const end = Date.parse('2047-03-31T23:59:59.000Z');

  it('is bounded by the license of its product that ends last, other than seats of users', () => {
    const earlier = subscription({ model: 'node-locked', expiry: '2046-12-31T23:59:59.000Z' });
    const perUser = subscription({ model: 'per-user', expiry: '2048-01-01T00:00:00.000Z' });
    const engine = subscription({ product: 'KRE', expiry: '2049-01-01T00:00:00.000Z' });
    expect(lastEnd([earlier, subscription({}), perUser, engine], 'KSE')).toBe(end);
    expect(lastEnd([perUser], 'KSE')).toBeUndefined();
    expect(lastEnd([], 'KSE')).toBeUndefined();
  });

  it('is offered until the day that was written in the license', () => {
    expect(lastDayOf(end)).toBe('2047-03-31');
    expect(notAfterDay('2047-02-01', end)).toBe('2047-02-01');
    expect(notAfterDay('2047-04-01', end)).toBe('2047-03-31');
    expect(notAfterDay('2047-04-01', undefined)).toBe('2047-04-01');
  });

  it('on the last day is that of the license, in every zone', () => {
    expect(endOf('2047-03-31', end)).toBe(
      new Date(Math.min(end, new Date('2047-03-31T23:59:59').getTime())).toISOString(),
    );
    expect(Date.parse(endOf(dayOf(end), end))).toBeLessThanOrEqual(end);
  });

  it("on any other day is the last second of the reader's day", () => {
    expect(endOf('2047-01-15', end)).toBe(new Date('2047-01-15T23:59:59').toISOString());
    expect(endOf('2047-01-15', undefined)).toBe(new Date('2047-01-15T23:59:59').toISOString());
  });
});
