import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { execute, rowsOf } from '../../database/query.js';
import { LOG } from '../../log/log.module.js';
import { forgetSeatsAfter, noteSeats } from '../month-report.queries.js';
import {
  addUpYear,
  firstUse,
  forgetRolledUp,
  heldRollUp,
  type RolledUp,
  rollUpHours,
  type YearBehind,
  yearsBehind,
} from './usage-roll-up.queries.js';

const hourMillis = 3_600_000;
const everyMillis = 300_000;

/** After this time every transaction of an hour is over: nothing that began in it can appear later. */
const settledMillis = 600_000;

/** Hours that one transaction rolls up, so that none is long. */
const hoursAtOnce = 24;

/**
 * Adds up the sessions of each hour that is over. Nothing in such an hour changes any more: a session has ended by then, or expires
 * later. Any server of the database does it, one at a time.
 */
@Injectable()
export class UsageRollUpService implements OnModuleInit, OnApplicationShutdown {
  private readonly rolling = new PeriodicTask(
    (signal) => this.rollUp(signal),
    everyMillis,
    (error) => this.log.warn({ err: error }, 'Sessions could not be added up; next try in five minutes'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    void this.rolling.run();
    this.rolling.startBy(this.clock);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.rolling.stop();
  }

  /** Adds up all hours that are over and are not added up, and notes how many seats there are. */
  async rollUp(signal: AbortSignal): Promise<void> {
    await execute(this.dataSource.manager, noteSeats);
    let isBehind = true;
    while (isBehind && !signal.aborted) isBehind = await this.dataSource.transaction((manager) => this.step(manager));
  }

  /** @returns whether there is more to do */
  private async step(manager: EntityManager): Promise<boolean> {
    const [rolled] = await rowsOf<RolledUp>(manager, heldRollUp);
    const now = this.clock.now();
    if (rolled?.until && rolled.until > now) {
      for (const statement of [...forgetRolledUp(now), forgetSeatsAfter(now)]) await execute(manager, statement);
      return true;
    }
    const settled = Math.floor((now.getTime() - settledMillis) / hourMillis) * hourMillis;
    const [first] = rolled?.until ? [{ at: rolled.until }] : await rowsOf<{ at: Date | null }>(manager, firstUse);
    const from = first?.at;
    if (!from || from.getTime() >= settled) return this.addUpYears(manager);
    const to = new Date(Math.min(settled, from.getTime() + hoursAtOnce * hourMillis));
    await execute(manager, rollUpHours({ from, to, oldestStart: rolled?.oldestStart ?? null }));
    return true;
  }

  /** @returns false: there is nothing more to do */
  private async addUpYears(manager: EntityManager): Promise<false> {
    for (const behind of await rowsOf<YearBehind>(manager, yearsBehind)) {
      for (const statement of addUpYear(behind)) await execute(manager, statement);
    }
    return false;
  }
}
