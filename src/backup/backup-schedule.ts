import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Logger } from 'pino';
import { Counter, Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type TimeOfDay } from '../config/setting-parsers.js';
import { type Settings } from '../config/settings.js';
import { DATABASE_URL } from '../database/database-url.js';
import { rowsOf } from '../database/query.js';
import { LOG } from '../log/log.module.js';
import { Metrics } from '../metrics/metrics.js';
import { makeBackup } from './backup.js';
import { lastBackup, type LastBackup } from './backup.queries.js';

/** Milliseconds after which the last backup is shown as old: one a day, and some time to make it. */
const oldMillis = 26 * 3_600_000;

/** The names that daily backups have; nothing else in their folder is ever deleted. */
const dailyName = /^license-server-\d{4}-\d\d-\d\d-\d{4}\.lsb$/;

/** Makes a backup every day if `BACKUP_DIR` is set, and keeps track of the latest backup, including those that commands make. */
@Injectable()
export class BackupSchedule implements OnModuleInit, OnApplicationShutdown {
  private readonly ending = new AbortController();
  private following: Promise<void> | undefined;
  private failure: string | undefined;
  private last: LastBackup | undefined;
  private readonly failures: Counter;

  constructor(
    @Inject(DATABASE_URL) private readonly databaseUrl: string,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    { registry }: Metrics,
  ) {
    this.failures = new Counter({
      name: 'license_server_backup_failures_total',
      help: 'Daily backups that could not be made',
      registers: [registry],
    });
    const age = (): number => this.ageMillis();
    new Gauge({
      name: 'license_server_backup_age_seconds',
      help: 'Seconds since the last backup was made, by the server or a command; +Inf: no backup yet',
      registers: [registry],
      collect() {
        this.set(age() / 1000);
      },
    });
  }

  onModuleInit(): void {
    void this.lookUp().catch(() => undefined);
    if (this.settings.backupDir !== undefined) this.following = this.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.following;
  }

  /** The last backup, and whether that is too long ago. */
  async state(): Promise<BackupState> {
    const { backupDir, backupAt } = this.settings;
    const last = await this.lookUp();
    const now = this.clock.now();
    return {
      last: last ?? null,
      isOld: !last || now.getTime() - last.at.getTime() > oldMillis,
      nextAt: backupDir === undefined ? null : nextTime(now, backupAt),
      failure: this.failure ?? null,
    };
  }

  /** As of the last time it was asked for: metrics wait for no database. */
  private ageMillis(): number {
    void this.lookUp().catch(() => undefined);
    return this.last === undefined ? Infinity : this.clock.millis() - this.last.at.getTime();
  }

  private async lookUp(): Promise<LastBackup | undefined> {
    const [last] = await rowsOf<LastBackup>(this.dataSource, lastBackup);
    this.last = last;
    return last;
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    for (;;) {
      const now = this.clock.now();
      const due = nextTime(now, this.settings.backupAt);
      await this.clock.wait(due.getTime() - now.getTime(), signal);
      if (signal.aborted) return;
      await this.backUp(due).catch((error: unknown) => this.tell(error as Error));
    }
  }

  private async backUp(due: Date): Promise<void> {
    const { settings, databaseUrl } = this;
    const folder = settings.backupDir ?? '';
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, `license-server-${stampOf(due)}.lsb`);
    // Such as: the clock was set back, or another server of this installation has the same folder.
    if (existsSync(file)) return;
    const configuration = process.env.LICENSE_SERVER_CONFIG?.trim() || undefined;
    const request = { settings, databaseUrl, configuration, file, passphrase: settings.backupPassphrase };
    await makeBackup({ ...request, actor: 'server' });
    this.failure = undefined;
    this.log.info({ file }, 'The daily backup is made');
    this.deleteOld(folder);
  }

  private deleteOld(folder: string): void {
    const names = readdirSync(folder).filter((name) => dailyName.test(name));
    const old = names.sort().slice(0, -this.settings.backupKeep);
    for (const name of old) rmSync(path.join(folder, name), { force: true });
  }

  private tell(error: Error): void {
    this.failure = error.message;
    this.failures.inc();
    this.log.error({ err: error }, 'The daily backup could not be made; the next try is tomorrow');
  }
}

export interface BackupState {
  last: LastBackup | null;
  isOld: boolean;
  nextAt: Date | null;
  failure: string | null;
}

/** The next time at which the clock on the wall says this. */
export function nextTime(now: Date, { hours, minutes }: TimeOfDay): Date {
  const next = new Date(now);
  next.setHours(hours, minutes, 0, 0);
  if (next <= now) next.setDate(next.getDate() + 1);
  return next;
}

/** `2026-11-27-0230`, by the clock on the wall. */
function stampOf(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}`;
}
