import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { type Logger } from 'pino';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { counted } from '../errors/counted.js';
import { Outage } from '../errors/outage.js';
import { LOG } from '../log/log.module.js';
import { Metrics } from '../metrics/metrics.js';
import { Semaphore } from '../concurrency/semaphore.js';
import { DiskWatch } from './disk-watch.js';

/** Milliseconds between looks at a database that does not answer, and one that does. */
const awayMillis = 1_000;
const lookMillis = 5_000;

/** Milliseconds between lines of the log while it is away. */
const tellMillis = 10_000;

/** SQLSTATE of a PostgreSQL that takes no connection yet: it starts, or recovers. */
const comingUp = '57P03';

/**
 * Milliseconds that the embedded PostgreSQL may take to come up: at most; and once a full disk has space again. PostgreSQL 18
 * waits for ever when its recovery has failed for want of space.
 */
const stuckMillis = 120_000;
const stuckMillisAfterFullDisk = 10_000;

/** Requests that are repeated at the same time once it is back: enough to fill its connections and what it groups. */
const repeatedAtOnce = 50;

/** Knows whether the database answers and, if not, since when; callers never wait for it. */
@Injectable()
export class DatabaseWatch extends Outage implements OnModuleInit, OnApplicationShutdown {
  private awaySince: number | undefined;
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private toldAt: number | undefined;
  /** Since when it has been coming up, with space on its disk; and whether that was full in this outage. */
  private comingUpSince: number | undefined;
  private wasFull = false;
  private onStuck: (() => void) | undefined;
  /** Told when it answers again. */
  private readonly waiting = new Set<() => void>();
  private readonly repeats = new Semaphore(repeatedAtOnce);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly disk: DiskWatch,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
    { registry }: Metrics,
  ) {
    super();
    const awaySeconds = (): number => this.awaySeconds;
    new Gauge({
      name: 'license_server_database_away_seconds',
      help: 'Seconds for which the database has not answered this server; 0: it answers',
      registers: [registry],
      collect() {
        this.set(awaySeconds());
      },
    });
  }

  onModuleInit(): void {
    let quiet = 0;
    this.timer = setInterval(() => {
      quiet += awayMillis;
      if (this.awaySince === undefined && quiet < lookMillis) return;
      quiet = 0;
      void this.look();
    }, awayMillis).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Whole seconds for which it has not answered; 0: it answers. */
  get awaySeconds(): number {
    if (this.awaySince === undefined) return 0;
    return Math.max(1, Math.floor((this.clock.millis() - this.awaySince) / 1000));
  }

  get isUnderWay(): boolean {
    return this.awaySince !== undefined;
  }

  get isForFullDisk(): boolean {
    return this.isEmbedded && this.disk.state === 'full';
  }

  /** @param restart called when the embedded database does not come up any more */
  whenStuck(restart: () => void): void {
    this.onStuck = restart;
  }

  private get isEmbedded(): boolean {
    return this.settings.databaseUrl === undefined;
  }

  suspect(): void {
    this.awaySince ??= this.clock.millis();
    void this.look();
  }

  async over(signal: AbortSignal): Promise<() => void> {
    this.suspect();
    if (!signal.aborted) await this.back(signal);
    return this.repeats.acquire();
  }

  /** Resolves with the next answer of the database. */
  private back(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  /** Asks the database; of many who ask at once, one does. Never fails. */
  look(): Promise<void> {
    this.looking ??= this.ask().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async ask(): Promise<void> {
    const began = this.clock.millis();
    try {
      await this.dataSource.query('SELECT 1');
      if (this.toldAt !== undefined) this.log.info('The database answers again');
      this.awaySince = undefined;
      this.toldAt = undefined;
      this.comingUpSince = undefined;
      this.wasFull = false;
      for (const done of [...this.waiting]) done();
    } catch (error) {
      this.awaySince ??= began;
      await this.disk.look();
      this.tell(error as Error);
      if (this.isEmbedded) this.restartIfStuck(error as NodeJS.ErrnoException);
    }
  }

  /** Again and again: the last line of the log says what is wrong now. */
  private tell(err: Error): void {
    const now = this.clock.millis();
    if (this.toldAt !== undefined && now - this.toldAt < tellMillis) return;
    this.toldAt = now;
    const facts = { databaseAwaySeconds: this.awaySeconds, cause: err.message };
    if (this.isForFullDisk) {
      this.log.error(
        facts,
        'The disk of the data folder is full and the database has stopped: make room, and it goes on',
      );
    } else this.log.error(facts, `The database has not answered for ${counted(this.awaySeconds, 'second')}`);
  }

  private restartIfStuck({ code }: NodeJS.ErrnoException): void {
    const isFull = this.disk.state === 'full';
    this.wasFull ||= isFull;
    if (code !== comingUp || isFull) this.comingUpSince = undefined;
    else {
      const now = this.clock.millis();
      this.comingUpSince ??= now;
      if (now - this.comingUpSince < (this.wasFull ? stuckMillisAfterFullDisk : stuckMillis)) return;
      this.comingUpSince = undefined;
      this.wasFull = false;
      this.onStuck?.();
    }
  }
}
