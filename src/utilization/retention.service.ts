import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { DeliveryService } from '../audit/evidence/delivery.service.js';
import { SealingService } from '../audit/evidence/sealing.service.js';
import { LOG } from '../log/log.module.js';

const intervalMillis = 3_600_000;
const dayMillis = 86_400_000;

/** Rows that are deleted at once, so that nobody waits for a lock and no transaction grows. */
const batch = 5_000;

/** What grows with every session, and which rows are older than the time in $1. Sealed sessions go with their blocks. */
const kept = [
  ['ended_session', 'ended_at', 'AND ended_event_id IS NULL'],
  ['client_session', 'reported_at', ''],
  ['denial', 'occurred_at', ''],
] as const;

/** Deletes sessions, refusals and audit events that are older than the settings say. */
@Injectable()
export class RetentionService implements OnModuleInit, OnApplicationShutdown {
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly sealing: SealingService,
    private readonly delivery: DeliveryService,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.running = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      await this.deleteOld();
      await this.clock.wait(intervalMillis, this.stop.signal);
    }
  }

  private get isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  private async deleteOld(): Promise<void> {
    try {
      for (const [table, time, condition] of kept) {
        let deleted = batch;
        while (deleted === batch && !this.isStopped) deleted = await this.deleteBatch(table, time, condition);
      }
      const before = new Date(this.clock.millis() - this.settings.sessionRetentionDays * dayMillis);
      let goesOn = true;
      while (goesOn && !this.isStopped) goesOn = await this.sealing.removeSessions(before);
      await this.removeAuditBlocks();
    } catch (error) {
      this.log.warn({ err: error }, 'Old sessions or audit events could not be deleted; next try in an hour');
    }
  }

  private async removeAuditBlocks(): Promise<void> {
    const { auditRetentionDays: days } = this.settings;
    if (days === undefined) return;
    const before = new Date(this.clock.millis() - days * dayMillis);
    const delivered = await this.delivery.deliveredBlock();
    while (!this.isStopped && (await this.sealing.removeBlocks(before, delivered)));
  }

  private async deleteBatch(table: string, time: string, condition: string): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown, number]>(
      // Several servers may do it at once: each takes other rows.
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM ${table} WHERE ${time} < server_now($1) - $2 * interval '1 day' ${condition} LIMIT ${batch}
            FOR UPDATE SKIP LOCKED))`,
      [this.clock.offsetMillis, this.settings.sessionRetentionDays],
    );
    return deleted;
  }
}
