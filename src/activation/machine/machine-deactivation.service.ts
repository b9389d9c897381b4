import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { type Role } from '../../access/role.js';
import { AuditService } from '../../audit/audit.service.js';
import { sessionsEnded } from '../../audit/sessions-ended.js';
import { lockPools } from '../../license/pool/lock-pools.queries.js';
import { MembershipService } from '../../organization/membership.service.js';
import { endLeases } from '../seat/end-leases.js';
import { type ClientPackage, productOf } from '../seat/seat-decision.js';
import { isOnOwnMachine, unbindOwn } from './machine.queries.js';

/** "Deactivate" in Studio. */
@Injectable()
export class MachineDeactivationService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Ends the caller's leases on a machine, and frees the node-locked seat it is bound to, if the caller bound it or administers
   * the organization.
   */
  async deactivate(
    caller: Caller,
    machineId: string,
    clientPackage: ClientPackage,
    organizationId: number | undefined,
  ): Promise<void> {
    const product = productOf(clientPackage);
    const machine = { machineId, product, userId: caller.id, organizationId };
    const roles = await this.memberships.of(caller.id);
    const all = [...roles.keys()];
    const administered = [...roles].filter(([, role]) => administers(role)).map(([id]) => id);
    await this.dataSource.transaction(async (manager) => {
      // Also where no session runs: one may be about to begin on the seat that the machine gives up here.
      await lockPools(manager, ...all);
      const where = isOnOwnMachine(machine);
      const ended = await endLeases(manager, this.audit, { reason: 'machine-deactivated', ender: caller, where });
      const unbound = await unbindOwn(manager, machine, { all, administered });
      await this.audit.record(
        manager,
        caller,
        ...unbound.map((row) => ({
          action: 'machine.unregistered',
          organizationId: row.organizationId,
          targetType: 'machine',
          targetId: machineId,
          details: {
            product,
            ...sessionsEnded(ended.filter((lease) => lease.organizationId === row.organizationId).length),
          },
        })),
      );
    });
  }
}

function administers(role: Role): boolean {
  return role === 'OWNER' || role === 'ADMIN';
}
