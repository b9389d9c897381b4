import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { server } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { LOG } from '../log/log.module.js';
import { pullingStatements } from './stored-times.js';

/** Seconds that the clock may go back without anything being pulled back: clocks are corrected a little all the time. */
export const clockToleranceSeconds = 60;

/** What was done when the clock was found set back. */
export interface ClockStep {
  /** When it was found. */
  at: string;
  /** What the clock said before. */
  from: string;
  /** Rows whose times were pulled back, by table. */
  rows: Record<string, number>;
}

/**
 * Finds a clock that was in the future and is right again, and undoes what that has left behind: leases, mails, sessions, links
 * and limits would wait for a date that was never meant. What protects licenses from a clock that is turned back stays.
 */
@Injectable()
export class ClockStepService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Pulls stored times back if the database's clock is behind what a server has seen; of several servers one does it. */
  async check(): Promise<void> {
    const step = await this.dataSource.transaction((manager) => this.repair(manager));
    if (!step) return;
    this.log.warn(
      { from: step.from, to: step.at, rows: step.rows },
      'The clock was set back. What waited for a time in the future was pulled back to now',
    );
  }

  private async repair(manager: EntityManager): Promise<ClockStep | undefined> {
    const [found] = await manager.query<{ from: Date; now: Date }[]>(
      `SELECT clock_at AS from, server_now($1) AS now FROM installation
        WHERE clock_at > server_now($1) + $2 * interval '1 second' FOR UPDATE`,
      [this.clock.offsetMillis, clockToleranceSeconds],
    );
    if (!found) return undefined;
    // In the order of check-outs, which change leases under these locks.
    await manager.query('SELECT FROM seat_pool ORDER BY id FOR UPDATE');
    const rows: Record<string, number> = {};
    for (const { table, text } of pullingStatements()) {
      const [, count] = await manager.query<[unknown, number]>(text, [this.clock.offsetMillis]);
      if (count > 0) rows[table] = (rows[table] ?? 0) + count;
    }
    const step: ClockStep = { at: found.now.toISOString(), from: found.from.toISOString(), rows };
    await manager.query(
      `UPDATE installation SET clock_at = server_now($1), alive_at = clock_timestamp(), clock_step = $2`,
      [this.clock.offsetMillis, JSON.stringify(step)],
    );
    await this.audit.record(manager, server, {
      action: 'clock.set-back',
      targetType: 'server',
      details: { from: step.from, to: step.at, rows },
    });
    // What servers remember for a while, they would remember until that date.
    await manager.query(`SELECT pg_notify('clock_set_back', '')`);
    return step;
  }
}
