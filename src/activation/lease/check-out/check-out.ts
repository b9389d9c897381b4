import { type EntityManager } from 'typeorm';
import { AuditService, type Change } from '../../../audit/audit.service.js';
import { type Outcome } from '../../../concurrency/group-commit.js';
import { pipeline } from '../../../database/pipeline.js';
import { type Statement } from '../../../database/preparing-client.js';
import { type Model, type Product } from '../../../license/file/product.js';
import { endChange } from '../../seat/end-leases.js';
import { type FormerSession } from '../../seat/former-session.js';
import { type DenialCode, type LeaseState, productOf, type SeatRequest } from '../../seat/seat-decision.js';
import { BatchDecision, type Refusal } from './batch-decision.js';
import { type CheckOutItem, type CheckOutLimits, type CheckOutResult } from './check-out-item.js';
import {
  counts,
  denials,
  extension,
  formerSessions,
  insertion,
  joinQueue,
  lastOrganizations,
  leaveQueue,
  registration,
  removal,
  removeCharges,
} from './check-out-statements.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';

/**
 * Processes a batch of check-outs in one transaction: takes a snapshot, decides, writes. The snapshot locks the pools first. Every
 * server takes that lock before it grants or frees a seat, so the counts stay correct until the commit.
 */
export class CheckOutBatch {
  constructor(
    private readonly manager: EntityManager,
    private readonly audit: AuditService,
    private readonly offsetMillis: number,
    private readonly limits: CheckOutLimits,
  ) {}

  /**
   * @throws QuotasOutdatedError
   * @throws OutageError
   */
  async run(items: readonly CheckOutItem[]): Promise<Outcome<CheckOutResult>[]> {
    const { offsetMillis, limits } = this;
    const snapshot = await takeSnapshot(this.manager, items, { offsetMillis, limits });
    const decision = new BatchDecision(snapshot, limits);
    const results = items.map((item) => decision.settle(item));
    const refusals = [...decision.denied, ...decision.queued.filter(({ item }) => item.recordDenial)];
    const unrecorded = await this.unrecorded(refusals, snapshot.now);
    // A session that had a seat before hears at once that it has ended.
    const waiting = decision.queued.filter(({ result }) => !result.former);
    const refused = unrecorded.filter(({ result }) => !waiting.some((each) => each.result === result));
    await this.write(snapshot, decision, refused);
    await this.writeQueue(items, results, waiting);
    // The database numbers new leases; those that were extended in the same batch have their number from there too.
    const numbers = new Map(decision.inserted.map(({ lease }) => [lease.id, lease.number]));
    for (const result of results) {
      if (result.outcome !== 'denied') result.number = numbers.get(result.id) ?? result.number;
    }
    return results.map((result) => ({ result }));
  }

  /** The refusals that are still to be recorded. Tells those who had a seat before what they had. */
  private async unrecorded(denied: readonly Refusal[], now: Date): Promise<Refusal[]> {
    const asking = denied.flatMap(({ item: { request, former }, result }) =>
      former ? [{ request, organizationId: former.organizationId, code: result.code, result }] : [],
    );
    if (asking.length === 0) return [...denied];
    const rows = await this.read<FormerSession>(formerSessions(asking, now));
    for (const row of rows) {
      const result = asking[row.place - 1]?.result;
      if (result) result.former = row;
    }
    const recorded = new Set<string>();
    return denied.filter(({ item: { request }, result: { former, code } }) => {
      if (!former) return true;
      const { organizationId, userId, machineId, sessionId } = request;
      const refusal = JSON.stringify([organizationId, userId, machineId, sessionId, code]);
      if (former.recorded || recorded.has(refusal)) return false;
      recorded.add(refusal);
      return true;
    });
  }

  private async write(
    { now, reclaimed }: Snapshot,
    decision: BatchDecision,
    denied: readonly Refusal[],
  ): Promise<void> {
    const { inserted, extended, removed, resumed, machines, changedPools } = decision;
    // One that is made and replaced in the same batch is written too: its client has been told that it has a seat.
    const old = removed.filter((lease) => !decision.isFresh(lease));
    const fresh = removed.filter((lease) => decision.isFresh(lease));
    const before: Statement[] = [
      ...(old.length > 0 ? [removal(old)] : []),
      ...(resumed.length > 0 ? [removeCharges(resumed)] : []),
    ];
    const refusals = denied.map(({ item: { actor, request }, result: { code } }) => ({
      actor,
      change: denialChange(request, code),
    }));
    const statements: Statement[] = [
      ...before,
      ...(inserted.length > 0 ? [insertion(inserted, now), lastOrganizations(inserted)] : []),
      ...(extended.length > 0 ? [extension(extended, now)] : []),
      ...(fresh.length > 0 ? [removal(fresh)] : []),
      ...(machines.length > 0 ? [registration(machines, now)] : []),
      ...(denied.length > 0 ? [denials(denied.map(refusalOf), now)] : []),
      ...(changedPools.length > 0 ? [counts(changedPools, decision.earliest)] : []),
      ...(refusals.length > 0 ? [this.audit.statementOf(this.manager, refusals)] : []),
    ];
    // Grants and ends: they are told of, and the audit log has them from their own tables.
    this.audit.announce(this.manager, [
      ...reclaimed.map((lease) => endChange(lease, 'expired')),
      ...inserted.map(({ lease, pool }) => grantChange(lease, pool)),
      ...removed.map((lease) => endChange(lease, 'replaced')),
    ]);
    if (statements.length === 0) return;
    const results = await pipeline(this.manager, statements);
    if (inserted.length === 0) return;
    const numbers = new Map((results[before.length] as LeaseState[]).map(({ id, number }) => [id, number]));
    for (const { lease } of inserted) lease.number = numbers.get(lease.id) ?? 0;
  }

  private read<T>([text, values]: Statement): Promise<T[]> {
    return this.manager.query<T[]>(text, [...values]);
  }

  /** Who was served or gives up leaves the queue; who waits from now on joins it, in the order of arrival. */
  private async writeQueue(
    items: readonly CheckOutItem[],
    results: readonly CheckOutResult[],
    queued: readonly Refusal[],
  ): Promise<void> {
    const done = items.flatMap(({ ticket, recordDenial }, index) =>
      ticket !== undefined && (recordDenial || results[index]?.outcome !== 'denied') ? ticket : [],
    );
    if (done.length > 0) await this.read(leaveQueue(done));
    if (queued.length === 0) return;
    const rows = await this.read<{ id: number }>(joinQueue(queued.map(({ item }) => item.request)));
    const tickets = rows.map(({ id }) => id).sort((a, b) => a - b);
    queued.forEach(({ result }, index) => (result.ticket = tickets[index]));
  }
}

function refusalOf({ item: { request }, result: { code } }: Refusal): { request: SeatRequest; code: DenialCode } {
  return { request, code };
}

function grantChange(lease: LeaseState, pool: { model: Model; product: Product }): Change {
  return {
    action: 'lease.granted',
    organizationId: lease.organizationId,
    targetType: 'lease',
    targetId: lease.id,
    details: { product: pool.product, model: pool.model, machineId: lease.machineId, sessionId: lease.sessionId },
  };
}

export function denialChange({ organizationId, clientPackage, machineId }: SeatRequest, code: DenialCode): Change {
  return {
    action: 'lease.denied',
    organizationId,
    targetType: 'machine',
    targetId: machineId,
    details: { product: productOf(clientPackage), code },
  };
}
