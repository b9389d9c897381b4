import { describe, expect, it } from '@jest/globals';
import type { SubscriptionView } from '../../generated/api';
import { dayOf, endOfDay } from '../forms/day';
import { latestReturn, leaseIn, returnTime } from './borrowing';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('A seat that is taken along', () => {
  const at = (product: string, borrowableUntil: string | null) => ({ product, borrowableUntil }) as SubscriptionView;

  it('may be away for as long as the most generous kind of its product allows', () => {
    const all = [
      at('KSE', null),
      at('KSE', '2027-02-03T04:05:06Z'),
      at('KSE', '2027-02-01T00:00:00Z'),
      at('KRE', null),
    ];
    expect(latestReturn(all, 'KSE')).toBe(Date.parse('2027-02-03T04:05:06Z'));
    expect(latestReturn(all, 'KRE')).toBeUndefined();
    expect(latestReturn([], 'KSE')).toBeUndefined();
  });

  it('comes back at the end of the day, on the last day when it must', () => {
    const latest = new Date(2027, 1, 10, 15, 30).getTime();
    expect(returnTime('2027-02-09', latest)).toBe(endOfDay('2027-02-09').toISOString());
    expect(returnTime(dayOf(latest), latest)).toBe(new Date(latest).toISOString());
  });
});

describe('The token of a borrowed seat', () => {
  it('says which lease it is of, also with blanks around it', () => {
    const token = `${base64url({ alg: 'EdDSA' })}.${base64url({ jti: 'd6c0', note: 'ü?>~' })}.c2lnbmF0dXJl`;
    expect(leaseIn(token)).toBe('d6c0');
    expect(leaseIn(`\n ${token}\r\n`)).toBe('d6c0');
  });

  it.each([['no token'], ['a.b.c'], [`x.${base64url({})}.x`], [`x.${base64url({ jti: 7 })}.x`], ['']])(
    'is told from %j',
    (text) => {
      expect(leaseIn(text)).toBeUndefined();
    },
  );
});
