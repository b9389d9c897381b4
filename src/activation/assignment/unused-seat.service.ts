import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { server } from '../../access/actor.js';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { LicensedUserService } from '../../license/licensed-user.service.js';
import { lockPools } from '../../license/pool/lock-pools.queries.js';
import { LOG } from '../../log/log.module.js';
import { rememberedDays } from '../seat/remembered-days.js';
import { AssignmentNotices } from './assignment-notices.js';
import {
  maxAtOnce,
  unassigningOrganizations,
  type UnassigningOrganization,
  unusedSeats,
} from './unused-seat.queries.js';

/** Takes per-user seats back that were not used for as many days as the policy of their organization says. */
@Injectable()
export class UnusedSeatService implements OnModuleInit, OnApplicationShutdown {
  private readonly looking = new PeriodicTask(
    (signal) => this.unassignUnused(signal),
    3_600_000,
    (error) => this.log.warn({ err: error }, 'Unused per-user seats could not be taken back; next try in an hour'),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licensedUsers: LicensedUserService,
    private readonly notices: AssignmentNotices,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.looking.startBy(this.clock);
  }

  onApplicationShutdown(): void {
    // A database that is away does not keep the server from stopping.
    void this.looking.stop();
  }

  private async unassignUnused(signal: AbortSignal): Promise<void> {
    for (const each of await unassigningOrganizations(this.dataSource.manager, rememberedDays(this.settings))) {
      if (signal.aborted) return;
      // Check-outs do not wait for locks that nothing is done under.
      const { length } = await unusedSeats(this.dataSource.manager, each.organizationId);
      if (length > 0) await this.unassignAll(each, signal);
    }
  }

  private async unassignAll(from: UnassigningOrganization, signal: AbortSignal): Promise<void> {
    let taken: number;
    do {
      taken = await this.unassign(from);
    } while (taken === maxAtOnce && !signal.aborted);
  }

  /** @returns how many seats were taken back */
  private async unassign(from: UnassigningOrganization): Promise<number> {
    const { organizationId, days } = from;
    return this.dataSource.transaction(async (manager) => {
      await lockPools(manager, organizationId);
      // Someone may have begun to work since, or another server was faster.
      const seats = await unusedSeats(manager, organizationId);
      for (const { userId, product, model } of seats) {
        const by = { actor: server, policy: 'unassignAfterDays', days };
        await this.licensedUsers.unassignIn(manager, by, { organizationId, product, model }, userId);
      }
      await this.notices.unassigned(manager, from, seats);
      return seats.length;
    });
  }
}
