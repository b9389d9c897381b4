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
      const condition = `l.organization_id = $1 AND coalesce(l.fingerprint, l.machine_id) = $2
        AND EXISTS (SELECT FROM machine m WHERE m.pool_id = l.pool_id AND m.machine_id = $2)`;
      const ended = await endLeases(manager, this.audit, 'machine-removed', caller, condition, [
        organizationId,
        machineId,
      ]);
      const [removed] = await manager.query<[{ product: string }[], number]>(
        `DELETE FROM machine m USING seat_pool p
          WHERE p.id = m.pool_id AND p.organization_id = $1 AND m.machine_id = $2 RETURNING p.product`,
        [organizationId, machineId],
      );
      if (removed.length === 0) throw new NotFoundError('The registered machine');
      await this.audit.record(manager, caller, {
        action: 'machine.unregistered',
        organizationId,
        targetType: 'machine',
        targetId: machineId,
        details: { products: removed.map(({ product }) => product), ...sessionsEnded(ended.length) },
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
      const from = `seat_pool p WHERE p.id = m.pool_id AND p.organization_id = $1 AND ($3::text IS NULL OR p.product = $3)`;
      const [taken] = await manager.query<unknown[]>(
        `SELECT FROM machine m, ${from} AND m.machine_id = $4
            AND EXISTS (SELECT FROM machine o WHERE o.pool_id = p.id AND o.machine_id = $2)`,
        [organizationId, machineId, product ?? null, to],
      );
      if (taken) throw new MachineRegisteredError();
      const condition = `l.organization_id = $1 AND coalesce(l.fingerprint, l.machine_id) = $2
        AND ($3::text IS NULL OR l.product = $3)
        AND EXISTS (SELECT FROM machine m WHERE m.pool_id = l.pool_id AND m.machine_id = $2)`;
      const parameters = [organizationId, machineId, product ?? null];
      const ended = await endLeases(manager, this.audit, 'transferred', caller, condition, parameters);
      const [moved] = await manager.query<[{ product: string; model: string }[], number]>(
        `UPDATE machine m SET machine_id = $4, hostname = $5, user_id = $6 FROM ${from} AND m.machine_id = $2
         RETURNING p.product, p.model`,
        [...parameters, to, hostname ?? null, caller.id],
      );
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
