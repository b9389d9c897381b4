import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { server } from '../../../access/actor.js';
import { type Change } from '../../../audit/audited-change.js';
import { AuditService } from '../../../audit/audit.service.js';
import { type Outcome } from '../../../concurrency/group-commit.js';
import { SETTINGS } from '../../../config/config.module.js';
import { step, type Step, withCommit } from '../../../database/pool/pipeline.js';
import { assignmentChange } from '../../../license/assignment-change.js';
import { type Model, type Product } from '../../../license/file/product.js';
import { AssignmentNotices } from '../../assignment/assignment-notices.js';
import { endChange } from '../../seat/end-leases.js';
import { type FormerSession } from '../../seat/former-session.js';
import { type DenialCode, type LeaseState, productOf, type SeatRequest } from '../../seat/seat-decision.js';
import { BatchDecision, type SeatGrant, type Refusal } from './batch-decision.js';
import { type CheckOutItem, type CheckOutLimits, type CheckOutResult } from './check-out-item.js';
import {
  assignment,
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
@Injectable()
export class CheckOutBatch {
  constructor(
    private readonly audit: AuditService,
    private readonly notices: AssignmentNotices,
    @Inject(SETTINGS) private readonly limits: CheckOutLimits,
  ) {}

  /**
   * @returns what became of each, to be called after the commit
   * @throws QuotasOutdatedError
   * @throws OutageError
   */
  async run(manager: EntityManager, items: readonly CheckOutItem[]): Promise<() => Outcome<CheckOutResult>[]> {
    const snapshot = await takeSnapshot(manager, items, this.limits);
    const decision = new BatchDecision(snapshot, this.limits);
    const results = items.map((item) => decision.settle(item));
    const refusals = [...decision.denied, ...decision.queued.filter(({ item }) => item.recordDenial)];
    const unrecorded = await unrecordedOf(manager, refusals, snapshot.now);
    // A session that had a seat before hears at once that it has ended.
    const waiting = decision.queued.filter(({ result }) => !result.former);
    const refused = unrecorded.filter(({ result }) => !waiting.some((each) => each.result === result));
    await this.tellAssigned(manager, snapshot, decision);
    const writes = [
      ...writesOf(decision, snapshot.now),
      ...this.refusalWrites(manager, refused, snapshot.now),
      ...queueWrites(items, results, waiting),
      ...this.announcements(manager, snapshot, decision),
      ...this.eventWrites(manager, decision),
    ];
    const takeRows = await withCommit(manager, writes);
    return () => {
      takeRows();
      // Leases that were extended in the batch that made them have their number from there too.
      const numbers = new Map(decision.inserted.map(({ lease }) => [lease.id, lease.number]));
      for (const result of results) {
        if (result.outcome !== 'denied') result.number = numbers.get(result.id) ?? result.number;
      }
      return results.map((result) => ({ result }));
    };
  }

  /** Grants and ends: they are told of, and the audit log has them from their own tables. */
  private announcements(manager: EntityManager, { reclaimed }: Snapshot, { inserted, removed }: BatchDecision): Step[] {
    const statements = this.audit.announcementsOf(manager, [
      ...reclaimed.map((lease) => endChange(lease, 'expired')),
      ...inserted.map(({ lease, pool }) => grantChange(lease, pool)),
      ...removed.map((lease) => endChange(lease, 'replaced')),
    ]);
    return statements.map((each) => step(each));
  }

  /** What is more than a grant: seats that the policy assigns; and loans, for a session may borrow the seat that it has. */
  private eventWrites(manager: EntityManager, { assigned, borrowed }: BatchDecision): Step[] {
    if (assigned.length + borrowed.length === 0) return [];
    const events = [
      ...assigned.map(({ pool, userId }) => ({
        actor: server,
        change: assignmentChange('assigned', pool, userId, { policy: 'autoAssign' }),
      })),
      ...borrowed.map(({ actor, lease, pool }) => ({ actor, change: loanChange(lease, pool) })),
    ];
    return this.audit.statementsOf(manager, events).map((each) => step(each));
  }

  private async tellAssigned(
    manager: EntityManager,
    { organizations }: Snapshot,
    { assigned }: BatchDecision,
  ): Promise<void> {
    for (const organizationId of new Set(assigned.map(({ pool }) => pool.organizationId))) {
      const organization = organizations.get(organizationId)?.name ?? '';
      const seats = assigned
        .filter(({ pool }) => pool.organizationId === organizationId)
        .map(({ pool: { product }, email }) => ({ product, email }));
      await this.notices.assigned(manager, { organizationId, organization }, seats);
    }
  }

  private refusalWrites(manager: EntityManager, denied: readonly Refusal[], now: Date): Step[] {
    if (denied.length === 0) return [];
    const events = denied.map(({ item: { actor, request }, result: { code } }) => ({
      actor,
      change: denialChange(request, code),
    }));
    const statements = [denials(denied.map(refusalOf), now), ...this.audit.statementsOf(manager, events)];
    return statements.map((each) => step(each));
  }
}

/** The refusals that are still to be recorded. Tells those who had a seat before what they had. */
async function unrecordedOf(manager: EntityManager, denied: readonly Refusal[], now: Date): Promise<Refusal[]> {
  const asking = denied.flatMap(({ item: { request, former }, result }) =>
    former ? [{ request, organizationId: former.organizationId, code: result.code, result }] : [],
  );
  if (asking.length === 0) return [...denied];
  const [text, values] = formerSessions(asking, now);
  const rows = await manager.query<FormerSession[]>(text, [...values]);
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

/** What has become of the seats. */
function writesOf(decision: BatchDecision, now: Date): Step[] {
  const { inserted, extended, removed, resumed, assigned, machines, changedPools } = decision;
  // One that is made and replaced in the same batch is written too: its client has been told that it has a seat.
  const old = removed.filter((lease) => !decision.isFresh(lease));
  const fresh = removed.filter((lease) => decision.isFresh(lease));
  return [
    ...(old.length > 0 ? [step(removal(old))] : []),
    ...(assigned.length > 0
      ? [step(assignment(assigned.map(({ pool, userId }) => ({ poolId: pool.id, userId }))))]
      : []),
    ...(resumed.length > 0 ? [step(removeCharges(resumed))] : []),
    ...(inserted.length > 0
      ? [
          step(insertion(inserted, now), (rows: Numbered[]) => numberLeases(inserted, rows)),
          step(lastOrganizations(inserted)),
        ]
      : []),
    ...(extended.length > 0 ? [step(extension(extended, now))] : []),
    ...(fresh.length > 0 ? [step(removal(fresh))] : []),
    ...(machines.length > 0 ? [step(registration(machines, now))] : []),
    ...(changedPools.length > 0 ? [step(counts(changedPools, decision.earliest))] : []),
  ];
}

type Numbered = Pick<LeaseState, 'id' | 'number'>;

/** The database numbers new leases. */
function numberLeases(inserted: readonly SeatGrant[], rows: readonly Numbered[]): void {
  const numbers = new Map(rows.map(({ id, number }) => [id, number]));
  for (const { lease } of inserted) lease.number = numbers.get(lease.id) ?? 0;
}

/** Requests that were served or give up leave the queue; those that wait from now on join it, in the order of arrival. */
function queueWrites(
  items: readonly CheckOutItem[],
  results: readonly CheckOutResult[],
  queued: readonly Refusal[],
): Step[] {
  const done = items.flatMap(({ ticket, recordDenial }, index) =>
    ticket !== undefined && (recordDenial || results[index]?.outcome !== 'denied') ? ticket : [],
  );
  const join = (rows: { id: number }[]): void => {
    const tickets = rows.map(({ id }) => id).sort((a, b) => a - b);
    queued.forEach(({ result }, index) => (result.ticket = tickets[index]));
  };
  return [
    ...(done.length > 0 ? [step(leaveQueue(done))] : []),
    ...(queued.length > 0 ? [step(joinQueue(queued.map(({ item }) => item.request)), join)] : []),
  ];
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
    details: {
      ...{ product: pool.product, model: pool.model, machineId: lease.machineId, sessionId: lease.sessionId },
      ...(lease.borrowedUntil && { borrowedUntil: lease.borrowedUntil }),
    },
    userId: lease.userId,
  };
}

function loanChange(lease: LeaseState, pool: { model: Model; product: Product }): Change {
  return { ...grantChange(lease, pool), action: 'lease.borrowed' };
}

export function denialChange(request: SeatRequest, code: DenialCode): Change {
  const { organizationId, clientPackage, machineId, userId } = request;
  return {
    action: 'lease.denied',
    organizationId,
    targetType: 'machine',
    targetId: machineId,
    details: { product: productOf(clientPackage), code },
    userId,
  };
}
