import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { sessionsEnded } from '../../audit/sessions-ended.js';
import { type Caller } from '../../access/caller.js';
import { ReportDatabase } from '../../database/report/report-database.js';
import { inTurn } from '../../errors/item-error.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { cursorPageOfRows } from '../../http/cursor.js';
import { pageOfRows } from '../../http/paging.js';
import { lockPools } from '../../license/pool/lock-pools.queries.js';
import { Organization } from '../../organization/organization.entity.js';
import { type DenialPage, type DenialQuery, type DenialView } from './dto/denial.js';
import { type MachinePage, type MachineQuery, type MachineTransfer, type MachineView } from './dto/machine.js';
import { endLeases } from '../seat/end-leases.js';
import { type MachineResult } from '../seat/machines.js';
import { isMachineAllowed } from '../seat/seat-decision.js';
import {
  denialsOf,
  hasPlaceBeside,
  isOnMachine,
  machinesOf,
  sortableDenials,
  sortableMachines,
  transferPlaces,
  unregister,
} from './machine.queries.js';
import { checkMachineId, checkMachineIdBinds } from '../seat/machine-id.js';
import { MachineRegisteredError } from '../seat/seat-errors.js';

/** The machines that hold node-locked seats or count for a machine quota, and those that were refused. */
@Injectable()
export class MachineService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly reports: ReportDatabase,
  ) {}

  async list(organizationId: number, query: MachineQuery): Promise<MachinePage> {
    const { manager } = this.dataSource;
    const page = await pageOfRows<MachineView>(manager, machinesOf(organizationId, query), query, sortableMachines);
    const policy = await manager.findOneBy(Organization, { id: organizationId });
    for (const machine of page.content) {
      const { machineId, hostname } = machine;
      machine.denied = policy !== null && !isMachineAllowed(policy, { machineId, hostname, fingerprint: null });
    }
    return page;
  }

  /**
   * Frees the places of a machine; sessions on them end.
   *
   * @throws NotFoundError
   */
  async remove(caller: Caller, organizationId: number, machineId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await lockPools(manager, organizationId);
      const where = isOnMachine({ organizationId, machineId });
      const ended = await endLeases(manager, this.audit, { reason: 'machine-removed', ender: caller, where });
      const removed = await unregister(manager, organizationId, machineId);
      if (removed.length === 0) throw new NotFoundError('The registered machine');
      await this.audit.record(manager, caller, {
        action: 'machine.unregistered',
        organizationId,
        targetType: 'machine',
        targetId: machineId,
        details: { products: removed, ...sessionsEnded(ended.length) },
      });
    });
  }

  async removeSeveral(caller: Caller, organizationId: number, machineIds: readonly string[]): Promise<MachineResult[]> {
    const results = await inTurn(machineIds, (machineId) => this.remove(caller, organizationId, machineId));
    return results.map(({ key: machineId, error }) => ({ machineId, error }));
  }

  /**
   * Gives the node-locked seat of a machine, or its place in the machine quota, to another one. Sessions on it end.
   *
   * @throws NotFoundError
   * @throws MachineRegisteredError when the other one has a place of its own
   * @throws WildcardMachineIdError and what else {@link checkMachineId} has against the machine id
   * @throws SharedMachineIdError
   */
  async transfer(
    caller: Caller,
    organizationId: number,
    machineId: string,
    { to, product, hostname }: MachineTransfer,
  ): Promise<void> {
    checkMachineId(to, 'native');
    checkMachineIdBinds(to);
    await this.dataSource.transaction(async (manager) => {
      await lockPools(manager, organizationId);
      const machine = { organizationId, machineId, product };
      if (await hasPlaceBeside(manager, machine, to)) throw new MachineRegisteredError();
      const where = isOnMachine(machine);
      const ended = await endLeases(manager, this.audit, { reason: 'transferred', ender: caller, where });
      const moved = await transferPlaces(manager, machine, { to, hostname: hostname ?? null, userId: caller.id });
      if (moved.length === 0) throw new NotFoundError('The registered machine');
      await this.audit.record(manager, caller, {
        action: 'machine.transferred',
        organizationId,
        targetType: 'machine',
        targetId: machineId,
        details: { to, seats: moved, ...sessionsEnded(ended.length) },
      });
    });
  }

  async denials(organizationId: number, query: DenialQuery): Promise<DenialPage> {
    const rows = denialsOf(organizationId, query);
    return this.reports.read((manager) => cursorPageOfRows<DenialView>(manager, rows, query, sortableDenials));
  }
}
