import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { lockInstallation } from '../../database/locks.js';
import { type Actor, server } from '../../access/actor.js';
import { GroupCommit } from '../../concurrency/group-commit.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { Notifications } from '../../database/notifications.js';
import { LOG } from '../../log/log.module.js';
import { OrganizationService } from '../../organization/organization.service.js';
import { nextChangeAfter } from '../file/grants.js';
import { type LicenseFile } from '../file/license-file.js';
import { noteQuotas, noteTime } from '../installation.queries.js';
import { LicenseService } from '../license.service.js';
import { lockDivision } from './lock-pools.queries.js';
import { divideSeats, type Licensed, type PoolQuota, type SeatDivision } from './seat-division.js';
import { addPools, deleteOldCharges, poolShares, writeQuotas } from './seat-division.queries.js';
import { seatsOut } from './seats-out.queries.js';

/** Ends sessions until only this many seats of each pool are out. */
export type EndExcess = (
  manager: EntityManager,
  actor: Actor,
  keep: ReadonlyMap<number, number>,
) => Promise<ExcessSession[]>;

/** A session that has ended, because its pool had too many. */
export interface ExcessSession {
  poolId: number;
}

/**
 * The division of the licensed seats among the organizations. The quotas are computed from the signed files and written to the seat
 * pools, with the time until which they are right.
 */
@Injectable()
export class SeatDivisionService implements OnModuleInit, OnApplicationShutdown {
  private readonly onExcess: EndExcess[] = [];
  private readonly ticking = new PeriodicTask(
    () => this.tick(),
    60_000,
    (error) => this.log.warn({ err: error }, 'The licenses could not be checked; next try in a minute'),
  );

  /** A burst of messages is one division, and one more for what arrived while that was under way. */
  private readonly returns = new GroupCommit<void, void>(
    async (messages) => {
      await this.divideAfterReturns();
      return messages.map(() => ({ result: undefined }));
    },
    () => false,
    Infinity,
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    notifications: Notifications,
    organizations: OrganizationService,
    @Inject(LOG) private readonly log: Logger,
  ) {
    organizations.whenCreated(async (manager, organizationId) => {
      await addPools(manager, organizationId);
      await this.reallocate(manager);
    });
    organizations.whenDeleted(async (manager) => {
      await this.reallocate(manager);
    });
    // A seat that was out beyond its organization's share has returned.
    notifications.on('seats_returned', () => void this.returns.add());
  }

  async onModuleInit(): Promise<void> {
    // Whatever was written into the pools by hand, the signed files decide.
    await this.dataSource.transaction((manager) => this.reallocate(manager));
    this.ticking.start();
  }

  onApplicationShutdown(): void {
    // A database that is away does not keep the server from stopping.
    void this.ticking.stop();
  }

  /** Registers what ends the sessions for which there are no seats any more, in the transaction that takes the seats away. */
  whenSeatsAreTooFew(action: EndExcess): void {
    this.onExcess.push(action);
  }

  /**
   * Recomputes every pool's quota from the signed files and the allocations: after each change of either, and when
   * the time has come that a license begins or ends. Sessions for which there are no seats any more end.
   *
   * @param actor by whose hand sessions end
   * @returns those that ended
   */
  async reallocate(manager: EntityManager, actor: Actor = server): Promise<ExcessSession[]> {
    await lockInstallation(manager);
    await lockDivision(manager);
    const licensed = await this.licenses.load(manager);
    const { claims, at } = licensed;
    let division = await this.divideAll(manager, licensed);
    await this.writeQuotas(manager, division.quotas);
    const ended: ExcessSession[] = [];
    if (division.keep.size > 0) {
      for (const action of this.onExcess) ended.push(...(await action(manager, actor, division.keep)));
      division = await this.divideAll(manager, licensed);
      await this.writeQuotas(manager, division.quotas);
    }
    const next = Math.min(
      nextChangeAfter(claims, at)?.getTime() ?? Infinity,
      // Not more often than every few seconds.
      Math.max(division.firstReturn, at.getTime() + 5000),
    );
    await noteQuotas(manager, at, Number.isFinite(next) ? new Date(next) : undefined);
    return ended;
  }

  /** How many seats in use would be too many if the file were installed. */
  async excessWith({ file, at }: { file: LicenseFile; at: Date }): Promise<number> {
    const { manager } = this.dataSource;
    const claims = this.licenses.claims.filter(({ jti }) => jti !== file.claims.jti);
    return (await this.divideAll(manager, { claims: [...claims, file.claims], at })).excess;
  }

  private async divideAfterReturns(): Promise<void> {
    // The start divides the seats itself, once the licenses can be verified.
    if (!this.licenses.canVerify) return;
    try {
      await this.dataSource.transaction((manager) => this.reallocate(manager));
    } catch (error) {
      this.log.warn({ err: error }, 'The seats could not be divided again; next try when one expires');
    }
  }

  private async divideAll(manager: EntityManager, licensed: Licensed): Promise<SeatDivision> {
    const out = await seatsOut(manager);
    return divideSeats(licensed, await poolShares(manager), out);
  }

  private async writeQuotas(manager: EntityManager, quotas: readonly PoolQuota[]): Promise<void> {
    await writeQuotas(manager, quotas);
    await deleteOldCharges(manager);
  }

  /** Every minute: remembers the time, and follows it when a license begins or ends. */
  private async tick(): Promise<void> {
    const isDue = await noteTime(this.dataSource.manager);
    if (isDue) await this.dataSource.transaction((manager) => this.reallocate(manager));
  }
}
