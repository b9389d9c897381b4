import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Logger } from 'pino';
import { Counter, Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { type Actor, server } from '../access/actor.js';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type TimeOfDay } from '../config/setting-parsers.js';
import { type Settings } from '../config/settings.js';
import { DATABASE_URL } from '../database/database-url.js';
import { rowsOf } from '../database/query.js';
import { LOG } from '../log/log.module.js';
import { Metrics } from '../metrics/metrics.js';
import { BackupCopies, type CopiesState } from './backup-copies.js';
import { BackupUnderWayError, NoBackupFolderError } from './backup.errors.js';
import { makeBackup } from './backup.js';
import { lastBackup, type LastBackup } from './backup.queries.js';

/** Milliseconds after which the last backup is shown as old: one a day, and some time to make it. */
export const maxAgeMillis = 26 * 3_600_000;

/** The names that daily backups have; nothing else in their folder is ever deleted. */
const dailyName = /^license-server-\d{4}-\d\d-\d\d-\d{4}\.lsb$/;

/** Makes a backup every day if `BACKUP_DIR` is set, and keeps track of the latest backup, including those that commands make. */
@Injectable()
export class BackupSchedule implements OnModuleInit, OnApplicationShutdown {
  private readonly ending = new AbortController();
  private following: Promise<void> | undefined;
  /** The backup that is being made. */
  private current: Promise<void> | undefined;
  private failure: string | undefined;
  private last: LastBackup | undefined;
  private readonly failures: Counter;

  constructor(
    @Inject(DATABASE_URL) private readonly databaseUrl: string,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    private readonly copies: BackupCopies,
    { registry }: Metrics,
  ) {
    this.failures = new Counter({
      name: 'license_server_backup_failures_total',
      help: 'Backups that this server could not make or copy',
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
    void this.readLast().catch(() => undefined);
    if (this.settings.backupDir !== undefined) this.following = this.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.following;
    await this.current;
  }

  /**
   * Begins a backup beside the daily ones. It stays until an administrator deletes it.
   *
   * @throws NoBackupFolderError
   * @throws BackupUnderWayError
   */
  begin(actor: Actor): void {
    if (this.settings.backupDir === undefined) throw new NoBackupFolderError();
    if (this.current) throw new BackupUnderWayError();
    void this.make(`license-server-manual-${secondOf(this.clock.now())}.lsb`, actor);
  }

  /** The last backup, and whether that is too long ago. */
  async state(): Promise<BackupState> {
    const { backupDir: folder, backupAt, backupKeep: keep } = this.settings;
    const last = await this.readLast();
    const now = this.clock.now();
    return {
      last: last ?? null,
      isOld: !last || now.getTime() - last.at.getTime() > maxAgeMillis,
      nextAt: folder === undefined ? null : nextTime(now, backupAt),
      copies: await this.copies.state(),
      schedule: folder === undefined ? null : { folder, at: textOf(backupAt), keep },
      isUnderWay: this.current !== undefined,
      failure: this.failure ?? null,
    };
  }

  /** As of the last time it was asked for: metrics wait for no database. */
  private ageMillis(): number {
    void this.readLast().catch(() => undefined);
    return this.last === undefined ? Infinity : this.clock.millis() - this.last.at.getTime();
  }

  private async readLast(): Promise<LastBackup | undefined> {
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
      await this.current;
      await this.make(`license-server-${stampOf(due)}.lsb`, server);
    }
  }

  /** Never fails: why there is no backup is told with the state, in the log and by a metric. */
  private make(name: string, actor: Actor): Promise<void> {
    this.current = this.write(name, actor)
      .catch((error: unknown) => this.tell(error as Error))
      .finally(() => (this.current = undefined));
    return this.current;
  }

  private async write(name: string, actor: Actor): Promise<void> {
    const { settings, databaseUrl } = this;
    const folder = settings.backupDir ?? '';
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = path.join(folder, name);
    // Such as: the clock was set back, or another server of this installation has the same folder.
    if (existsSync(file)) return;
    const configuration = process.env.LICENSE_SERVER_CONFIG?.trim() || undefined;
    const request = { settings, databaseUrl, configuration, file, passphrase: settings.backupPassphrase };
    await makeBackup({ ...request, actor });
    this.failure = undefined;
    this.log.info({ file }, 'The backup is made');
    const kept = this.deleteOld(folder);
    const isDaily = (each: string): boolean => dailyName.test(each);
    await this.copies.update([...new Set([...kept, file])], isDaily, this.ending.signal);
  }

  /** @returns the daily backups that stay */
  private deleteOld(folder: string): string[] {
    const names = readdirSync(folder).filter((name) => dailyName.test(name));
    const old = names.sort().slice(0, -this.settings.backupKeep);
    for (const name of old) rmSync(path.join(folder, name), { force: true });
    return names.slice(old.length).map((name) => path.join(folder, name));
  }

  private tell(error: Error): void {
    this.failure = error.message;
    this.failures.inc();
    this.log.error({ err: error }, 'The backup could not be made or copied');
  }
}

export interface BackupState {
  last: LastBackup | null;
  isOld: boolean;
  nextAt: Date | null;
  /** Null: backups stay in their folder. */
  copies: CopiesState | null;
  /** As the configuration has it; null: no daily backups. `at` is a time of day. */
  schedule: { folder: string; at: string; keep: number } | null;
  isUnderWay: boolean;
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
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}`;
}

/** The same to the second. */
function secondOf(date: Date): string {
  return `${stampOf(date)}${two(date.getSeconds())}`;
}

/** `02:30` */
function textOf({ hours, minutes }: TimeOfDay): string {
  return `${two(hours)}:${two(minutes)}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
