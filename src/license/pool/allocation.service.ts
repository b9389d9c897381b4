import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { sessionsEnded } from '../../audit/sessions-ended.js';
import { checkVersion, versionOf } from '../../audit/settings-version.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { InvalidRequestError } from '../../http/validation/validation.js';
import { type Allocation, type AllocationView } from '../dto/allocation.js';
import { grantAt } from '../file/grants.js';
import { lockInstallation } from '../../database/locks.js';
import { AllocationExceededError } from '../license.errors.js';
import { LicenseService } from '../license.service.js';
import { allocationBefore, allocationsOf } from './allocation.queries.js';
import { lockDivision } from './lock-pools.queries.js';
import { type Licensed } from './seat-division.js';
import { type ExcessSession, SeatDivisionService } from './seat-division.service.js';
import { SeatPool } from './seat-pool.entity.js';

/** A share, and what it was before. */
interface ChangedAllocation extends Allocation {
  from: number | null;
}

/** What an administrator has changed of an organization's shares, and the sessions that ended for it. */
interface AllocationChange {
  organizationId: number;
  changed: readonly ChangedAllocation[];
  ended: readonly ExcessSession[];
}

/** The shares of the licensed seats that administrators give to organizations. */
@Injectable()
export class AllocationService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly division: SeatDivisionService,
    private readonly audit: AuditService,
  ) {}

  /** What each product and model grants in total, and what of it an organization has. */
  async allocations(organizationId: number): Promise<AllocationView[]> {
    const { manager } = this.dataSource;
    const at = await this.licenses.newestTime();
    const version = await versionOf(manager, { kind: 'allocations', organizationId });
    const rows = await allocationsOf(manager, organizationId);
    if (rows.length === 0) throw new NotFoundError('The organization');
    return rows.map((row) => ({
      ...row,
      granted: this.licenses.grant(row.product, row.model, at)?.quantity ?? 0,
      version,
    }));
  }

  /**
   * Gives an organization its share of the seats; what is not named stays. Sessions beyond a smaller share end, those that
   * were granted last first.
   *
   * @throws InvalidRequestError when a share is named twice
   * @throws StaleVersionError
   * @throws AllocationExceededError
   * @throws NotFoundError
   */
  async allocate(actor: Actor, organizationId: number, wanted: readonly Allocation[]): Promise<AllocationView[]> {
    if (new Set(wanted.map(({ product, model }) => `${product} ${model}`)).size < wanted.length) {
      throw new InvalidRequestError([{ field: 'body', message: 'each product and model can be named once' }]);
    }
    await this.dataSource.transaction(async (manager) => {
      // Two administrators at the same moment: the second one sees what the first one has given away.
      await lockInstallation(manager);
      // In the order of check-outs, whatever the order of the wishes.
      await lockDivision(manager, organizationId);
      for (const { version } of wanted) await checkVersion(manager, { kind: 'allocations', organizationId }, version);
      const licensed = await this.licenses.load(manager);
      const changed: ChangedAllocation[] = [];
      for (const allocation of wanted) {
        changed.push(await this.give(manager, organizationId, allocation, licensed));
      }
      const ended = await this.division.reallocate(manager, actor);
      await this.record(manager, actor, { organizationId, changed, ended });
    });
    return this.allocations(organizationId);
  }

  private async give(
    manager: EntityManager,
    organizationId: number,
    allocation: Allocation,
    { claims, at }: Licensed,
  ): Promise<ChangedAllocation> {
    const { product, model, quantity } = allocation;
    const pool = await allocationBefore(manager, organizationId, product, model);
    if (!pool) throw new NotFoundError('The organization');
    const granted = grantAt(claims, product, model, at)?.quantity ?? 0;
    if ((quantity ?? 0) > Math.max(0, granted - pool.others)) {
      throw new AllocationExceededError(product, model, granted, pool.others);
    }
    await manager.update(SeatPool, { id: pool.id }, { allocation: quantity });
    return { product, model, quantity, from: pool.before };
  }

  private async record(
    manager: EntityManager,
    actor: Actor,
    { organizationId, changed, ended }: AllocationChange,
  ): Promise<void> {
    const pools = await manager.find(SeatPool, {
      select: { id: true, product: true, model: true },
      where: { id: In(ended.map(({ poolId }) => poolId)) },
    });
    for (const { product, model, from, quantity } of changed) {
      // Also those of other organizations that have made room.
      const ids = pools.filter((pool) => pool.product === product && pool.model === model).map(({ id }) => id);
      const sessions = ended.filter(({ poolId }) => ids.includes(poolId)).length;
      await this.audit.record(manager, actor, {
        action: 'allocation.changed',
        organizationId,
        targetType: 'organization',
        targetId: organizationId,
        details: { product, model, from, to: quantity, ...sessionsEnded(sessions) },
      });
    }
  }
}
