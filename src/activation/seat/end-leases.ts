import { type EntityManager } from 'typeorm';
import { type Change } from '../../audit/audited-change.js';
import { type AuditService } from '../../audit/audit.service.js';
import { countReturned, deleteLeases, type LeasesToEnd, lockPoolsOfLeases } from './end-leases.queries.js';
import { type EndedLease, type EndReason } from './lease-end.js';

/**
 * Ends leases and gives their seats back, in the caller's transaction. Like all code that grants or frees seats it locks
 * the pools first, in the order of their ids.
 */
export async function endLeases(
  manager: EntityManager,
  audit: AuditService,
  leases: LeasesToEnd,
): Promise<EndedLease[]> {
  const poolIds = await lockPoolsOfLeases(manager, leases.where);
  if (poolIds.length === 0) return [];
  const ended = await deleteLeases(manager, leases, poolIds);
  if (ended.length === 0) return [];
  const counts = new Map<number, number>();
  for (const { poolId } of ended) counts.set(poolId, (counts.get(poolId) ?? 0) + 1);
  await countReturned(manager, counts);
  await audit.announce(
    manager,
    ended.map((lease) => endChange(lease, leases.reason)),
  );
  return ended;
}

/** What is told of an end; the audit log has it from the ended session. */
export function endChange(lease: EndedLease, reason: EndReason): Change {
  return {
    action: `lease.${reason}`,
    organizationId: lease.organizationId,
    targetType: 'lease',
    targetId: lease.id,
    details: {
      ...{ product: lease.product, userId: lease.userId, machineId: lease.machineId },
      ...(lease.heldUntil && { heldUntil: lease.heldUntil }),
    },
  };
}
