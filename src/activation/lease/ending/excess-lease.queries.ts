import sql, { raw } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../../database/query.js';
import { leaseSeat } from '../../../license/pool/seats-out.queries.js';
import { type LiveLease } from '../../seat/excess-leases.js';

/** Users and machines keep their places in the order in which they got them, as at a check-out after a cut. */
export function liveLeases(manager: EntityManager, poolIds: readonly number[]): Promise<LiveLease[]> {
  return rowsOf(
    manager,
    sql`SELECT l.id, l.pool_id AS "poolId", ${raw(leaseSeat)} AS seat
          FROM lease l JOIN seat_pool p ON p.id = l.pool_id
          LEFT JOIN licensed_user u ON p.model = 'per-user' AND u.pool_id = p.id AND u.user_id = l.user_id
          LEFT JOIN machine m ON p.model = 'node-locked' AND m.pool_id = p.id
                             AND m.machine_id = coalesce(l.fingerprint, l.machine_id)
         WHERE l.pool_id = ANY(${poolIds}) AND l.expires_at > server_now()
         ORDER BY u.assigned_at, u.user_id, m.registered_at, m.machine_id, l.number`,
  );
}
