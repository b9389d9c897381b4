import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import sql, { raw } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { DeliveryService } from '../audit/evidence/delivery.service.js';
import { SealingService } from '../audit/evidence/sealing.service.js';
import { changedRows, execute } from '../database/query.js';
import { LOG } from '../log/log.module.js';

const intervalMillis = 3_600_000;
const dayMillis = 86_400_000;

/** Rows that are deleted at once, so that no request waits for a lock and no transaction grows. */
const batch = 5_000;

/** What grows with every session, and which rows are older than the time in $1. Sealed sessions go with their blocks. */
const kept = [
  ['ended_session', 'ended_at', 'AND ended_event_id IS NULL'],
  ['client_session', 'reported_at', ''],
  ['denial', 'occurred_at', ''],
  ['usage_month', "month + interval '1 month'", ''],
] as const;

/** Machines that no session is known of any more. */
const forgottenMachines = sql`DELETE FROM known_machine k WHERE NOT EXISTS (
  SELECT FROM usage_month m WHERE m.organization_id = k.organization_id AND m.machine_id = k.machine_id)`;

/** Deletes sessions, refusals and audit events that are older than the settings say. */
@Injectable()
export class RetentionService implements OnModuleInit, OnApplicationShutdown {
  private readonly deleting = new PeriodicTask(
    (signal) => this.deleteOld(signal),
    intervalMillis,
    (error) => this.log.warn({ err: error }, 'Old sessions or audit events could not be deleted; next try in an hour'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly sealing: SealingService,
    private readonly delivery: DeliveryService,
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
    for (const [table, time, condition] of kept) {
      let deleted = batch;
      while (deleted === batch && !signal.aborted) deleted = await this.deleteBatch(table, time, condition);
    }
    const before = new Date(this.clock.millis() - this.settings.sessionRetentionDays * dayMillis);
    let goesOn = true;
    while (goesOn && !signal.aborted) goesOn = await this.sealing.removeSessions(before);
    await execute(this.dataSource, forgottenMachines);
    await this.removeAuditBlocks(signal);
  }

  private async removeAuditBlocks(signal: AbortSignal): Promise<void> {
    const { auditRetentionDays: days } = this.settings;
    if (days === undefined) return;
    const before = new Date(this.clock.millis() - days * dayMillis);
    const delivered = await this.delivery.deliveredBlock();
    while (!signal.aborted && (await this.sealing.removeBlocks(before, delivered)));
  }

  private async deleteBatch(table: string, time: string, condition: string): Promise<number> {
    // Several servers may do it at once: each takes other rows.
    const old = sql`SELECT ctid FROM ${raw(table)}
      WHERE ${raw(time)} < server_now(${this.clock.offsetMillis}) - ${this.settings.sessionRetentionDays}::int * interval '1 day'
        ${raw(condition)} LIMIT ${batch} FOR UPDATE SKIP LOCKED`;
    const deleted = await changedRows(this.dataSource, sql`DELETE FROM ${raw(table)} WHERE ctid = ANY (ARRAY(${old}))`);
    return deleted;
  }
}
