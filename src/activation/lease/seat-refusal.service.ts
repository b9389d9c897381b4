import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../access/caller.js';
import { evaluationFeature } from '../../license/file/client-features.js';
import { LicenseService } from '../../license/license.service.js';
import { models, type Product } from '../../license/file/product.js';
import { type Denied } from './check-out/check-out-item.js';
import { LeaseReleaseService } from './lease-release.service.js';
import { passesByItself, productOf, type Session } from '../seat/seat-decision.js';
import { endingOf, type Holder, SeatDeniedError, type SeatsInUse } from '../seat/seat-errors.js';
import { staleWaiterMillis } from './seat-queue.js';

interface DeniedRow {
  name: string;
  seats: number;
  machineQuota: number | null;
  offline: number;
  heldTokens: number;
  availableAt: Date | null;
  waiting: number;
  recordedTime: Date;
  endsAt: Date | null;
}

/** Which seats a refusal is about. */
interface AskedSeats {
  organizationId: number;
  product: Product;
  floatingOnly: boolean;
  /** Only the user's own seat; null: everybody's. */
  own: number | null;
}

/** Finds the words for a refusal, with all that may help: who holds the seats, and when one can fall free. */
@Injectable()
export class SeatRefusalService {
  private readonly underWay = new Map<string, Promise<SeatsInUse>>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly releases: LeaseReleaseService,
    private readonly licenses: LicenseService,
  ) {}

  async of(
    denied: Denied,
    { clientPackage, machineId, sessionId }: Session,
    organizationId: number,
    caller: Caller,
  ): Promise<SeatDeniedError> {
    const { code, former } = denied;
    const product = productOf(clientPackage);
    const floatingOnly = clientPackage === 'FLOATING_ENGINE';
    const own = code === 'seat-used-elsewhere' ? caller.id : null;
    const asked = { organizationId, product, floatingOnly, own };
    const seats = await this.shared(JSON.stringify([code, asked]), () => this.seats(denied, asked));
    const ended = former
      ? endingOf(former)
      : await this.releases.lastEnding(caller, organizationId, product, machineId, sessionId);
    const ownHeld = seats.holders.filter(({ email }) => email === caller.email).length;
    return new SeatDeniedError(code, { ...seats, ownHeld, ended }, former);
  }

  /** Many are refused at once when a license ends: they share one look at the seats. */
  private shared(key: string, look: () => Promise<SeatsInUse>): Promise<SeatsInUse> {
    const underWay = this.underWay.get(key);
    if (underWay) return underWay;
    const looking = look().finally(() => this.underWay.delete(key));
    this.underWay.set(key, looking);
    return looking;
  }

  private async seats({ code, now }: Denied, asked: AskedSeats): Promise<SeatsInUse> {
    const { organizationId, product, floatingOnly, own } = asked;
    const [pools] = await this.dataSource.query<[DeniedRow]>(
      `WITH pool AS (SELECT p.*, least(o.over_quota_percent, p.max_overage_percent) AS over_quota_percent FROM seat_pool p JOIN organization o ON o.id = p.organization_id
                      WHERE p.organization_id = $1 AND p.product = $2
                        AND (p.model = 'floating' OR NOT $3 AND p.model = 'node-locked')),
            held AS (SELECT p.model, l.expires_at FROM lease l JOIN pool p ON p.id = l.pool_id WHERE l.expires_at > $4
                     UNION ALL
                     SELECT p.model, max(f.expires_at) FROM charged_seat f JOIN pool p ON p.id = f.pool_id
                      WHERE f.expires_at > $4 GROUP BY p.id, p.model, f.seat)
       SELECT o.name,
              (SELECT coalesce(sum(quota), 0)::int FROM pool) AS seats,
              (SELECT sum(machine_quota)::int FROM pool) AS "machineQuota",
              (SELECT count(DISTINCT (p.id, f.machine_id))::int FROM offline_license f JOIN pool p ON p.id = f.pool_id
                WHERE f.expires_at > $4) AS offline,
              (SELECT count(*)::int FROM seat_charge c JOIN pool p ON p.id = c.pool_id
                WHERE c.expires_at > $4 AND c.kind = 'session') AS "heldTokens",
              -- Beyond the quota more than one must go before a seat is free.
              (SELECT h.expires_at FROM held h WHERE h.model = 'floating' ORDER BY h.expires_at
               OFFSET (SELECT greatest(0, (SELECT count(*) FROM held WHERE model = 'floating')
                                          - quota - floor(quota * over_quota_percent / 100.0)) FROM pool
                        WHERE model = 'floating' AND quota > 0) LIMIT 1) AS "availableAt",
              (SELECT count(*)::int FROM seat_waiter s WHERE s.organization_id = $1 AND s.product = $2
                  AND s.seen_at > clock_timestamp() - $5 * interval '1 millisecond') AS waiting,
              (SELECT newest_time FROM installation) AS "recordedTime",
              (SELECT nullif(max(ends_at), '-infinity') FROM pool WHERE quota > 0) AS "endsAt"
         FROM organization o WHERE o.id = $1`,
      [organizationId, product, floatingOnly, now, staleWaiterMillis],
    );
    const known = {
      ...pools,
      product,
      organization: pools.name,
      now,
      isEvaluation: this.isEvaluation(product, now),
      isFollowedUp: models.some((model) => this.licenses.grant(product, model, now)?.isFollowedUp),
    };
    // Those who hold the other seats have nothing to do with a cap.
    if (!passesByItself(code) || code === 'cap-reached') return { ...known, holders: [], held: 0, availableAt: null };
    const holders = await this.holders(asked, now);
    const held = holders[0]?.count ?? 0;
    return {
      ...known,
      holders: holders.map(({ count: _, ...holder }) => holder),
      held,
      availableAt: own === null ? pools.availableAt : (holders[0]?.expiresAt ?? null),
    };
  }

  private isEvaluation(product: Product, now: Date): boolean {
    const features = models
      .flatMap((model) => this.licenses.parts(product, model, now))
      .flatMap((part) => part.features);
    return features.length > 0 && features.every(({ key }) => key === evaluationFeature);
  }

  private async holders(asked: AskedSeats, now: Date): Promise<(Holder & { count: number })[]> {
    const { organizationId, product, floatingOnly, own } = asked;
    return this.dataSource.query<(Holder & { count: number })[]>(
      // A node-locked seat is held by its machine: by who works there, or else who has activated it.
      `SELECT *, count(*) OVER ()::int AS count
         FROM (SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt"
                 FROM lease l JOIN user_account u ON u.id = l.user_id JOIN seat_pool p ON p.id = l.pool_id
                WHERE l.organization_id = $1 AND l.product = $2 AND l.expires_at > $3
                  AND (p.model = 'floating' AND $5::bigint IS NULL OR p.model = 'per-user' AND l.user_id = $5)
               UNION ALL
               SELECT coalesce(s.email, u.email), coalesce(s.hostname, m.hostname), m.machine_id,
                      coalesce(s.started_at, m.registered_at), NULL
                 FROM machine m JOIN seat_pool p ON p.id = m.pool_id LEFT JOIN user_account u ON u.id = m.user_id
                 LEFT JOIN (SELECT DISTINCT ON (l.pool_id, machine_id)
                                   l.pool_id, coalesce(l.fingerprint, l.machine_id) AS machine_id, e.email, l.hostname,
                                   l.started_at
                              FROM lease l JOIN user_account e ON e.id = l.user_id
                             WHERE l.organization_id = $1 AND l.product = $2 AND l.expires_at > $3
                             ORDER BY l.pool_id, machine_id, l.started_at) AS s USING (pool_id, machine_id)
                WHERE p.organization_id = $1 AND p.product = $2 AND p.model = 'node-locked'
                  AND NOT $4 AND $5::bigint IS NULL) AS held
        ORDER BY since, "machineId" LIMIT 100`,
      [organizationId, product, now, floatingOnly, own],
    );
  }
}
