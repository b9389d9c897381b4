import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { Outage } from '../errors/outage.js';
import { Metrics } from '../metrics/metrics.js';
import { Turns } from '../concurrency/turns.js';

/** Milliseconds between looks at a database that does not answer, and one that does. */
const awayMillis = 1_000;
const lookMillis = 5_000;

/** Requests that are repeated at the same time once it is back: enough to fill its connections and what it groups. */
const repeatedAtOnce = 50;

/** Knows whether the database answers and, if not, since when; whoever asks never waits for it. */
@Injectable()
export class DatabaseWatch extends Outage implements OnModuleInit, OnApplicationShutdown {
  private awaySince: number | undefined;
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** Told when it answers again. */
  private readonly waiting = new Set<() => void>();
  private readonly turns = new Turns(repeatedAtOnce);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
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

  async over(signal: AbortSignal): Promise<() => void> {
    // A request has just failed: that is news, although the next look may take its time.
    this.awaySince ??= this.clock.millis();
    void this.look();
    if (!signal.aborted) await this.back(signal);
    return this.turns.begin();
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
      this.awaySince = undefined;
      for (const done of [...this.waiting]) done();
    } catch {
      this.awaySince ??= began;
    }
  }
}
