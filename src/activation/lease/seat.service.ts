import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, In } from 'typeorm';
import { SharedReads } from '../../concurrency/shared-reads.js';
import { pageOfRows, type RowQuery } from '../../http/paging.js';
import { type Feature } from '../../license/file/license-file.js';
import { expiryWarning, type Grant } from '../../license/file/grants.js';
import { LicenseService } from '../../license/license.service.js';
import { type Model, type Product } from '../../license/file/product.js';
import { Organization } from '../../organization/organization.entity.js';
import {
  type OnlineLicensePage,
  type OnlineLicenseQuery,
  type OnlineLicenseView,
  type SubscriptionView,
} from './dto/lease.js';
import { leasesInOrganization, leasesOfUser, type PoolRow, poolsIn, sortableLeases } from './seat.queries.js';

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
  /** Every open console asks for these again when seats change hands. */
  private readonly subscriptionReads = new SharedReads<SubscriptionView[]>();
  private readonly onlineReads = new SharedReads<OnlineLicensePage>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly licenses: LicenseService,
  ) {}

  subscriptions(organizationId: number): Promise<SubscriptionView[]> {
    return this.subscriptionReads.get(String(organizationId), () => this.readSubscriptions(organizationId));
  }

  private async readSubscriptions(organizationId: number): Promise<SubscriptionView[]> {
    const at = await this.licenses.newestTime();
    const pools = await this.pools([organizationId]);
    return pools.flatMap(({ quota, online, taken, offline, held, ...pool }) => {
      const { product, model, heldUntil, borrowed, borrowableUntil, machineQuota, machines } = pool;
      const grant = this.licenses.grant(product, model, at);
      if (!grant || quota + online === 0) return [];
      return {
        product,
        model,
        subscribed: quota,
        available: Math.max(0, quota - taken - offline - held),
        online,
        offline,
        borrowed,
        borrowableUntil,
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
        borrowMaxDays: grant.bounds.borrowMaxDays,
        freeOnReleaseMinutes: grant.bounds.freeOnReleaseMinutes,
      };
    });
  }

  /**
   * Without the pools that have nothing.
   *
   * @param organizationIds undefined: all
   */
  async occupancies(organizationIds?: readonly number[]): Promise<Occupancy[]> {
    const names = await this.dataSource.manager.find(Organization, {
      select: { id: true, name: true },
      where: organizationIds && { id: In([...organizationIds]) },
    });
    const nameOf = new Map(names.map(({ id, name }) => [id, name]));
    const pools = await this.pools(organizationIds);
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

  online(organizationId: number, query: OnlineLicenseQuery): Promise<OnlineLicensePage> {
    return this.onlineReads.get(JSON.stringify([organizationId, query]), () =>
      this.leases(leasesInOrganization(organizationId, query), query),
    );
  }

  /** What a user holds, in all organizations. */
  async ofUser(userId: number, query: OnlineLicenseQuery): Promise<OnlineLicensePage> {
    return this.leases(leasesOfUser(userId, query), query);
  }

  private leases(rows: RowQuery, query: OnlineLicenseQuery): Promise<OnlineLicensePage> {
    return pageOfRows<OnlineLicenseView>(this.dataSource.manager, rows, query, sortableLeases);
  }

  private async grantsOf(organizationIds: readonly number[], product: Product | undefined): Promise<Grant[]> {
    const at = await this.licenses.newestTime();
    const pools = (await this.pools(organizationIds)).filter((pool) => pool.quota > 0);
    return pools
      .filter((pool) => product === undefined || pool.product === product)
      .flatMap((pool) => this.licenses.grant(pool.product, pool.model, at) ?? []);
  }

  /** @param organizationIds undefined: all */
  private pools(organizationIds: readonly number[] | undefined): Promise<PoolRow[]> {
    return poolsIn(this.dataSource, organizationIds);
  }
}
