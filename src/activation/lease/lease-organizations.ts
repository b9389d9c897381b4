import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { MembershipService } from '../../organization/membership.service.js';
import { NotAMemberError } from '../../organization/organization.errors.js';
import { recentOrganizations } from './lease.queries.js';
import { productOf, type SeatSession } from '../seat/seat-decision.js';

/** The organizations that a session can get its seat from. */
@Injectable()
export class LeaseOrganizations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: MembershipService,
  ) {}

  /** Where the session has its seat, then where the user was last, then the oldest organization. */
  async candidates(caller: Caller, { machineId, sessionId, clientPackage }: SeatSession): Promise<number[]> {
    const roles = await this.memberships.of(caller.id);
    // Nearly all users are members of one organization, and there is nothing to look up.
    if (roles.size < 2) return [...roles.keys()];
    const product = productOf(clientPackage);
    const recent = await recentOrganizations(this.dataSource, { userId: caller.id, product, machineId, sessionId });
    return [...new Set([recent?.current, recent?.last, ...roles.keys()])].filter(
      (id): id is number => typeof id === 'number' && roles.has(id),
    );
  }

  /** @throws NotAMemberError */
  async memberOf(caller: Caller, organizationId: number): Promise<number> {
    const role = await this.memberships.roleIn(organizationId, caller.id);
    if (!role) throw new NotAMemberError(organizationId);
    return organizationId;
  }
}
