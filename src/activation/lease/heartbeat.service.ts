import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { server } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { ClockStepService, clockToleranceSeconds } from '../../clock-step/clock-step.service.js';
import { LOG } from '../../log/log.module.js';
import { leaseMinutesInSql } from '../seat/lease-policy.js';

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
    private readonly clock: Clock,
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
    const [, beaten] = await this.dataSource.query<[unknown, number]>(
      `UPDATE installation SET alive_at = clock_timestamp(), clock_at = server_now($2)
        WHERE alive_at > clock_timestamp() - $1 * interval '1 millisecond'
          AND clock_at <= server_now($2) + $3 * interval '1 second'`,
      [outageMillis, this.clock.offsetMillis, clockToleranceSeconds],
    );
    if (beaten > 0) return;
    await this.clockSteps.check();
    await this.credit();
  }

  private async credit(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      // Of several servers that return at once one does it; the others find that it was done.
      const [heartbeat] = await manager.query<{ millis: number }[]>(
        `SELECT extract(epoch FROM clock_timestamp() - alive_at)::float8 * 1000 AS millis FROM installation
          WHERE alive_at <= clock_timestamp() - $1 * interval '1 millisecond' FOR UPDATE`,
        [outageMillis],
      );
      if (!heartbeat) return;
      const [, leases] = await manager.query<[unknown, number]>(
        // What a lease had left when the servers went, it has again; never more than a new one, or than its license.
        `UPDATE lease l
            SET expires_at = greatest(l.expires_at, least(l.expires_at + t.away, t.now + least(${leaseMinutesInSql}, p.max_lease_minutes) * interval '1 minute',
                                                          p.ends_at))
           FROM seat_pool p, organization o,
                (SELECT server_now($1) AS now, $2::float8 * interval '1 millisecond' AS away) AS t
          WHERE p.id = l.pool_id AND o.id = l.organization_id AND l.expires_at > t.now - t.away
            AND l.expires_at <= t.now + ${leaseMinutesInSql} * interval '1 minute'`,
        [this.clock.offsetMillis, heartbeat.millis],
      );
      await manager.query('UPDATE installation SET alive_at = clock_timestamp(), clock_at = server_now($1)', [
        this.clock.offsetMillis,
      ]);
      const seconds = Math.round(heartbeat.millis / 1000);
      if (leases > 0) {
        await this.audit.record(manager, server, { action: 'lease.outage-credited', details: { seconds, leases } });
      }
      this.log.info({ seconds, leases }, 'No server was at work for a while; the leases have got that time again');
    });
  }
}
