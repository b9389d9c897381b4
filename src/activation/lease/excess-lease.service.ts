import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { Clock } from '../../clock/clock.js';
import { type ExcessSession, SeatDivisionService } from '../../license/pool/seat-division.service.js';
import { fixedSeats, leaseSeat } from '../../license/pool/seats-out.js';
import { endLeases } from '../seat/end-leases.js';
import { withIds } from '../seat/end-leases.queries.js';
import { excessLeases, type LiveLease } from '../seat/excess-leases.js';

/** Ends the sessions for which there are no seats any more: their clients learn it when they renew. */
@Injectable()
export class ExcessLeaseService {
  constructor(
    division: SeatDivisionService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {
    division.whenSeatsAreTooFew((manager, actor, keep) => this.end(manager, actor, keep));
  }

  private async end(manager: EntityManager, actor: Actor, keep: ReadonlyMap<number, number>): Promise<ExcessSession[]> {
    const poolIds = [...keep.keys()];
    const { offsetMillis } = this.clock;
    const leases = await manager.query<LiveLease[]>(
      // Users and machines keep their places in the order in which they got them, as at a check-out after a cut.
      `SELECT l.id, l.pool_id AS "poolId", ${leaseSeat} AS seat
         FROM lease l JOIN seat_pool p ON p.id = l.pool_id
         LEFT JOIN licensed_user u ON p.model = 'per-user' AND u.pool_id = p.id AND u.user_id = l.user_id
         LEFT JOIN machine m ON p.model = 'node-locked' AND m.pool_id = p.id
                            AND m.machine_id = coalesce(l.fingerprint, l.machine_id)
        WHERE l.pool_id = ANY($1) AND l.expires_at > server_now($2)
        ORDER BY u.assigned_at, u.user_id, m.registered_at, m.machine_id, l.number`,
      [poolIds, offsetMillis],
    );
    const excess = excessLeases(keep, await fixedSeats(manager, poolIds, offsetMillis), leases);
    if (excess.length === 0) return [];
    const where = withIds(excess.map(({ id }) => id));
    return endLeases(manager, this.audit, { reason: 'quota-reduced', ender: actor, where });
  }
}
