import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { server } from '../../../access/actor.js';
import { AuditService } from '../../../audit/audit.service.js';
import { PeriodicTask } from '../../../concurrency/periodic-task.js';
import { ClockStepService, clockToleranceSeconds } from '../../../clock-step/clock-step.service.js';
import { LOG } from '../../../log/log.module.js';
import { creditLeases, lockOutage, noteAlive, noteReturn } from './heartbeat.queries.js';

const beatMillis = 5_000;

/** Milliseconds without any server at work after which the time is credited to the leases. */
export const outageMillis = 30_000;

/**
 * Notes in the database that a server is at work. Leases run out while all servers, or the database, are away, and no client
 * can renew them; at the return that time is credited, so that a restart or a restored backup does not end all
 * sessions. The seats were not granted in between, so no seat is granted twice.
 */
@Injectable()
export class HeartbeatService implements OnModuleInit, OnApplicationShutdown {
  private readonly ticking = new PeriodicTask(
    () => this.touch(),
    beatMillis,
    (error) => this.log.warn({ err: error }, 'The database cannot be told that this server is at work'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clockSteps: ClockStepService,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.touch();
    this.ticking.start();
  }

  onApplicationShutdown(): void {
    // A database that is away does not keep the server from stopping.
    void this.ticking.stop();
  }

  /** Notes that this server is at work; if none was for too long, or the clock was set back, puts that right first. */
  async touch(): Promise<void> {
    if (await noteAlive(this.dataSource, { outageMillis, clockToleranceSeconds })) return;
    await this.clockSteps.check();
    await this.credit();
  }

  private async credit(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // Of several servers that return at once one does it; the others find that it was done.
      const awayMillis = await lockOutage(manager, outageMillis);
      if (awayMillis === undefined) return;
      const leases = await creditLeases(manager, awayMillis);
      await noteReturn(manager);
      const seconds = Math.round(awayMillis / 1000);
      if (leases > 0) {
        await this.audit.record(manager, server, { action: 'lease.outage-credited', details: { seconds, leases } });
      }
      this.log.info({ seconds, leases }, 'No server was at work for a while; the leases have got that time again');
    });
  }
}
