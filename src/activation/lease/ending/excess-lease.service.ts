import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../../../access/actor.js';
import { AuditService } from '../../../audit/audit.service.js';
import { type ExcessSession, SeatDivisionService } from '../../../license/pool/seat-division.service.js';
import { fixedSeats } from '../../../license/pool/seats-out.queries.js';
import { endLeases } from '../../seat/end-leases.js';
import { withIds } from '../../seat/end-leases.queries.js';
import { excessLeases } from '../../seat/excess-leases.js';
import { liveLeases } from './excess-lease.queries.js';

/** Ends the sessions for which there are no seats any more: their clients learn it when they renew. */
@Injectable()
export class ExcessLeaseService {
  constructor(
    division: SeatDivisionService,
    private readonly audit: AuditService,
  ) {
    division.whenSeatsAreTooFew((manager, actor, keep) => this.end(manager, actor, keep));
  }

  private async end(manager: EntityManager, actor: Actor, keep: ReadonlyMap<number, number>): Promise<ExcessSession[]> {
    const poolIds = [...keep.keys()];
    const leases = await liveLeases(manager, poolIds);
    const excess = excessLeases(keep, await fixedSeats(manager, poolIds), leases);
    if (excess.length === 0) return [];
    const where = withIds(excess.map(({ id }) => id));
    return endLeases(manager, this.audit, { reason: 'quota-reduced', ender: actor, where });
  }
}
