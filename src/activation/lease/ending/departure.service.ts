import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../../../access/actor.js';
import { AuditService } from '../../../audit/audit.service.js';
import { LicensedUserService } from '../../../license/licensed-user.service.js';
import { lockDivision } from '../../../license/pool/lock-pools.queries.js';
import { OrganizationService } from '../../../organization/organization.service.js';
import { endLeases } from '../../seat/end-leases.js';
import { noEnder } from '../../seat/lease-end.js';
import { SeatsInUseError } from '../../seat/seat-errors.js';
import { holdersIn, isOfOrganization, isOfSeat, isOfUser } from './lease-release.queries.js';

/** A user that may hold no more seats, everywhere or in one organization. */
export interface Departure {
  reason: 'member-removed' | 'user-disabled';
  userId: number;
  organizationId?: number;
}

/** Ends sessions whose user, assigned seat or organization goes, in the transaction in which that happens. */
@Injectable()
export class DepartureService {
  constructor(
    private readonly audit: AuditService,
    licensedUsers: LicensedUserService,
    organizations: OrganizationService,
  ) {
    organizations.whenDeleting((manager, organizationId) => this.leave(manager, organizationId));
    licensedUsers.whenUnassigned(async (manager, actor, poolId, userId) => {
      const where = isOfSeat(poolId, userId);
      return (await endLeases(manager, this.audit, { reason: 'unassigned', ender: actor, where })).length;
    });
  }

  /**
   * Ends what a user holds; the code that removes or disables them does it in the same transaction, before touching the
   * membership.
   *
   * @returns how many sessions
   */
  async endAllOf(manager: EntityManager, actor: Actor, departure: Departure): Promise<number> {
    const { reason, userId, organizationId } = departure;
    const where = isOfUser(userId, organizationId);
    return (await endLeases(manager, this.audit, { reason, ender: actor, where })).length;
  }

  /** @throws SeatsInUseError */
  private async leave(manager: EntityManager, organizationId: number): Promise<void> {
    // Its seats are divided among the others right after.
    await lockDivision(manager, organizationId);
    const holders = await holdersIn(manager, organizationId);
    if (holders.length > 0) throw new SeatsInUseError(holders);
    const where = isOfOrganization(organizationId);
    await endLeases(manager, this.audit, { reason: 'expired', ender: noEnder, where });
  }
}
