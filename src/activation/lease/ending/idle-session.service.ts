import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { server } from '../../../access/actor.js';
import { type Caller } from '../../../access/caller.js';
import { AuditService } from '../../../audit/audit.service.js';
import { endLeases } from '../../seat/end-leases.js';
import { LeaseEndedError } from '../../seat/seat-errors.js';
import { type ClientSessionKey, endingOfLease, isIdleTooLong, isOfSession, isOwn } from './lease-release.queries.js';

/** Ends sessions whose clients say that they have been idle for longer than their organization allows. */
@Injectable()
export class IdleSessionService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
  ) {}

  /**
   * Ends a lease that is about to be renewed.
   *
   * @throws LeaseEndedError when it has ended
   */
  async endIfIdle(caller: Caller, id: string, idleSeconds: number): Promise<void> {
    const lease = { id, userId: caller.id };
    const ended = await this.end(isOwn(lease), idleSeconds);
    if (ended > 0) throw new LeaseEndedError(await endingOfLease(this.dataSource, lease));
  }

  /** Ends a session that reports to be idle instead of renewing; it learns its end when it renews. */
  async endSession(caller: Caller, session: Omit<ClientSessionKey, 'userId'>, idleSeconds: number): Promise<void> {
    await this.end(isOfSession({ ...session, userId: caller.id }), idleSeconds);
  }

  private async end(which: Sql, idleSeconds: number): Promise<number> {
    const where = isIdleTooLong(which, idleSeconds);
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, { reason: 'idle', ender: server, where }),
    );
    return ended.length;
  }
}
