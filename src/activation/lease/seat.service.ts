import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { type PageQuery, pageOfRows } from '../../http/paging.js';
import { type Feature } from '../../license/file/license-file.js';
import { expiryWarning, type Grant } from '../../license/file/grants.js';
import { LicenseService } from '../../license/license.service.js';
import { type Model, type Product } from '../../license/file/product.js';
import {
  type OnlineLicensePage,
  type OnlineLicenseQuery,
  type OnlineLicenseView,
  type SubscriptionView,
} from './dto/lease.js';

interface PoolRow {
  organizationId: number;
  product: Product;
  model: Model;
  quota: number;
  online: number;
  taken: number;
  offline: number;
  held: number;
  heldUntil: Date | null;
  machineQuota: number | null;
  machines: number;
}

/** Seats of one pool, and how many of them are not available. */
export interface Occupancy {
  organizationId: number;
  organization: string;
  product: Product;
  model: Model;
  quota: number;
  /** In use now, or assigned or bound to a machine that could use them now, or out as offline licenses. */
  inUse: number;
}

/** What an organization has, and who holds it. */
@Injectable()
export class SeatService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
    private readonly clock: Clock,
  ) {}

  async subscriptions(organizationId: number): Promise<SubscriptionView[]> {
    const at = await this.licenses.newestTime();
    const pools = await this.pools([organizationId]);
    return pools.flatMap(
      ({ product, model, quota, online, taken, offline, held, heldUntil, machineQuota, machines }) => {
        const grant = this.licenses.grant(product, model, at);
        if (!grant || quota + online === 0) return [];
        return {
          product,
          model,
          subscribed: quota,
          available: Math.max(0, quota - taken - offline - held),
          online,
          offline,
          held,
          heldUntil,
          machineQuota,
          machines,
          expiry: grant.expiresAt,
          endsAt: grant.endsAt,
          features: grant.features.map((feature) => feature.key),
          warning: expiryWarning(grant, at) ?? null,
          maxLeaseMinutes: grant.bounds.maxLeaseMinutes,
          maxOveragePercent: grant.bounds.maxOveragePercent,
          offlineMaxDays: grant.bounds.offlineMaxDays,
          freeOnReleaseMinutes: grant.bounds.freeOnReleaseMinutes,
        };
      },
    );
  }

  /** Of all organizations, without the pools that have nothing. */
  async occupancies(): Promise<Occupancy[]> {
    const names = await this.dataSource.query<{ id: number; name: string }[]>('SELECT id, name FROM organization');
    const nameOf = new Map(names.map(({ id, name }) => [id, name]));
    const pools = await this.pools(undefined);
    return pools
      .map(({ organizationId, product, model, quota, taken, offline, held }) => {
        return {
          organizationId,
          organization: nameOf.get(organizationId) ?? '',
          product,
          model,
          quota,
          inUse: taken + offline + held,
        };
      })
      .filter(({ quota, inUse }) => quota + inUse > 0);
  }

  /** Features of all seats that the organizations have. */
  async features(organizationIds: readonly number[]): Promise<Feature[]> {
    const grants = await this.grantsOf(organizationIds, undefined);
    return [...new Map(grants.flatMap((grant) => grant.features.map((feature) => [feature.key, feature]))).values()];
  }

  /** When the last license of a product expires or expired; undefined: the organizations have none. */
  async expiry(organizationIds: readonly number[], product: Product): Promise<Date | undefined> {
    const ends = (await this.grantsOf(organizationIds, product)).map((grant) => grant.expiresAt.getTime());
    if (ends.length > 0) return new Date(Math.max(...ends));
    if (organizationIds.length === 0) return undefined;
    // An expired license grants seats to no organization, so its end stands for all of them.
    const last = this.licenses.lastExpiry(product);
    return last && last <= (await this.licenses.newestTime()) ? last : undefined;
  }

  /** The organizations among these that have seats of a product. */
  async withSeats(organizationIds: readonly number[], product: Product): Promise<Set<number>> {
    const pools = await this.pools(organizationIds);
    return new Set(
      pools.filter((pool) => pool.product === product && pool.quota > 0).map((pool) => pool.organizationId),
    );
  }

  async online(organizationId: number, query: OnlineLicenseQuery): Promise<OnlineLicensePage> {
    return this.leases(query, organizationId, null, query.jobId);
  }

  /** What a user holds, in all organizations. */
  async ofUser(userId: number, query: OnlineLicenseQuery): Promise<OnlineLicensePage> {
    return this.leases(query, null, userId, query.jobId);
  }

  private leases(
    query: PageQuery,
    organizationId: number | null,
    userId: number | null,
    jobId: string | undefined,
  ): Promise<OnlineLicensePage> {
    return pageOfRows<OnlineLicenseView>(
      this.dataSource.manager,
      {
        select: `l.id, l.organization_id AS "organizationId", l.product, p.model, l.user_id AS "userId", u.email,
                 u.first_name AS "firstName", u.last_name AS "lastName", l.machine_id AS "machineId", l.fingerprint, l.hostname, l.session_id AS "sessionId", l.job_id AS "jobId",
                 l.version, l.started_at AS "startedAt", l.renewed_at AS "renewedAt", l.expires_at AS "expiresAt"`,
        from: `lease l JOIN seat_pool p ON p.id = l.pool_id JOIN user_account u ON u.id = l.user_id
               WHERE ${organizationId === null ? '$1::bigint IS NULL AND l.user_id = $4' : 'l.organization_id = $1 AND $4::bigint IS NULL'}
                 AND l.expires_at > server_now($2) AND ($5::text IS NULL OR l.job_id = $5)
                 AND ($3::text IS NULL OR
                      strpos(fold_case(concat_ws(' ', u.first_name, u.last_name, u.email, l.hostname, l.machine_id, l.fingerprint,
                                             l.session_id, l.job_id)), fold_case($3)) > 0)`,
        parameters: [organizationId, this.clock.offsetMillis, query.search ?? null, userId, jobId ?? null],
        tieBreaker: 'l.number',
      },
      query,
      {
        startedAt: 'l.started_at',
        renewedAt: 'l.renewed_at',
        expiresAt: 'l.expires_at',
        email: 'u.email',
        hostname: 'l.hostname',
        product: 'l.product',
        jobId: 'l.job_id',
      },
    );
  }

  private async grantsOf(organizationIds: readonly number[], product: Product | undefined): Promise<Grant[]> {
    const at = await this.licenses.newestTime();
    const pools = (await this.pools(organizationIds)).filter((pool) => pool.quota > 0);
    return pools
      .filter((pool) => product === undefined || pool.product === product)
      .flatMap((pool) => this.licenses.grant(pool.product, pool.model, at) ?? []);
  }

  /** @param organizationIds undefined: all */
  private async pools(organizationIds: readonly number[] | undefined): Promise<PoolRow[]> {
    return this.dataSource.query<PoolRow[]>(
      `SELECT organization_id AS "organizationId", product, model, quota, online, machine_quota AS "machineQuota",
              (SELECT count(*)::int FROM machine WHERE pool_id = p.id) AS machines,
              CASE model WHEN 'floating' THEN online
                         WHEN 'per-user' THEN (SELECT count(*) FROM licensed_user WHERE pool_id = p.id)
                         ELSE (SELECT count(*) FROM machine WHERE pool_id = p.id) END AS taken,
              offline, out.seats - offline AS held,
              (SELECT min(expires_at) FROM seat_charge
                WHERE pool_id = p.id AND kind = 'session' AND expires_at > server_now($2)) AS "heldUntil"
         FROM seat_pool p,
              LATERAL (SELECT count(*) AS online FROM lease l
                        WHERE l.pool_id = p.id AND l.expires_at > server_now($2)) AS live,
              LATERAL (SELECT count(DISTINCT seat) AS seats FROM charged_seat
                        WHERE pool_id = p.id AND expires_at > server_now($2)) AS out,
              LATERAL (SELECT count(DISTINCT machine_id) AS offline FROM offline_license
                        WHERE pool_id = p.id AND expires_at > server_now($2)) AS files
        WHERE $1::bigint[] IS NULL OR organization_id = ANY($1) ORDER BY product DESC, model DESC`,
      [organizationIds ?? null, this.clock.offsetMillis],
    );
  }
}
