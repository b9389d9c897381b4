import { describe, expect, it } from '@jest/globals';
import { boundsOf } from './policy-bounds';
import { policyChangeOf, isShort, minutesOf, policyValuesOf } from './policy-values';
import { isIncomplete, ruleOf, rulesIn } from './seat-rule';

describe('the form of a license policy', () => {
  it('shows shares as percent with two decimals, and lists with one entry a line', () => {
    const values = policyValuesOf({
      renewalShare: 1 / 3,
      clientRenewalShare: 0.8,
      allowedMachines: ['build-*', 'ci-7'],
    });
    expect(values).toMatchObject({ renewalShare: 33.33, clientRenewalShare: 80, allowedMachines: 'build-*\nci-7' });
  });

  it('sends nothing when nothing was changed', () => {
    const values = policyValuesOf({ leaseMinutes: 20, deniedMachines: ['old-*'] });
    expect(policyChangeOf(values, values)).toEqual({});
  });

  it('sends only the fields that differ, as the server reads them', () => {
    const before = policyValuesOf({ leaseMinutes: 20 });
    const now = { ...before, idleMinutes: '45', renewalShare: 50, deniedMachines: ' a \n\nb\na\n' };
    expect(policyChangeOf(now, before)).toEqual({ idleMinutes: 45, renewalShare: 0.5, deniedMachines: ['a', 'b'] });
  });

  it('sends a list of rules as a whole when one of them was changed', () => {
    const before = policyValuesOf({ reservations: [{ product: 'KSE', seats: 2, userId: 12 }] });
    const team = { product: 'KRE' as const, seats: '3', holder: 'team 4' };
    expect(policyChangeOf({ ...before, reservations: [...before.reservations, team] }, before)).toEqual({
      reservations: [
        { product: 'KSE', seats: 2, userId: 12 },
        { product: 'KRE', seats: 3, teamId: 4 },
      ],
    });
  });

  it('takes a rule back as it was shown', () => {
    const rules = [
      { product: 'KSE' as const, seats: 2, userId: 12 },
      { product: 'KRE' as const, seats: 1, teamId: 3 },
    ];
    expect(rulesIn(rules.map(ruleOf))).toEqual(rules);
  });

  it('does not take a rule without a holder or a number', () => {
    expect(isIncomplete({ product: 'KSE', seats: 1, holder: null })).toBe(true);
    expect(isIncomplete({ product: 'KSE', seats: '', holder: 'user 1' })).toBe(true);
    expect(isIncomplete({ product: 'KSE', seats: 0, holder: 'user 1' })).toBe(false);
  });

  it('says how many minutes a share is, at least one', () => {
    expect(minutesOf(15, 33.33)).toBe(5);
    expect(minutesOf('15', '80')).toBe(12);
    expect(minutesOf(1, 10)).toBe(1);
  });

  it('warns of lease times that Katalon clients cannot keep', () => {
    expect([0, 1, '2', 3, 15].map(isShort)).toEqual([false, true, true, false, false]);
  });
});

describe('the limits of a license policy', () => {
  const floating = { model: 'floating' as const, maxLeaseMinutes: 60, maxOveragePercent: 10, borrowMaxDays: 0 };
  const perUser = { model: 'per-user' as const, maxLeaseMinutes: 30, maxOveragePercent: 0, borrowMaxDays: 14 };

  it('are those of the strictest license; seats over the quota concern floating ones only, and any kind may be borrowed', () => {
    expect(boundsOf([floating, perUser])).toEqual({ leaseMinutes: 30, overagePercent: 10, borrowDays: 14 });
    expect(boundsOf([floating, { ...floating, maxOveragePercent: 5 }])).toEqual({
      leaseMinutes: 60,
      overagePercent: 5,
      borrowDays: 0,
    });
  });

  it('are a day and no overage without any license', () => {
    expect(boundsOf([])).toEqual({ leaseMinutes: 1440, overagePercent: 0, borrowDays: 0 });
  });
});

describe('the rules for per-user seats', () => {
  it('sends what becomes of per-user seats', () => {
    const before = policyValuesOf({});
    expect(before).toMatchObject({ autoAssign: false, unassignAfterDays: 0 });
    expect(policyChangeOf({ ...before, autoAssign: true, unassignAfterDays: '30' }, before)).toEqual({
      autoAssign: true,
      unassignAfterDays: 30,
    });
  });
});
