import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { server } from '../../access/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { type GrantPart, partOf } from '../../license/file/grants.js';
import { LicenseService } from '../../license/license.service.js';
import { endLeases } from '../seat/end-leases.js';
import { NoOfflineSeatError } from '../seat/seat-errors.js';
import { keptFrom, reservationsIn } from '../seat/seat-reservation.js';
import { isDead, databaseNow, type OfflinePool, type OfflineSeat, poolsFor } from './offline-license.queries.js';

/** A pool that an offline license may come from, and the entitlement that its next one takes a seat of. */
interface AllowedPool extends OfflinePool {
  part: GrantPart;
  /** Whether the entitlements have seats left for offline licenses. */
  isLeft: boolean;
}

/** Finds seats for machines without a network. */
@Injectable()
export class OfflineSeatService {
  constructor(
    private readonly licenses: LicenseService,
    private readonly audit: AuditService,
  ) {}

  /**
   * The seat that a machine gets: the one it has, else a free one that is not reserved, from an entitlement that allows
   * it and, if possible, lasts long enough. The locks of the pools are held.
   *
   * @param now by which licenses are in force
   * @param end of the offline license
   * @throws NoOfflineSeatError
   */
  async choose(manager: EntityManager, seat: OfflineSeat, now: Date, end: Date): Promise<AllowedPool> {
    // One moment for all that is counted: what is dead at it takes no seat, and uses no reservation.
    const moment = await databaseNow(manager);
    // What is dead gives its seat back for good: a renewal of it may be under way, and would bring it back to life.
    const where = isDead(seat, moment);
    await endLeases(manager, this.audit, { reason: 'expired', ender: server, where });
    const allowed = this.allowed(seat, await poolsFor(manager, seat, moment), now);
    const held = allowed.find((pool) => pool.held);
    if (held) return held;
    if (allowed.length === 0) throw new NoOfflineSeatError(seat.product, 'not-allowed');
    const free = allowed.filter((pool) => pool.room && pool.isLeft && pool.taken + pool.offline < pool.quota);
    const open = await unreserved(manager, free, moment);
    const chosen = open.find(({ part }) => end <= part.expiresAt) ?? open[0];
    if (chosen) return chosen;
    const isShareUsed = allowed.every(({ isLeft }) => !isLeft);
    throw new NoOfflineSeatError(seat.product, isShareUsed ? 'share-used' : free.length > 0 ? 'reserved' : 'none-free');
  }

  /** The pools whose entitlements allow offline licenses. */
  private allowed({ product }: OfflineSeat, pools: readonly OfflinePool[], now: Date): AllowedPool[] {
    return pools.flatMap((pool) => {
      const parts = this.licenses
        .parts(product, pool.model, now)
        .filter(({ offline }) => offline)
        .map((each) => ({ ...each, quantity: each.offlineSeats }));
      const seats = parts.reduce((sum, { quantity }) => sum + quantity, 0);
      const part = partOf(parts, pool.before);
      return part && pool.quota > 0 ? [{ ...pool, part, isLeft: pool.before < seats }] : [];
    });
  }
}

/** Of these pools, those with a seat that is reserved for no user. */
async function unreserved(manager: EntityManager, pools: readonly AllowedPool[], moment: Date): Promise<AllowedPool[]> {
  const ids = pools.map(({ id }) => id);
  const reservationsOf = await reservationsIn(manager, ids, moment);
  return pools.filter(({ id, quota, taken, offline }) => {
    const { reservations, held } = reservationsOf(id);
    return quota - taken - offline > keptFrom(null, reservations, held);
  });
}
