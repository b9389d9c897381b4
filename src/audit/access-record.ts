import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { boundedCache } from '../concurrency/bounded-cache.js';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { GroupCommit, type Outcome } from '../concurrency/group-commit.js';
import { runHot } from '../database/pool/pipeline.js';
import { poolOf } from '../database/pool/pool-of.js';
import { LOG } from '../log/log.module.js';
import { type AuditedChange } from './audited-change.js';
import { AuditService } from './audit.service.js';

const dayMillis = 86_400_000;
/** Milliseconds after which the database is asked again about something that another server has recorded today. */
const recheckMillis = 3_600_000;
/** Milliseconds in which events are counted. */
const windowMillis = 60_000;
/** Events of one origin in a window, and of all of them on this server. */
const maxPerOrigin = 20;
const maxInAll = 300;
/** Milliseconds between two looks for windows that are over. */
const flushMillis = 10_000;
const all = 'all';
/** What the keys of things that are recorded once a day begin with, in the table of the rate limiter. */
const ofDay = 'audit:';

/** What comes from one origin within a minute. */
interface Window {
  startedAt: number;
  recorded: number;
  /** Beyond the limit, and the last of them. */
  more: number;
  last?: AuditedChange;
}

/** Something that is recorded at most once a day. */
interface Daily {
  key: string;
  event: AuditedChange;
}

/**
 * Records what people and programs do without changing anything: refusals, sign-ins by programs, exports, downloads. Neither a
 * flood of refusals nor a program that comes back every minute floods the audit log.
 */
@Injectable()
export class AccessRecord implements OnModuleInit, OnApplicationShutdown {
  private readonly windows = new Map<string, Window>();
  /** What is known to be recorded, and until when. */
  private readonly today = boundedCache<string, number>(100_000);
  private readonly events = new GroupCommit<AuditedChange, void>(
    (events) => this.write(events),
    () => false,
  );
  private readonly dailies = new GroupCommit<Daily, void>(
    (dailies) => this.writeDailies(dailies),
    () => false,
  );
  private readonly flushing = new PeriodicTask(
    () => this.flush(this.clock.millis()),
    flushMillis,
    (error) => this.log.warn({ err: error }, 'Events that came in floods could not be counted'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.flushing.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.flushing.stop();
    await this.flush(Infinity);
  }

  /** An export or a download: each is recorded, before anything is sent. */
  async record(event: AuditedChange): Promise<void> {
    await this.events.add(event);
  }

  /**
   * Something that may come in floods. The first ones of each minute are recorded as they are, and one event says how many more
   * there were.
   *
   * @param origin who or where it comes from
   * @returns undefined when this one is only counted
   */
  bounded(origin: string, event: AuditedChange): Promise<void> | undefined {
    const now = this.clock.millis();
    const whole = this.windowOf(all, now);
    const isOver = whole.recorded >= maxInAll;
    const own = isOver ? whole : this.windowOf(origin, now);
    if (isOver || own.recorded >= maxPerOrigin) {
      own.more++;
      own.last = event;
      return undefined;
    }
    whole.recorded++;
    own.recorded++;
    return this.tried(this.events.add(event));
  }

  /**
   * Something that is recorded once in 24 hours, on whichever server it happens.
   *
   * @returns undefined when it was, as nearly always
   */
  daily(key: string, event: () => AuditedChange): Promise<void> | undefined {
    const now = this.clock.millis();
    const until = this.today.get(key);
    if (until !== undefined && now < until && until - now <= dayMillis) return undefined;
    this.today.set(key, now + recheckMillis);
    return this.tried(
      this.dailies.add({ key, event: event() }).catch((error: unknown) => {
        this.today.delete(key);
        throw error;
      }),
    );
  }

  private windowOf(origin: string, now: number): Window {
    let window = this.windows.get(origin);
    if (window && Math.abs(now - window.startedAt) >= windowMillis) {
      void this.close(origin, window);
      window = undefined;
    }
    if (!window) this.windows.set(origin, (window = { startedAt: now, recorded: 0, more: 0 }));
    return window;
  }

  private async flush(now: number): Promise<void> {
    const over = [...this.windows].filter(([, { startedAt }]) => Math.abs(now - startedAt) >= windowMillis);
    await Promise.all(over.map(([origin, window]) => this.close(origin, window)));
  }

  private close(origin: string, { last, more, startedAt }: Window): Promise<void> {
    this.windows.delete(origin);
    if (!last) return Promise.resolve();
    const { actor, change } = last;
    const who = origin === all ? { id: null, name: 'several callers', address: null } : actor;
    const details = { further: more, since: new Date(startedAt).toISOString() };
    return this.tried(this.events.add({ actor: who, change: { action: change.action, details } }));
  }

  private async write(events: readonly AuditedChange[]): Promise<Outcome<void>[]> {
    await this.audit.recordAll(this.dataSource.manager, events);
    return events.map(() => ({ result: undefined }));
  }

  private async writeDailies(dailies: readonly Daily[]): Promise<Outcome<void>[]> {
    const events = new Map(dailies.map(({ key, event }) => [`${ofDay}${key}`, event]));
    const written = await runHot<{ key: string }>(poolOf(this.dataSource), this.audit.onceADay(events));
    for (const { key } of written) this.today.set(key.slice(ofDay.length), this.clock.millis() + dayMillis);
    return dailies.map(() => ({ result: undefined }));
  }

  /** An answer does not fail because it could not be recorded that it was given. */
  private async tried(writing: Promise<void>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      this.log.error({ err: error }, 'An audit event could not be recorded');
    }
  }
}
