import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { GroupCommit, isItemError, type Outcome } from '../../concurrency/group-commit.js';
import { runHot } from '../../database/pipeline.js';
import { QueryLog } from '../../database/query-log.js';
import { type Model, type Product } from '../../license/file/product.js';
import { LeaseMetrics } from './lease-metrics.js';
import { leaseMinutesInSql } from '../seat/lease-policy.js';
import { productOf, type Session, takesFloatingOnly } from '../seat/seat-decision.js';
import { poolOf } from '../../database/pool-of.js';

interface RenewItem {
  id: string;
  userId: number;
}

/** A lease that was prolonged. */
export interface Renewed {
  id: string;
  userId: number;
  /** Milliseconds since 1970: quicker to read than a timestamp's text. */
  renewed: number;
  expires: number;
  renewalShare: number;
}

interface SessionItem extends Session {
  userId: number;
  organizationId: number | undefined;
}

/** A session's lease that was prolonged, with all that its client is told. */
export interface RenewedSession extends Renewed {
  clientRenewalShare: number;
  number: number;
  product: Product;
  organizationId: number;
  organizationName: string;
  model: Model;
  machineId: string;
  sessionId: string;
  quota: number;
  /** Seats of the pool, those of offline licenses included. */
  inUse: number;
}

const renewLeasesInSql = `UPDATE lease l
            -- Never shortened: its client may not hear of it, and the pool's earliest expiry is a lower bound.
            SET renewed_at = t.now,
                expires_at = greatest(l.expires_at, least(t.now + least(${leaseMinutesInSql}, p.max_lease_minutes) * interval '1 minute', p.ends_at))
           FROM unnest($1::uuid[], $2::bigint[]) AS w(id, user_id), server_now($3) AS t(now), seat_pool p, organization o,
                installation i
          WHERE l.id = w.id AND l.user_id = w.user_id AND p.id = l.pool_id AND o.id = l.organization_id
            AND l.expires_at > t.now
            AND p.ends_at > greatest(t.now, i.newest_time)
            -- A license has begun or ended since: whether there still is a seat is for the check-out to judge.
            AND i.quotas_valid_until > greatest(t.now, i.newest_time)
      RETURNING l.id, l.user_id AS "userId", floor(extract(epoch FROM l.renewed_at) * 1000)::bigint AS renewed,
                floor(extract(epoch FROM l.expires_at) * 1000)::bigint AS expires, o.renewal_share AS "renewalShare"`;

/** The leases are looked up first and by the index (OFFSET, LIMIT, MATERIALIZED), so that the kept plan suits a table of any size. */
const renewSessionsInSql = `
  WITH found AS MATERIALIZED (
    SELECT w.id, p.id AS pool_id, t.now, o.name, o.renewal_share, o.client_renewal_share, p.model, p.quota, p.in_use, w.hostname, w.version,
           least(t.now + least(${leaseMinutesInSql}, p.max_lease_minutes) * interval '1 minute', p.ends_at) AS expires_at
      FROM server_now($9) AS t(now),
           LATERAL (SELECT w.*, s.id, s.pool_id
                      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[],
                                  $8::text[])
                             AS w(user_id, product, machine_id, session_id, organization_id, model, hostname, version),
                           LATERAL (SELECT id, pool_id FROM lease
                                     WHERE user_id = w.user_id AND product = w.product AND machine_id = w.machine_id
                                       AND session_id = w.session_id
                                       AND organization_id = coalesce(w.organization_id, organization_id)
                                     ORDER BY number DESC LIMIT 1) AS s
                    OFFSET 0) AS w,
           seat_pool p, organization o, installation i
     WHERE p.id = w.pool_id AND o.id = p.organization_id AND p.model = coalesce(w.model, p.model)
       AND p.ends_at > greatest(t.now, i.newest_time) AND i.quotas_valid_until > greatest(t.now, i.newest_time)
       -- Rules about machines are for the check-out to judge by.
       AND o.allowed_machines = '{}' AND o.denied_machines = '{}')
  UPDATE lease l
     SET renewed_at = f.now, expires_at = greatest(l.expires_at, f.expires_at),
         hostname = coalesce(f.hostname, l.hostname), version = coalesce(f.version, l.version)
    FROM found f
   WHERE l.id = f.id AND l.expires_at > f.now
  RETURNING l.id, l.number, l.user_id AS "userId", l.product, l.machine_id AS "machineId", l.session_id AS "sessionId",
            l.organization_id AS "organizationId", f.model, f.name AS "organizationName",
            floor(extract(epoch FROM l.renewed_at) * 1000)::bigint AS renewed,
            floor(extract(epoch FROM l.expires_at) * 1000)::bigint AS expires, f.renewal_share AS "renewalShare",
            f.client_renewal_share AS "clientRenewalShare", f.quota,
            f.in_use + (SELECT count(DISTINCT o.seat) FROM charged_seat o
                         WHERE o.pool_id = f.pool_id AND o.expires_at > f.now)::int AS "inUse"`;

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
    private readonly clock: Clock,
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
    session: Session,
    userId: number,
    organizationId: number | undefined,
  ): Promise<RenewedSession | undefined> {
    return this.sessions.add({ ...session, userId, organizationId });
  }

  private async renewBatch(items: readonly RenewItem[]): Promise<Outcome<Renewed | undefined>[]> {
    const rows = await this.queryLog.timed(renewLeasesInSql, () =>
      runHot<Renewed>(this.pool, [
        renewLeasesInSql,
        [items.map(({ id }) => id), items.map(({ userId }) => userId), this.clock.offsetMillis],
      ]),
    );
    this.metrics.extended(rows.length);
    const renewed = new Map(rows.map((row) => [row.id, row]));
    return items.map(({ id, userId }) => {
      const row = renewed.get(id);
      return { result: row?.userId === userId ? row : undefined };
    });
  }

  private async renewSessionBatch(items: readonly SessionItem[]): Promise<Outcome<RenewedSession | undefined>[]> {
    const rows = await this.queryLog.timed(renewSessionsInSql, () =>
      runHot<RenewedSession>(this.pool, [
        renewSessionsInSql,
        [
          items.map(({ userId }) => userId),
          items.map(({ clientPackage }) => productOf(clientPackage)),
          items.map(({ machineId }) => machineId),
          items.map(({ sessionId }) => sessionId),
          items.map(({ organizationId }) => organizationId ?? null),
          items.map((item) => (takesFloatingOnly(item) ? 'floating' : null)),
          items.map(({ hostname }) => hostname),
          items.map(({ version }) => version),
          this.clock.offsetMillis,
        ],
      ]),
    );
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
}

function keyOf(
  { userId, product, machineId, sessionId }: Pick<RenewedSession, 'userId' | 'product' | 'machineId' | 'sessionId'>,
  organizationId: number | undefined,
): string {
  return JSON.stringify([userId, product, machineId, sessionId, organizationId]);
}
