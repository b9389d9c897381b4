import sql, { type Sql } from 'sql-template-tag';
import { type DataSource, type EntityManager } from 'typeorm';
import { rowsOf } from '../../../database/query.js';
import { type Product } from '../../../license/file/product.js';
import { inOrganization } from '../../seat/end-leases.queries.js';
import { type Ending, type Holder } from '../../seat/seat-errors.js';

// Conditions on `lease l`, of leases that end.

/** One lease of a user. */
export interface OwnLease {
  id: string;
  userId: number;
}

export function isOwn({ id, userId }: OwnLease): Sql {
  return sql`l.id = ${id} AND l.user_id = ${userId}`;
}

export function isOneOfOwn(leases: readonly OwnLease[]): Sql {
  return sql`(l.id, l.user_id) IN (SELECT * FROM unnest(${leases.map(({ id }) => id)}::uuid[],
                                                         ${leases.map(({ userId }) => userId)}::bigint[]))`;
}

export function areInOrganization(ids: readonly string[], organizationId: number): Sql {
  return sql`l.id = ANY(${ids}::uuid[]) AND l.organization_id = ${organizationId}`;
}

/** Borrowed seats do not come back with their job. */
export function isOfJob(userId: number, jobId: string, organizationId: number | undefined): Sql {
  return sql`l.user_id = ${userId} AND l.job_id = ${jobId} AND l.borrowed_until IS NULL ${inOrganization(organizationId)}`;
}

export function isOfUser(userId: number, organizationId: number | undefined): Sql {
  return sql`l.user_id = ${userId} ${inOrganization(organizationId)}`;
}

export function isOfSeat(poolId: number, userId: number): Sql {
  return sql`l.pool_id = ${poolId} AND l.user_id = ${userId}`;
}

export function isOfOrganization(organizationId: number): Sql {
  return sql`l.organization_id = ${organizationId}`;
}

/** What a session of a client is found by. */
export interface ClientSessionKey {
  userId: number;
  organizationId: number;
  machineId: string;
  sessionId: string;
}

export function isOfSession({ userId, organizationId, machineId, sessionId }: ClientSessionKey): Sql {
  return sql`l.user_id = ${userId} AND l.organization_id = ${organizationId}
         AND l.machine_id = ${machineId} AND l.session_id = ${sessionId}`;
}

/** Of these leases, those that have been idle for longer than their organization allows. A borrowed seat is out, idle or not. */
export function isIdleTooLong(which: Sql, idleSeconds: number): Sql {
  return sql`${which} AND l.borrowed_until IS NULL AND EXISTS (SELECT FROM organization o
                      WHERE o.id = l.organization_id AND o.idle_minutes * 60 <= ${idleSeconds}::float8)`;
}

/** Some that have expired, at most as many as one transaction should end. */
export function isExpired(): Sql {
  return sql`l.id IN (SELECT id FROM lease WHERE expires_at <= server_now() LIMIT 5000)
         AND l.expires_at <= server_now()`;
}

/**
 * The ids of the leases of a session; organizationId undefined: in every organization. A seat that Runtime Engine has taken over stays with
 * the program that holds it, for the next run.
 */
export async function leasesOfSession(
  database: DataSource,
  session: Omit<ClientSessionKey, 'organizationId'> & { organizationId: number | undefined; product: Product },
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    database,
    sql`SELECT id FROM lease l
         WHERE user_id = ${session.userId} AND product = ${session.product} AND machine_id = ${session.machineId}
           AND session_id = ${session.sessionId} AND origin_id IS NULL ${inOrganization(session.organizationId)}`,
  );
  return rows.map(({ id }) => id);
}

/** How a lease of a user ended, as long as the server remembers. */
export async function endingOfLease(database: DataSource, { id, userId }: OwnLease): Promise<Ending | undefined> {
  const [ending] = await rowsOf<Ending>(
    database,
    sql`SELECT end_reason AS reason, ended_by AS by, ended_at AS at FROM ended_session
         WHERE lease_id = ${id} AND user_id = ${userId}`,
  );
  return ending;
}

/** The holders of all seats of an organization, those who have held theirs the longest first. */
export function holdersIn(manager: EntityManager, organizationId: number): Promise<Holder[]> {
  return rowsOf(
    manager,
    sql`SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt",
               l.borrowed_until AS "borrowedUntil"
          FROM lease l JOIN user_account u ON u.id = l.user_id
         WHERE l.organization_id = ${organizationId} AND l.expires_at > server_now()
         ORDER BY l.started_at, l.number`,
  );
}
