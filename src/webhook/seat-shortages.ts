import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { type Occupancy, SeatService } from '../activation/lease/seat.service.js';
import { AuditService } from '../audit/audit.service.js';
import { Clock } from '../clock/clock.js';
import { PeriodicTask } from '../concurrency/periodic-task.js';
import { LOG } from '../log/log.module.js';
import { SeatShortage } from './seat-shortage.entity.js';
import { beginShortages, quietShortages, type Seats } from './seat-shortage.queries.js';

const tickMillis = 5_000;

/**
 * Notices that all seats of a product are taken, and that some are free again: once each, however often the last seat changes
 * hands. Every server looks; one of them tells.
 */
@Injectable()
export class SeatShortages implements OnModuleInit, OnApplicationShutdown {
  private readonly looking = new PeriodicTask(
    () => this.look(),
    tickMillis,
    (error) => this.log.warn({ err: error }, 'Shortages of seats could not be looked up; next try in some seconds'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly seats: SeatService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.looking.startBy(this.clock);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.looking.stop();
  }

  private async look(): Promise<void> {
    if (!this.audit.isFollowed('seats.exhausted') && !this.audit.isFollowed('seats.available')) return;
    await this.begin();
    await this.end();
  }

  private async begin(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const begun = await beginShortages(manager, this.clock.now());
      if (begun.length === 0) return;
      const pools = await this.seats.occupancies();
      const changes = begun.map((seats) => {
        const { total } = countsOf(pools, seats);
        const { organizationId, product } = seats;
        return { action: 'seats.exhausted', organizationId, details: { product, seats: total } };
      });
      await this.audit.announce(manager, changes);
    });
  }

  private async end(): Promise<void> {
    const quiet = await quietShortages(this.dataSource, this.clock.now());
    if (quiet.length === 0) return;
    const pools = await this.seats.occupancies();
    for (const seats of quiet) {
      const { total, free } = countsOf(pools, seats);
      if (free === 0) continue;
      await this.dataSource.transaction(async (manager) => {
        const { affected } = await manager.delete(SeatShortage, seats);
        const { organizationId, product } = seats;
        const change = { action: 'seats.available', organizationId, details: { product, seats: total, free } };
        if (affected === 1) await this.audit.announce(manager, [change]);
      });
    }
  }
}

/** The seats of a product, of all models. */
function countsOf(pools: readonly Occupancy[], { organizationId, product }: Seats): { total: number; free: number } {
  const own = pools.filter((pool) => pool.organizationId === organizationId && pool.product === product);
  return {
    total: own.reduce((sum, { quota }) => sum + quota, 0),
    free: own.reduce((sum, { quota, inUse }) => sum + Math.max(0, quota - inUse), 0),
  };
}
