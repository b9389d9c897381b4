import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import os from 'node:os';
import { DataSource } from 'typeorm';
import { latestSettingsChanges, type SettingsChange } from '../../audit/settings-changes.queries.js';
import { BackupSchedule } from '../../backup/backup-schedule.js';
import { Clock } from '../../clock/clock.js';
import { DiskWatch } from '../../database/disk-watch.js';
import { KnownCertificates } from '../../http/tls/known-certificates.js';
import { Installation } from '../../license/installation.entity.js';
import { LicenseService } from '../../license/license.service.js';
import { licensesNearEnd } from '../near-end.js';
import { type Notice } from './notice.js';
import { failingMails, type FailingMails, refusedSeats, type RefusedSeats } from './organization-notices.queries.js';
import { backupNotice, certificateNotice, dayOf, diskNotice, licenseNotice } from './server-notices.js';

const dayMillis = 86_400_000;

/** Days for which mails that were given up and changed settings are told. */
const toldDays = 7;

/** Minutes after which a mail that could not be sent is told of. */
const waitingMinutes = 15;

/** Whose notices are wanted: organizations, and null for the server; undefined: all of them. */
export type Owners = readonly (number | null)[] | undefined;

/** Finds out what needs action, from what the server knows anyway. */
@Injectable()
export class NoticeFactsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly backups: BackupSchedule,
    private readonly disk: DiskWatch,
    private readonly certificates: KnownCertificates,
    private readonly clock: Clock,
  ) {}

  async licensesNearEnd(): Promise<Notice[]> {
    const now = this.clock.now();
    return licensesNearEnd(await this.licenses.states(), now).map((nearEnd) => licenseNotice(nearEnd, now));
  }

  /** Of this server: other servers of the same installation have disks and certificates of their own. */
  async ofThisServer(): Promise<Notice[]> {
    const now = this.clock.now();
    const host = os.hostname();
    const { setupCompletedAt } = await this.dataSource.manager.findOneByOrFail(Installation, { id: 1 });
    return [
      backupNotice(await this.backups.state(), setupCompletedAt ?? now, now),
      ...this.certificates.list().map((certificate) => certificateNotice(certificate, now)),
      diskNotice({ ...this.disk.facts, host }),
    ].filter((notice) => notice !== undefined);
  }

  async refusedSeats(organizationIds: readonly number[]): Promise<Notice[]> {
    if (organizationIds.length === 0) return [];
    return (await refusedSeats(this.dataSource.manager, organizationIds, this.daysAgo(1))).map(refusalNotice);
  }

  /** @param leftOut the kind of mails that tell of others */
  async failingMails(owners: Owners): Promise<Notice[]> {
    if (owners?.length === 0) return [];
    const times = { failedSince: this.daysAgo(toldDays), waitingSince: this.daysAgo(waitingMinutes / 1440) };
    return (await failingMails(this.dataSource.manager, owners, times, 'mails-failing')).map(mailNotice);
  }

  /** @param readerId whose own changes are no news; undefined: everybody's are */
  async changedSettings(owners: Owners, readerId?: number): Promise<(Notice & { byId: number })[]> {
    if (owners?.length === 0) return [];
    const since = this.daysAgo(toldDays);
    const changes = await latestSettingsChanges(this.dataSource.manager, { owners, since, notBy: readerId });
    return changes.map((change) => ({ ...changeNotice(change), byId: change.byId }));
  }

  private daysAgo(days: number): Date {
    return new Date(this.clock.now().getTime() - days * dayMillis);
  }
}

function refusalNotice({ organizationId, product, count, at }: RefusedSeats): Notice {
  // Refusals go on: once they are dismissed, those of another day are news.
  const day = dayOf(at);
  const facts = { product, count };
  return {
    kind: 'seats-exhausted',
    severity: 'critical',
    organizationId,
    at,
    facts,
    subject: product,
    state: day,
    occasion: day,
  };
}

function mailNotice({ organizationId, count, newest, at, failure }: FailingMails): Notice {
  return {
    kind: 'mails-failing',
    severity: 'warning',
    organizationId,
    at,
    facts: { count, ...(failure !== null && { failure }) },
    subject: '',
    state: String(newest),
    occasion: dayOf(at),
  };
}

function changeNotice({ id, organizationId, action, by, at, count }: SettingsChange): Notice {
  return {
    kind: 'settings-changed',
    severity: 'info',
    organizationId,
    at,
    facts: { action, by, count },
    subject: '',
    state: String(id),
    occasion: dayOf(at),
  };
}
