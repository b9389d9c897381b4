import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { AuditService } from '../../../audit/audit.service.js';
import { PeriodicTask } from '../../../concurrency/periodic-task.js';
import { LOG } from '../../../log/log.module.js';
import { endLeases } from '../../seat/end-leases.js';
import { noEnder } from '../../seat/lease-end.js';
import { HeartbeatService } from '../renewal/heartbeat.service.js';
import { isExpired } from './lease-release.queries.js';

/** Tidies up what dead clients left; no request waits for it, for a check-out takes an expired seat itself. */
@Injectable()
export class LeaseSweep implements OnModuleInit, OnApplicationShutdown {
  private readonly sweeping = new PeriodicTask(
    () => this.sweep(),
    60_000,
    (error) => this.log.warn({ err: error }, 'Expired leases could not be swept; next try in a minute'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly heartbeat: HeartbeatService,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.sweeping.start();
  }

  onApplicationShutdown(): void {
    // A database that is away does not keep the server from stopping.
    void this.sweeping.stop();
  }

  private async sweep(): Promise<void> {
    await this.heartbeat.touch();
    const where = isExpired();
    await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, { reason: 'expired', ender: noEnder, where }),
    );
  }
}
