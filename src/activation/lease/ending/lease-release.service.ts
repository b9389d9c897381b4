import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Caller } from '../../../access/caller.js';
import { AuditService } from '../../../audit/audit.service.js';
import { GroupCommit, isItemError, type Outcome } from '../../../concurrency/group-commit.js';
import { NotFoundError } from '../../../errors/domain-error.js';
import { itemError } from '../../../errors/item-error.js';
import { lockPools } from '../../../license/pool/lock-pools.queries.js';
import { LicensePolicyService } from '../../policy/license-policy.service.js';
import { endLeases } from '../../seat/end-leases.js';
import { holder } from '../../seat/lease-end.js';
import { machineOf, productOf, type SeatSession } from '../../seat/seat-decision.js';
import { type TerminationResult } from '../dto/lease.js';
import { LeaseMetrics } from '../lease-metrics.js';
import { areInOrganization, isOfJob, isOneOfOwn, isOwn, leasesOfSession } from './lease-release.queries.js';

/** Organizations and jobs whose leases are meant. */
export interface LeaseFilter {
  organizationId?: number;
  jobId?: string;
}

interface ReleaseItem {
  id: string;
  actor: Caller;
}

/** A lease that has ended. */
export interface ReleasedLease {
  /** Until when its seat is not free, for it was borrowed and its token is still out. */
  heldUntil: Date | undefined;
}

/** Gives seats back: their holders do, and administrators. */
@Injectable()
export class LeaseReleaseService {
  private readonly releases = new GroupCommit<ReleaseItem, ReleasedLease | undefined>(
    (items) => this.releaseBatch(items),
    isItemError,
    200,
    1,
    (items, seconds) => this.metrics.batch('release', items, seconds),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditService,
    private readonly metrics: LeaseMetrics,
    private readonly policies: LicensePolicyService,
  ) {}

  /** Gives a seat back. @returns undefined: the caller has no such lease (any more) */
  release(caller: Caller, id: string): Promise<ReleasedLease | undefined> {
    return this.releases.add({ id, actor: caller });
  }

  /** Takes a seat back whose client will never get its token. */
  async cancel(caller: Caller, id: string): Promise<void> {
    const lease = { ender: holder(caller), where: isOwn({ id, userId: caller.id }), isSurrendered: true };
    await this.dataSource.transaction((manager) => endLeases(manager, this.audit, { reason: 'released', ...lease }));
  }

  /**
   * Gives back whatever the caller holds for a CI job, from whichever of its steps.
   *
   * @returns how many seats
   */
  async releaseJob(caller: Caller, { jobId, organizationId }: LeaseFilter): Promise<number> {
    const where = isOfJob(caller.id, jobId ?? '', organizationId);
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, { reason: 'released', ender: holder(caller), where }),
    );
    return ended.length;
  }

  /** Gives back what a session holds, as Studio asks for it; organizationId undefined: in every organization. */
  async releaseSession(
    caller: Caller,
    { machineId, sessionId, clientPackage }: Pick<SeatSession, 'machineId' | 'sessionId' | 'clientPackage'>,
    organizationId: number | undefined,
  ): Promise<void> {
    const product = productOf(clientPackage);
    const session = { userId: caller.id, product, machineId, sessionId, organizationId };
    const ids = await leasesOfSession(this.dataSource, session);
    await Promise.all(ids.map((id) => this.release(caller, id)));
  }

  /**
   * Ends a session of the caller that runs, or was forgotten, elsewhere.
   *
   * @returns until when its seat is not free, for it is borrowed; undefined: it is free
   * @throws NotFoundError
   */
  async endOwn(caller: Caller, id: string): Promise<Date | undefined> {
    const where = isOwn({ id, userId: caller.id });
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, { reason: 'ended-by-holder', ender: holder(caller), where }),
    );
    if (ended.length === 0) throw new NotFoundError('Your lease');
    return ended[0]?.heldUntil ?? undefined;
  }

  /**
   * An administrator ends a user's lease; its client learns it at its next renewal.
   *
   * @param deny whether its machine gets no seat from now on; else the client may ask for the next one
   * @returns until when its seat is not free, for it is borrowed; undefined: it is free
   * @throws NotFoundError
   * @throws PolicyListFullError
   */
  async terminate(caller: Caller, organizationId: number, id: string, deny: boolean): Promise<Date | undefined> {
    const [result] = await this.terminateSeveral(caller, organizationId, [id], deny);
    if (result?.error) throw new NotFoundError('The online license');
    return result?.borrowedUntil ?? undefined;
  }

  /**
   * Does the same to several, in one transaction. Those that are not there have this as their result.
   *
   * @throws PolicyListFullError
   */
  async terminateSeveral(
    caller: Caller,
    organizationId: number,
    ids: readonly string[],
    deny: boolean,
  ): Promise<TerminationResult[]> {
    const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
    return this.dataSource.transaction(async (manager) => {
      // The policy is about all seats of the organization.
      if (deny) await lockPools(manager, organizationId);
      const where = areInOrganization(wanted, organizationId);
      const leases = await endLeases(manager, this.audit, { reason: 'terminated', ender: caller, where });
      if (deny) await this.policies.denyMachines(manager, caller, organizationId, leases.map(machineOf));
      const ended = new Map(leases.map((lease) => [lease.id, lease]));
      const error = itemError(new NotFoundError('The online license'));
      return wanted.map((leaseId) => ({
        leaseId,
        error: ended.has(leaseId) ? null : error,
        borrowedUntil: ended.get(leaseId)?.heldUntil ?? null,
      }));
    });
  }

  private async releaseBatch(items: readonly ReleaseItem[]): Promise<Outcome<ReleasedLease | undefined>[]> {
    const addresses = new Map(items.map(({ id, actor }) => [`${id} ${actor.id}`, actor.address]));
    const where = isOneOfOwn(items.map(({ id, actor }) => ({ id, userId: actor.id })));
    const ended = await this.dataSource.transaction((manager) =>
      endLeases(manager, this.audit, { reason: 'released', ender: { name: '', address: null, addresses }, where }),
    );
    const leases = new Map(ended.map((lease) => [lease.id, { heldUntil: lease.heldUntil ?? undefined }]));
    return items.map(({ id }) => ({ result: leases.get(id) }));
  }
}
