import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { sessionsEnded } from '../../audit/sessions-ended.js';
import { type Caller } from '../../access/caller.js';
import { Clock } from '../../clock/clock.js';
import { NotFoundError } from '../../errors/domain-error.js';
import { type PageQuery, pageOfRows } from '../../http/paging.js';
import { lockPools } from '../../license/pool/lock-pools.js';
import { type DenialPage, type DenialView } from './dto/denial.js';
import { type MachinePage, type MachineTransfer, type MachineView } from './dto/machine.js';
import { endLeases } from '../seat/end-leases.js';
import { hasPlaceBeside, isOnMachine, transferPlaces, unregister } from './machine.queries.js';
import { checkMachineId, checkMachineIdBinds } from '../seat/machine-id.js';
import { MachineRegisteredError } from '../seat/seat-errors.js';

/** The machines that hold node-locked seats or count for a machine quota, and those that were refused. */
@Injectable()
export class MachineService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async list(organizationId: number, query: PageQuery): Promise<MachinePage> {
    return pageOfRows<MachineView>(
      this.dataSource.manager,
      {
        select: `m.machine_id AS "machineId", p.product, p.model, m.hostname, u.email AS "registeredBy", m.registered_at AS "registeredAt",
                 EXISTS (SELECT FROM lease l
                          WHERE l.pool_id = p.id AND coalesce(l.fingerprint, l.machine_id) = m.machine_id
                            AND l.expires_at > server_now($2)) AS online`,
        from: `machine m JOIN seat_pool p ON p.id = m.pool_id LEFT JOIN user_account u ON u.id = m.user_id
               WHERE p.organization_id = $1
                 AND ($3::text IS NULL OR strpos(fold_case(concat_ws(' ', m.machine_id, m.hostname, u.email)), fold_case($3)) > 0)`,
        parameters: [organizationId, this.clock.offsetMillis, query.search ?? null],
        tieBreaker: 'm.machine_id, p.id',
      },
      query,
      {
        registeredAt: 'm.registered_at',
        machineId: 'm.machine_id',
        hostname: 'm.hostname',
        registeredBy: 'u.email',
        product: 'p.product',
      },
    );
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

  async denials(organizationId: number, query: PageQuery): Promise<DenialPage> {
    return pageOfRows<DenialView>(
      this.dataSource.manager,
      {
        select: `d.id, d.occurred_at AS "occurredAt", d.product, d.code, u.email, d.machine_id AS "machineId", d.hostname,
                 d.session_id AS "sessionId"`,
        from: `denial d LEFT JOIN user_account u ON u.id = d.user_id
               WHERE d.organization_id = $1
                 AND ($2::text IS NULL OR strpos(fold_case(concat_ws(' ', u.email, d.machine_id, d.hostname, d.code)), fold_case($2)) > 0)`,
        parameters: [organizationId, query.search ?? null],
        tieBreaker: 'd.id DESC',
        sort: 'occurredAt,desc',
      },
      query,
      {
        occurredAt: 'd.occurred_at',
        email: 'u.email',
        code: 'd.code',
        product: 'd.product',
        machineId: 'd.machine_id',
      },
    );
  }
}
