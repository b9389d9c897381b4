import { describe, expect, it } from '@jest/globals';
import { noticeId, noticeMailId } from './notice.js';
import { backupNotice, certificateNotice, diskNotice } from './server-notices.js';

const now = new Date('2027-01-31T12:00:00Z');
const before = ({ hours = 0, days = 0 }) => new Date(now.getTime() - (hours + days * 24) * 3_600_000);
const last = (at: Date) => ({ at, file: 'a.lsb', encrypted: true });

describe('The notice about backups', () => {
  it('comes a day after the last one, and some time to make the next', () => {
    const ofAge = (hours: number) =>
      backupNotice({ last: last(before({ hours })), failure: null }, before({ days: 90 }), now);
    expect(ofAge(25)).toBeUndefined();
    expect(ofAge(27)).toMatchObject({ severity: 'warning', facts: { lastBackupAt: before({ hours: 27 }) } });
  });

  it('leaves a new server as much time to make its first', () => {
    const setUp = (hours: number) => backupNotice({ last: null, failure: null }, before({ hours }), now);
    expect(setUp(25)).toBeUndefined();
    expect(setUp(27)).toMatchObject({ at: before({ hours: 27 }), facts: {} });
  });

  it('comes at once when a backup failed, and is another one for another failure', () => {
    const failed = (failure: string) =>
      backupNotice({ last: last(before({ hours: 1 })), failure }, before({ days: 90 }), now)!;
    expect(failed('no space')).toMatchObject({ severity: 'critical', facts: { failure: 'no space' } });
    expect(noticeId(failed('no space'))).toBe(noticeId(failed('no space')));
    expect(noticeId(failed('no space'))).not.toBe(noticeId(failed('no passphrase')));
  });
});

describe('The notice about a certificate', () => {
  const after = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const https = (expiresAt: Date) => ({ use: 'https', name: 'licenses', providerId: null, expiresAt }) as const;
  const leftDays = (days: number) => certificateNotice(https(after(days)), now);

  it('comes three weeks before the end of HTTPS, and again one week, one day before it and at the end', () => {
    expect(leftDays(22)).toBeUndefined();
    const ids = [20, 8, 6, 2, 0.5, -1].map((days) => noticeId(leftDays(days)!));
    // An end that is a day later is that of another certificate.
    expect(new Set(ids).size).toBe(6);
    const sameEnd = [20, 8, 6.5, 2, 0.5, -1].map((days) => noticeId(certificateNotice(https(now), after(-days))!));
    expect(sameEnd[0]).toBe(sameEnd[1]);
    expect(sameEnd[2]).toBe(sameEnd[3]);
    expect(new Set(sameEnd).size).toBe(4);
    expect([leftDays(20)?.severity, leftDays(6)?.severity]).toEqual(['warning', 'critical']);
    expect(leftDays(20)?.facts).toEqual({ use: 'https', host: 'licenses', expiresAt: after(20) });
  });

  it('comes a month before the end of those for SAML, for each provider and each side', () => {
    const saml = (use: 'saml-server' | 'saml-provider', providerId: number, days: number) =>
      certificateNotice({ use, name: 'Company login', providerId, expiresAt: after(days) }, now);
    expect(saml('saml-server', 1, 31)).toBeUndefined();
    const notices = [saml('saml-server', 1, 29), saml('saml-provider', 1, 29), saml('saml-server', 2, 29)];
    expect(new Set(notices.map((notice) => noticeId(notice!))).size).toBe(3);
    expect(notices[1]?.facts).toEqual({
      ...{ use: 'saml-provider', provider: 'Company login', providerId: 1, expiresAt: after(29) },
    });
  });
});

describe('The notice about the disk', () => {
  const disk = (state: 'ok' | 'low' | 'full', since: Date) =>
    diskNotice({ state, since, freeBytes: 100_000_000, host: 'licenses' });

  it('comes when little is free, and is critical when nothing can be written', () => {
    expect(disk('ok', now)).toBeUndefined();
    expect(disk('low', now)).toMatchObject({
      severity: 'warning',
      facts: { host: 'licenses', freeBytes: 100_000_000 },
    });
    expect(disk('full', now)?.severity).toBe('critical');
  });

  it('is shown each time, and mailed once a day', () => {
    const [first, second] = [disk('low', now)!, disk('low', before({ hours: -1 }))!];
    expect(noticeId(first)).not.toBe(noticeId(second));
    expect(noticeMailId(first)).toBe(noticeMailId(second));
    expect(noticeMailId(first)).not.toBe(noticeMailId(disk('low', before({ days: -1 }))!));
    expect(noticeMailId(first)).not.toBe(noticeMailId(disk('full', now)!));
  });
});
