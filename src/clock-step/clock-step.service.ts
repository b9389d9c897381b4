import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { server } from '../access/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { LOG } from '../log/log.module.js';
import {
  type ClockStep,
  lockAllPools,
  noteClockStep,
  notifyClockSetBack,
  pullTimesBack,
  takeClockSetBack,
} from './clock-step.queries.js';

/** Seconds that the clock may go back without anything being pulled back: clocks are corrected a little all the time. */
export const clockToleranceSeconds = 60;

/**
 * Finds a clock that was in the future and is right again, and undoes what that has left behind: leases, mails, sessions, links
 * and limits would wait for a date that was never meant. What protects licenses from a clock that is turned back stays.
 */
@Injectable()
export class ClockStepService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
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
    const found = await takeClockSetBack(manager, clockToleranceSeconds);
    if (!found) return undefined;
    // In the order of check-outs, which change leases under these locks.
    await lockAllPools(manager);
    const rows = await pullTimesBack(manager);
    const step: ClockStep = { at: found.now.toISOString(), from: found.from.toISOString(), rows };
    await noteClockStep(manager, step);
    await this.audit.record(manager, server, {
      action: 'clock.set-back',
      targetType: 'server',
      details: { from: step.from, to: step.at, rows },
    });
    await notifyClockSetBack(manager);
    return step;
  }
}
