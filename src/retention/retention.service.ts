import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { forgetUnsealedSessions } from '../audit/evidence/redaction/redaction.queries.js';
import { RedactionService } from '../audit/evidence/redaction/redaction.service.js';
import { SealingService } from '../audit/evidence/sealing.service.js';
import { changedRows, execute, rowsOf } from '../database/query.js';
import { LOG } from '../log/log.module.js';
import { AuditRetention } from './audit-retention.js';
import {
  batch,
  deleteForgottenMachines,
  deleteOldRows,
  forgetMonths,
  forgetRefusalsAndReports,
} from './retention.queries.js';
import { noteSize } from './storage.queries.js';
import { tableRules } from './table-rules.js';

const intervalMillis = 3_600_000;
const dayMillis = 86_400_000;

/** Deletes what is older than the settings say, a few rows at a time. */
@Injectable()
export class RetentionService implements OnModuleInit, OnApplicationShutdown {
  private readonly deleting = new PeriodicTask(
    (signal) => this.deleteOld(signal),
    intervalMillis,
    (error) => this.log.warn({ err: error }, 'Old data could not be deleted; next try in an hour'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly sealing: SealingService,
    private readonly audit: AuditRetention,
    private readonly redaction: RedactionService,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    void this.deleting.run();
    this.deleting.startBy(this.clock);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.deleting.stop();
  }

  private async deleteOld(signal: AbortSignal): Promise<void> {
    await execute(this.dataSource, noteSize(this.clock.now()));
    for (const [table, rule] of Object.entries(tableRules)) {
      if (!('deleted' in rule)) continue;
      const { days } = rule.deleted;
      const before = this.daysAgo(typeof days === 'number' ? days : this.settings[days]);
      await this.inBatches(deleteOldRows(table, rule.deleted, before), signal);
    }
    await this.forgetPeople(signal);
    const before = this.daysAgo(this.settings.sessionRetentionDays);
    while (!signal.aborted && (await this.sealing.removeSessions(before)));
    await this.inBatches(deleteForgottenMachines, signal);
    await this.audit.removeOld(signal);
  }

  private async forgetPeople(signal: AbortSignal): Promise<void> {
    const { personalDataRetentionDays: days } = this.settings;
    if (days === undefined) return;
    const before = this.daysAgo(days);
    while (!signal.aborted && (await this.redaction.forgetBefore(before)));
    for (const statement of [forgetUnsealedSessions(before, batch), ...forgetRefusalsAndReports(before)]) {
      await this.inBatches(statement, signal);
    }
    await whileMany(signal, async () => {
      const [months] = await rowsOf<{ changed: number }>(this.dataSource, forgetMonths(before));
      return months?.changed ?? 0;
    });
  }

  private inBatches(statement: Sql, signal: AbortSignal): Promise<void> {
    return whileMany(signal, () => changedRows(this.dataSource, statement));
  }

  private daysAgo(days: number): Date {
    return new Date(this.clock.millis() - days * dayMillis);
  }
}

/** Does it again as long as there was a whole batch. @param some returns how many rows it has changed */
async function whileMany(signal: AbortSignal, some: () => Promise<number>): Promise<void> {
  let changed = batch;
  while (changed === batch && !signal.aborted) changed = await some();
}
