import { type BackupState, maxAgeMillis } from '../../backup/backup-schedule.js';
import { type DiskState } from '../../database/disk-watch.js';
import { certificateWarningDays, type KnownCertificate } from '../../network/certificates.js';
import { type NearEnd } from '../near-end.js';
import { type Notice } from './notice.js';

const dayMillis = 86_400_000;

/** The disk of a server's data folder. */
export interface DiskFacts {
  state: DiskState;
  /** Since when it is in that state. */
  since: Date;
  freeBytes: number;
  host: string;
}

export function licenseNotice({ claims, expiresAt, daysLeft, reached }: NearEnd, now: Date): Notice {
  return {
    kind: 'license-expiring',
    severity: daysLeft <= 7 ? 'critical' : 'warning',
    organizationId: null,
    at: now,
    facts: { customer: claims.customer.name, expiresAt },
    subject: claims.jti,
    ...onceFor(`${expiresAt.toISOString()} ${Math.min(...reached)}`),
  };
}

/**
 * No backup for more than a day, or none that worked.
 *
 * @param setUpAt when a server that has none was set up
 */
export function backupNotice(
  { last, failure }: Pick<BackupState, 'last' | 'failure'>,
  setUpAt: Date,
  now: Date,
): Notice | undefined {
  const since = last?.at ?? setUpAt;
  if (!failure && now.getTime() - since.getTime() <= maxAgeMillis) return undefined;
  return {
    kind: 'backup-missing',
    severity: failure ? 'critical' : 'warning',
    organizationId: null,
    at: since,
    facts: { ...(last && { lastBackupAt: last.at }), ...(failure && { failure }) },
    subject: '',
    ...onceFor(`${last?.at.toISOString() ?? 'never'} ${failure ?? ''}`),
  };
}

export function certificateNotice(certificate: KnownCertificate, now: Date): Notice | undefined {
  const { use, name, providerId, expiresAt } = certificate;
  const daysLeft = (expiresAt.getTime() - now.getTime()) / dayMillis;
  const reached = certificateWarningDays[use].filter((days) => daysLeft <= days);
  if (reached.length === 0) return undefined;
  return {
    kind: 'certificate-expiring',
    severity: daysLeft <= 7 ? 'critical' : 'warning',
    organizationId: null,
    at: now,
    facts: { use, expiresAt, ...(providerId === null ? { host: name } : { provider: name, providerId }) },
    subject: providerId === null ? name : `${use} ${providerId}`,
    ...onceFor(`${expiresAt.getTime()} ${Math.min(...reached)}`),
  };
}

export function diskNotice({ state, since, freeBytes, host }: DiskFacts): Notice | undefined {
  if (state === 'ok') return undefined;
  return {
    kind: 'disk-low',
    severity: state === 'full' ? 'critical' : 'warning',
    organizationId: null,
    at: since,
    facts: { host, freeBytes },
    subject: host,
    state: `${state} ${since.toISOString()}`,
    // A disk at the limit comes and goes.
    occasion: `${state} ${dayOf(since)}`,
  };
}

/** In UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Dismissed and mailed alike. */
function onceFor(state: string): Pick<Notice, 'state' | 'occasion'> {
  return { state, occasion: state };
}
