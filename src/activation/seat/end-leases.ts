import { type EntityManager } from 'typeorm';
import { type AuditService, type Change } from '../../audit/audit.service.js';
import { leaseColumns } from './lease-columns.js';
import { type LeaseState } from './seat-decision.js';

/** A lease that is over. */
export type EndedLease = Omit<LeaseState, 'number' | 'renewedAt' | 'expiresAt'>;

/** Why a lease ends. */
export type EndReason =
  | 'released'
  | 'terminated'
  | 'unassigned'
  | 'machine-deactivated'
  | 'machine-removed'
  | 'member-removed'
  | 'user-disabled'
  | 'machine-denied'
  | 'ended-by-holder'
  | 'transferred'
  | 'idle'
  /** There are fewer seats than before. */
  | 'quota-reduced'
  | 'replaced'
  | 'expired';

/** By whose hand, and from where, leases end. An `Actor` is one. */
export interface Ender {
  /** Empty: each lease's holder, or no person at all. */
  name: string;
  address: string | null;
  /** Where each lease is ended from another address: by `LEASE USER`. */
  addresses?: ReadonlyMap<string, string | null>;
}

/** Leases that expire or are replaced: no person ends them. */
export const noEnder: Ender = { name: '', address: null };

/** The holder gives seats back. */
export function holder({ address }: { address: string | null }): Ender {
  return { name: '', address };
}

/**
 * An entry for the FROM or USING of a statement that deletes leases: it tells the database why, and by whose hand, for the
 * client that comes to renew them and for the audit log.
 *
 * @param parameter number of the first of the three parameters that {@link whyEnded} has
 */
export function endReasonInSql(parameter: number): string {
  return `(SELECT set_config('license_server.end_reason', $${parameter}, true),
                  set_config('license_server.ended_by', $${parameter + 1}, true),
                  set_config('license_server.ended_from', $${parameter + 2}, true)) AS why`;
}

/** The parameters of {@link endReasonInSql}. */
export function whyEnded(reason: EndReason, ender: Ender): [reason: EndReason, name: string, addresses: string] {
  const { name, address, addresses = new Map([['', address]]) } = ender;
  return [reason, name, JSON.stringify(Object.fromEntries(addresses))];
}

/**
 * Ends leases and gives their seats back, in the caller's transaction. Like all code that grants or frees seats it locks
 * the pools first, in the order of their ids.
 *
 * @param where condition on `lease l`, with `parameters` from $1 on
 * @param ender who ends them
 */
export async function endLeases(
  manager: EntityManager,
  audit: AuditService,
  reason: EndReason,
  ender: Ender,
  where: string,
  parameters: readonly unknown[],
): Promise<EndedLease[]> {
  const pools = await manager.query<{ id: number }[]>(
    `SELECT p.id FROM seat_pool p WHERE p.id IN (SELECT l.pool_id FROM lease l WHERE ${where}) ORDER BY p.id FOR UPDATE`,
    [...parameters],
  );
  if (pools.length === 0) return [];
  const next = parameters.length + 1;
  const ended = await manager.query<EndedLease[]>(
    // A token that lives on for long is still a seat: its machine works with it until then.
    `WITH gone AS (DELETE FROM lease l USING ${endReasonInSql(next + 1)}
                    WHERE l.pool_id = ANY($${next}) AND (${where}) RETURNING l.*),
          charged AS (INSERT INTO seat_charge (kind, organization_id, pool_id, product, model, user_id, machine_id,
                                               fingerprint, expires_at, withdrawn)
                        SELECT 'session', l.organization_id, l.pool_id, l.product, p.model, l.user_id, l.machine_id,
                               l.fingerprint, l.expires_at, $${next + 1}::text = 'quota-reduced'
                          FROM gone l JOIN seat_pool p ON p.id = l.pool_id
                         WHERE l.expires_at > server_now($${next + 4}) + p.free_on_release_minutes * interval '1 minute')
     SELECT l.id, l.pool_id AS "poolId", l.organization_id AS "organizationId", l.product, l.user_id AS "userId",
            l.machine_id AS "machineId", l.fingerprint, l.session_id AS "sessionId" FROM gone l`,
    [...parameters, pools.map((pool) => pool.id), ...whyEnded(reason, ender), audit.offsetMillis],
  );
  if (ended.length === 0) return [];
  const counts = new Map<number, number>();
  for (const { poolId } of ended) counts.set(poolId, (counts.get(poolId) ?? 0) + 1);
  await manager.query(
    // Where more was out than there is, others have waited for it: the seats are divided again.
    `WITH counted AS (UPDATE seat_pool SET in_use = in_use - w.ended
                        FROM unnest($1::bigint[], $2::int[]) AS w(id, ended) WHERE seat_pool.id = w.id RETURNING overdrawn)
     SELECT pg_notify('seats_returned', '') FROM counted WHERE overdrawn LIMIT 1`,
    [[...counts.keys()], [...counts.values()]],
  );
  audit.announce(
    manager,
    ended.map((lease) => endChange(lease, reason)),
  );
  return ended;
}

/**
 * Deletes expired leases of pools whose locks are held; one that is being renewed at this moment stays. The caller corrects
 * the counts.
 *
 * @param column whether the ids are of leases, or of pools
 */
export async function deleteExpired(
  manager: EntityManager,
  column: 'id' | 'pool_id',
  ids: readonly (string | number)[],
  now: Date,
): Promise<LeaseState[]> {
  const [rows] = await manager.query<[LeaseState[], number]>(
    `DELETE FROM lease l USING ${endReasonInSql(3)} WHERE l.${column} = ANY($1) AND l.expires_at <= $2
     RETURNING ${leaseColumns}`,
    [ids, now, ...whyEnded('expired', noEnder)],
  );
  return rows;
}

/** What is told of an end; the audit log has it from the ended session. */
export function endChange(lease: EndedLease, reason: EndReason): Change {
  return {
    action: `lease.${reason}`,
    organizationId: lease.organizationId,
    targetType: 'lease',
    targetId: lease.id,
    details: { product: lease.product, userId: lease.userId, machineId: lease.machineId },
  };
}
