import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool } from 'pg';
import { DataSource } from 'typeorm';
import { GroupCommit, isItemError, type Outcome } from '../../../concurrency/group-commit.js';
import { runHot } from '../../../database/pool/pipeline.js';
import { type Statement } from '../../../database/pool/preparing-client.js';
import { QueryLog } from '../../../database/query-log.js';
import { LeaseMetrics } from '../lease-metrics.js';
import {
  type Renewed,
  type RenewedSession,
  type RenewItem,
  renewLeases,
  renewSessions,
  type SessionItem,
} from './lease-renewal-statements.js';
import { productOf, type SeatSession } from '../../seat/seat-decision.js';
import { poolOf } from '../../../database/pool/pool-of.js';

/**
 * Prolongs leases that live. That takes no seat, so it needs no lock of a pool; what arrives at the same moment shares one
 * statement and its commit.
 */
@Injectable()
export class LeaseRenewalService {
  private readonly leases = new GroupCommit<RenewItem, Renewed | undefined>(
    (items) => this.renewBatch(items),
    isItemError,
    500,
    2,
    (items, seconds) => this.metrics.batch('renew', items, seconds),
  );
  private readonly sessions = new GroupCommit<SessionItem, RenewedSession | undefined>(
    (items) => this.renewSessionBatch(items),
    isItemError,
    200,
    2,
    (items, seconds) => this.metrics.batch('renew', items, seconds),
  );
  private readonly pool: Pool;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    private readonly metrics: LeaseMetrics,
    private readonly queryLog: QueryLog,
  ) {
    this.pool = poolOf(dataSource);
  }

  /** @returns undefined: it is no live lease of the user, or its license has ended */
  renew(id: string, userId: number): Promise<Renewed | undefined> {
    return this.leases.add({ id, userId });
  }

  /**
   * @param organizationId undefined: whichever the session has its seat from
   * @returns undefined: the session holds nothing live, or its organization has rules about machines, by which a check-out judges
   */
  renewSession(
    session: SeatSession,
    userId: number,
    organizationId: number | undefined,
  ): Promise<RenewedSession | undefined> {
    return this.sessions.add({ ...session, userId, organizationId });
  }

  private async renewBatch(items: readonly RenewItem[]): Promise<Outcome<Renewed | undefined>[]> {
    const rows = await this.run<Renewed>(renewLeases(items));
    this.metrics.extended(rows.length);
    const renewed = new Map(rows.map((row) => [row.id, row]));
    return items.map(({ id, userId }) => {
      const row = renewed.get(id);
      return { result: row?.userId === userId ? row : undefined };
    });
  }

  private async renewSessionBatch(items: readonly SessionItem[]): Promise<Outcome<RenewedSession | undefined>[]> {
    const rows = await this.run<RenewedSession>(renewSessions(items));
    this.metrics.extended(rows.length);
    const renewed = new Map(
      rows.flatMap((row) => [
        [keyOf(row, row.organizationId), row],
        [keyOf(row, undefined), row],
      ]),
    );
    return items.map((item) => ({
      result: renewed.get(keyOf({ ...item, product: productOf(item.clientPackage) }, item.organizationId)),
    }));
  }

  private run<Row>(statement: Statement): Promise<Row[]> {
    return this.queryLog.timed(statement[0], () => runHot<Row>(this.pool, statement));
  }
}

function keyOf(
  { userId, product, machineId, sessionId }: Pick<RenewedSession, 'userId' | 'product' | 'machineId' | 'sessionId'>,
  organizationId: number | undefined,
): string {
  return JSON.stringify([userId, product, machineId, sessionId, organizationId]);
}
