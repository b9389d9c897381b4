import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { AuditService } from '../../audit/audit.service.js';
import { SeatJournal } from '../../backup/journal/seat-journal.service.js';
import { endLeases } from '../seat/end-leases.js';
import { holder } from '../seat/lease-end.js';
import { freeHeldSeat, heldUntil, isBorrowedWith } from './borrowed-seat.queries.js';
import { LeaseReleaseService } from './ending/lease-release.service.js';
import { successorOf } from './token/lease-token-sign-in.queries.js';
import { type NativeClaims } from './token/lease-token.service.js';

/**
 * Takes borrowed seats back. The token works without the server, so the seat is free early only if its holder returns the token, which
 * the server then no longer accepts.
 */
@Injectable()
export class BorrowedSeatService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly releases: LeaseReleaseService,
    private readonly journal: SeatJournal,
  ) {}

  /**
   * Gives a seat back, borrowed or not, also one that Runtime Engine has taken over. One that is gone already is given back.
   *
   * @param claims of the token that came with it, which is of this lease
   * @returns until when the seat is not free, for it was borrowed and its token did not come; undefined: it is free
   */
  async release(caller: Caller, id: string, claims: NativeClaims | undefined): Promise<Date | undefined> {
    if (claims?.borrowedUntil !== undefined && (await this.surrender(caller, id, claims.borrowedUntil)))
      return undefined;
    const released = await this.releases.release(caller, id);
    if (released) return released.heldUntil;
    const lease = { id, userId: caller.id };
    const successor = await successorOf(this.dataSource, lease);
    if (!successor) return heldUntil(this.dataSource, lease);
    await this.releases.release(caller, successor);
    return undefined;
  }

  /** @returns whether the seat was the caller's, and is free now */
  private async surrender(caller: Caller, id: string, borrowedUntil: number): Promise<boolean> {
    const token = { id, userId: caller.id, borrowedUntil };
    const isFreed = await this.dataSource.transaction(async (manager) => {
      const where = isBorrowedWith(token);
      const lease = { ender: holder(caller), where, isSurrendered: true };
      if ((await endLeases(manager, this.audit, { reason: 'returned', ...lease })).length > 0) return true;
      const freed = await freeHeldSeat(manager, token);
      if (!freed) return false;
      const { organizationId, product, machineId, expiresAt } = freed;
      await this.audit.record(manager, caller, {
        action: 'borrowed-seat.returned',
        organizationId,
        targetType: 'lease',
        targetId: id,
        details: { product, machineId, borrowedUntil: expiresAt },
      });
      return true;
    });
    if (isFreed) await this.journal.returned(id, borrowedUntil);
    return isFreed;
  }
}
