import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { rowsOf } from '../../database/query.js';
import { type Model, type Product } from '../../license/file/product.js';
import { type SeatRequest } from '../seat/seat-decision.js';
import { type OwnLease } from './ending/lease-release.queries.js';

/** A lease whose session has to ask for a seat. */
export type ExpiredLease = Omit<SeatRequest, 'userId'> & { model: Model; product: Product };

/** A lease of a user that cannot be prolonged: one that has expired, whether it is still there or not, or whose license has ended. */
export async function expiredLeaseOf(
  database: DataSource,
  { id, userId }: OwnLease,
): Promise<ExpiredLease | undefined> {
  const [lease] = await rowsOf<ExpiredLease>(
    database,
    sql`SELECT organization_id AS "organizationId", machine_id AS "machineId", session_id AS "sessionId", hostname, version,
               fingerprint, job_id AS "jobId", product, model
          FROM (SELECT l.*, p.model FROM lease l JOIN seat_pool p ON p.id = l.pool_id) AS l
         WHERE id = ${id} AND user_id = ${userId}
        UNION ALL
        SELECT organization_id, machine_id, session_id, hostname, version, fingerprint, job_id, product, model
          FROM ended_session WHERE lease_id = ${id} AND user_id = ${userId} AND end_reason = 'expired'`,
  );
  return lease;
}

/** What a session asks with: who it is, and on which machine. */
interface AskingSession {
  userId: number;
  product: Product;
  machineId: string;
  sessionId: string;
}

/** The organization that a session has its seat from, and the one where the user was last. */
export async function recentOrganizations(
  database: DataSource,
  { userId, product, machineId, sessionId }: AskingSession,
): Promise<{ current: number | null; last: number | null } | undefined> {
  const [row] = await rowsOf<{ current: number | null; last: number | null }>(
    database,
    sql`SELECT last_organization_id AS last,
               (SELECT organization_id FROM lease
                 WHERE user_id = ${userId} AND product = ${product} AND machine_id = ${machineId}
                   AND session_id = ${sessionId} LIMIT 1) AS current
          FROM user_account WHERE id = ${userId}`,
  );
  return row;
}
