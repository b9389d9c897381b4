import { describe, expect, it } from '@jest/globals';
import type { LicenseView } from '../../../generated/api';
import { claimsOf } from './license-claims';

function file(claims: object | null): LicenseView {
  return { claims } as LicenseView;
}

describe('what a license file grants', () => {
  it('is read from its claims, with what counts where they say nothing', () => {
    const features = [{ key: 'KSE', name: 'Katalon Studio Enterprise' }, { key: 'PLUGINS' }];
    const entitlements = [
      { product: 'KSE', model: 'floating', quantity: 5, offlineMaxDays: 30, expiresAt: '2027-03-01', features },
    ];
    expect(claimsOf(file({ iss: 'Vendor', customer: { name: 'Acme' }, entitlements }))).toEqual({
      issuer: 'Vendor',
      customer: 'Acme',
      seats: [
        {
          ...{ product: 'KSE', model: 'floating', quantity: 5, machineQuota: null, offline: false },
          ...{ startsAt: null, expiresAt: '2027-03-01' },
          ...{ maxLeaseMinutes: 1440, maxOveragePercent: 0, offlineMaxDays: 30, offlineMaxShare: 1 },
          ...{ freeOnReleaseMinutes: 120, borrowMaxDays: 0 },
          features: ['Katalon Studio Enterprise', 'PLUGINS'],
        },
      ],
    });
  });

  it('is unknown when the file cannot be read', () => {
    expect(claimsOf(file(null))).toBeUndefined();
  });
});
