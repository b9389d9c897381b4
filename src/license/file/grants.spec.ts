import { describe, expect, it } from '@jest/globals';
import {
  expiryWarning,
  type Grant,
  grantAt,
  grantsAt,
  lastEndBefore,
  nextChangeAfter,
  overlap,
  partOf,
  partsAt,
  takesOver,
} from './grants.js';
import { claimsOf, type LicenseClaims } from './license-file.js';

const gui = { key: 'katalon_gui', name: 'Studio' };
const plugins = { key: 'private_plugin', name: 'Private plugins' };
const cli = { key: 'katalon_cli', name: 'Runtime Engine' };

const studioSeats = { product: 'KSE', model: 'floating', quantity: 3, features: [gui] };

/** In force during 2026, with 14 days of grace. */
function license(
  entitlements: object[],
  more: { from?: string; until?: string; [claim: string]: unknown } = {},
): LicenseClaims {
  const { from = '2026-01-01', until = '2027-01-01', ...claims } = more;
  return claimsOf({
    iss: 'Vendor',
    jti: 'license-1',
    sub: 'customer-1',
    iat: Date.parse(from) / 1000,
    nbf: Date.parse(from) / 1000,
    exp: Date.parse(until) / 1000,
    customer: { name: 'Acme' },
    licenseType: 'ENTERPRISE',
    graceDays: 14,
    entitlements,
    ...claims,
  });
}

/** Of Studio's floating seats. */
function grantOn(at: string, ...files: LicenseClaims[]): Grant | undefined {
  return grantsAt(files, new Date(at)).find(({ product, model }) => product === 'KSE' && model === 'floating');
}

describe('Seats', () => {
  it('are what the license file says, by product and model', () => {
    const file = license([studioSeats, { product: 'KRE', model: 'node-locked', quantity: 1, features: [cli] }]);
    expect(grantsAt([file], new Date('2026-07-01'))).toMatchObject([
      { product: 'KSE', model: 'floating', quantity: 3, features: [gui] },
      { product: 'KRE', model: 'node-locked', quantity: 1, features: [cli] },
    ]);
  });

  it('are none without a license file', () => {
    expect(grantsAt([], new Date('2026-07-01'))).toEqual([]);
  });

  it('of several entitlements and several files add up', () => {
    const first = license([studioSeats, { ...studioSeats, quantity: 2 }]);
    const second = license([{ ...studioSeats, quantity: 10 }], { jti: 'license-2' });
    expect(grantOn('2026-07-01', first, second)?.quantity).toBe(15);
  });

  it('of several files have the features of all of them, each once', () => {
    const first = license([studioSeats]);
    const second = license([{ ...studioSeats, features: [gui, plugins] }], { jti: 'license-2' });
    expect(grantOn('2026-07-01', first, second)?.features).toEqual([gui, plugins]);
  });

  it('may be used offline when one of the files says so', () => {
    const offline = license([{ ...studioSeats, offline: true }], { jti: 'license-2' });
    expect(grantOn('2026-07-01', license([studioSeats]))?.offline).toBe(false);
    expect(grantOn('2026-07-01', license([studioSeats]), offline)?.offline).toBe(true);
  });

  it('limit the machines to the sum of the quotas, unless one file sets no limit', () => {
    const five = license([{ ...studioSeats, machineQuota: 5 }]);
    const two = license([{ ...studioSeats, machineQuota: 2 }], { jti: 'license-2' });
    const unlimited = license([studioSeats], { jti: 'license-3' });
    expect(grantOn('2026-07-01', five, two)?.machineQuota).toBe(7);
    expect(grantOn('2026-07-01', five, two, unlimited)?.machineQuota).toBeUndefined();
    const many = license([{ ...studioSeats, machineQuota: Number.MAX_SAFE_INTEGER }], { jti: 'license-4' });
    expect(grantOn('2026-07-01', five, many)?.machineQuota).toBe(1_000_000_000);
  });

  it('are of the type of the file that lasts longest', () => {
    const trial = license([studioSeats], { jti: 'trial', licenseType: 'TRIAL', until: '2026-02-01' });
    expect(grantOn('2026-01-15', trial, license([studioSeats]))?.licenseType).toBe('ENTERPRISE');
    expect(grantOn('2026-01-15', trial)?.licenseType).toBe('TRIAL');
  });
});

describe('In time, seats', () => {
  it('begin with the file', () => {
    expect(grantOn('2025-12-31T23:59:59.999Z', license([studioSeats]))).toBeUndefined();
    expect(grantOn('2026-01-01T00:00:00Z', license([studioSeats]))?.quantity).toBe(3);
  });

  it('are still granted in the grace days after the file, and none after them', () => {
    const file = license([studioSeats]);
    expect(grantOn('2027-01-14T23:59:59.999Z', file)).toMatchObject({
      quantity: 3,
      expiresAt: new Date('2027-01-01'),
      endsAt: new Date('2027-01-15'),
    });
    expect(grantOn('2027-01-15T00:00:00Z', file)).toBeUndefined();
  });

  it('of a file that has ended leave those of the others', () => {
    const short = license([studioSeats], { until: '2026-03-01' });
    const long = license([{ ...studioSeats, quantity: 2 }], { jti: 'license-2' });
    expect(grantOn('2026-02-01', short, long)?.quantity).toBe(5);
    expect(grantOn('2026-03-14', short, long)?.quantity).toBe(5);
    expect(grantOn('2026-03-15', short, long)?.quantity).toBe(2);
  });

  it('of an entitlement may begin later than the file', () => {
    const file = license([studioSeats, { ...studioSeats, quantity: 2, startsAt: '2026-06-01' }]);
    expect(grantOn('2026-05-31T23:59:59.999Z', file)?.quantity).toBe(3);
    expect(grantOn('2026-06-01T00:00:00Z', file)?.quantity).toBe(5);
  });

  it('of an entitlement may end sooner than the file, with the same days of grace', () => {
    const file = license([{ ...studioSeats, expiresAt: '2026-06-01' }]);
    expect(grantOn('2026-06-14T23:59:59.999Z', file)?.expiresAt).toEqual(new Date('2026-06-01'));
    expect(grantOn('2026-06-15T00:00:00Z', file)).toBeUndefined();
  });

  it('of an entitlement never begin before or last beyond the file', () => {
    const file = license([{ ...studioSeats, startsAt: '2020-01-01', expiresAt: '2040-01-01' }]);
    expect(grantOn('2025-12-31', file)).toBeUndefined();
    expect(grantOn('2026-07-01', file)?.expiresAt).toEqual(new Date('2027-01-01'));
    expect(grantOn('2027-01-15', file)).toBeUndefined();
  });
});

describe('The next change', () => {
  const file = license([studioSeats, { ...studioSeats, startsAt: '2026-06-01', expiresAt: '2026-09-01' }]);

  it('is the next beginning or end of an entitlement, grace days included', () => {
    const after = (day: string): Date | undefined => nextChangeAfter([file], new Date(day));
    expect(after('2025-01-01')).toEqual(new Date('2026-01-01'));
    expect(after('2026-01-01')).toEqual(new Date('2026-06-01'));
    expect(after('2026-06-01')).toEqual(new Date('2026-09-15'));
    expect(after('2026-09-15')).toEqual(new Date('2027-01-15'));
  });

  it('never comes after the last end, or without a license', () => {
    expect(nextChangeAfter([file], new Date('2027-01-15'))).toBeUndefined();
    expect(nextChangeAfter([], new Date('2026-01-01'))).toBeUndefined();
  });
});

describe('The last end', () => {
  const file = license([{ ...studioSeats, expiresAt: '2026-03-01' }, studioSeats]);
  const last = (day: string): Date | undefined => lastEndBefore([file], 'KSE', 'floating', new Date(day));

  it('is the latest one that has passed', () => {
    expect(last('2026-03-14')).toBeUndefined();
    expect(last('2026-03-15')).toEqual(new Date('2026-03-15'));
    expect(last('2028-01-01')).toEqual(new Date('2027-01-15'));
  });

  it('is asked for one product and model', () => {
    expect(lastEndBefore([file], 'KRE', 'floating', new Date('2028-01-01'))).toBeUndefined();
  });
});

describe('The warning', () => {
  const grant = { expiresAt: new Date('2027-01-01'), endsAt: new Date('2027-01-15'), isFollowedUp: false };

  it('is not given when others take over without a gap', () => {
    expect(expiryWarning({ ...grant, isFollowedUp: true }, new Date('2026-12-31'))).toBeUndefined();
  });

  it('is not given more than 30 days before the end', () => {
    expect(expiryWarning(grant, new Date('2026-12-01T23:59:59Z'))).toBeUndefined();
  });

  it('names the day from 30 days before it on', () => {
    expect(expiryWarning(grant, new Date('2026-12-02'))).toBe('The license expires on 2027-01-01.');
  });

  it('says in the grace days until when seats are granted', () => {
    expect(expiryWarning(grant, new Date('2027-01-02'))).toMatch(/expired on 2027-01-01.*until 2027-01-15/);
  });
});

describe('Two license files', () => {
  const until = (day: string): number => Date.parse(`${day}T23:59:59Z`) / 1000;
  const from = (day: string): number => Date.parse(day) / 1000;
  const old = license([studioSeats], { graceDays: 0, exp: until('2026-12-31') });
  const next = license([studioSeats], { jti: 'next', nbf: from('2027-01-01'), exp: until('2027-12-31') });
  const at = new Date('2026-12-20');
  const warned = (...files: (typeof old)[]): boolean =>
    expiryWarning(grantAt(files, 'KSE', 'floating', at)!, at) !== undefined;

  it('that follow each other by the day leave no gap, and nobody is warned', () => {
    expect(grantAt([old, next], 'KSE', 'floating', new Date('2026-12-31T23:59:59.900Z'))).toBeDefined();
    expect(grantAt([old, next], 'KSE', 'floating', new Date('2027-01-01T00:00:00Z'))).toBeDefined();
    expect(warned(old, next)).toBe(false);
    expect([takesOver(next, old), overlap(next, old)]).toEqual([true, false]);
  });

  it('that leave a gap, or give fewer seats, are warned of', () => {
    const later = license([studioSeats], { jti: 'next', nbf: from('2027-01-02'), exp: next.exp });
    const fewer = license([{ ...studioSeats, quantity: 2 }], { jti: 'next', nbf: next.nbf, exp: next.exp });
    expect([warned(old), warned(old, later), warned(old, fewer)]).toEqual([true, true, true]);
    expect(takesOver(later, old)).toBe(false);
  });

  it('without a gap are one for a lease, if the next gives as many seats with the same features', () => {
    const lasts = (...files: (typeof old)[]): string =>
      grantAt(files, 'KSE', 'floating', at)!.lastsUntil.toISOString().slice(0, 10);
    const of = (seats: object, more: object = {}) =>
      license([{ ...studioSeats, ...seats }], { jti: 'next', nbf: next.nbf, exp: next.exp, graceDays: 0, ...more });
    expect(lasts(old)).toBe('2027-01-01');
    expect(lasts(old, of({}))).toBe('2028-01-01');
    expect(lasts(old, of({ quantity: studioSeats.quantity - 1 }))).toBe('2027-01-01');
    expect(lasts(old, of({ features: [] }))).toBe('2027-01-01');
    expect(lasts(old, of({}, { nbf: from('2027-01-02') }))).toBe('2027-01-01');
  });

  it('that overlap add up while they do', () => {
    const early = license([studioSeats], { jti: 'next', nbf: from('2026-12-01'), exp: next.exp });
    expect(overlap(early, old)).toBe(true);
    expect(grantAt([old, early], 'KSE', 'floating', at)?.quantity).toBe(2 * studioSeats.quantity);
  });
});

describe('A single seat', () => {
  const plain = license([studioSeats]);
  const rich = license([{ ...studioSeats, quantity: 2, features: [gui, plugins] }], {
    jti: 'license-2',
    until: '2026-08-01',
  });
  const featuresOf = (at: string, position: number) =>
    partOf(partsAt([rich, plain], 'KSE', 'floating', new Date(at)), position)?.features;

  it('has the features of the entitlement that it comes from, the longest lasting first', () => {
    expect([0, 2, 3, 4].map((position) => featuresOf('2026-07-01', position))).toEqual([
      [gui],
      [gui],
      [gui, plugins],
      [gui, plugins],
    ]);
  });

  it('is like the last one beyond the quota, and after its own entitlement has ended', () => {
    expect(featuresOf('2026-07-01', 9)).toEqual([gui, plugins]);
    expect(featuresOf('2026-09-01', 4)).toEqual([gui]);
  });
});
