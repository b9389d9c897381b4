import sql, { raw } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../database/query.js';
import { isFound, type RowQuery } from '../http/paging.js';
import { type LicensedUserQuery } from './dto/licensed-user.js';
import { type Model, type Product } from './file/product.js';

/** When the user of `licensed_user l` last worked with their seat of `seat_pool p`. */
export const lastUsedAt = `greatest(
    (SELECT max(e.renewed_at) FROM lease e WHERE e.pool_id = l.pool_id AND e.user_id = l.user_id),
    (SELECT s.ended_at FROM ended_session s
      WHERE s.user_id = l.user_id AND s.organization_id = p.organization_id AND s.product = p.product AND s.model = p.model
      ORDER BY s.ended_at DESC LIMIT 1))`;

/** The users with a seat in an organization, for a list. */
export function licensedUsersOf(
  organizationId: number,
  { product = null, search = null }: { [Key in 'product' | 'search']?: LicensedUserQuery[Key] | null },
): RowQuery {
  return {
    select: sql`u.id AS "userId", u.email, u.first_name AS "firstName", u.last_name AS "lastName",
                p.product, p.model, l.assigned_at AS "assignedAt", ${raw(lastUsedAt)} AS "lastUsedAt"`,
    from: sql`licensed_user l JOIN seat_pool p ON p.id = l.pool_id JOIN user_account u ON u.id = l.user_id
              WHERE p.organization_id = ${organizationId} AND (${product}::text IS NULL OR p.product = ${product})
                AND ${isFound('u.email, u.first_name, u.last_name', search)}`,
    tieBreaker: 'u.id, p.id',
  };
}

/** Whether a member has a seat of the pool; undefined: the user is not a member of the organization. */
export async function isLicensed(
  manager: EntityManager,
  organizationId: number,
  poolId: number,
  userId: number,
): Promise<boolean | undefined> {
  const [member] = await rowsOf<{ licensed: boolean }>(
    manager,
    sql`
      SELECT EXISTS (SELECT FROM licensed_user WHERE pool_id = ${poolId} AND user_id = ${userId}) AS licensed
        FROM membership WHERE organization_id = ${organizationId} AND user_id = ${userId}`,
  );
  return member?.licensed;
}

/** Seats of the pool that the user cannot have. A seat that was taken back counts for as long as a token for it is out. */
export async function countTakenFor(manager: EntityManager, poolId: number, userId: number): Promise<number> {
  const [assigned] = (await rowsOf<{ count: number }>(
    manager,
    sql`
      SELECT (SELECT count(*)::int FROM licensed_user WHERE pool_id = ${poolId})
           + (SELECT count(DISTINCT seat)::int FROM charged_seat
               WHERE pool_id = ${poolId} AND expires_at > server_now()
                 -- Unless its user gets it again.
                 AND seat <> 'user ' || ${userId}::bigint) AS count`,
  )) as [{ count: number }];
  return assigned.count;
}

/** By the database's clock: after a cut of the quota those who were assigned first keep their seats. */
export async function addLicensedUser(manager: EntityManager, poolId: number, userId: number): Promise<void> {
  await execute(
    manager,
    sql`
      INSERT INTO licensed_user (pool_id, user_id, assigned_at)
        VALUES (${poolId}, ${userId}, server_now())`,
  );
}

/** @returns since when the user had the seat; undefined: had none */
export async function removeLicensedUser(
  manager: EntityManager,
  poolId: number,
  userId: number,
): Promise<Date | undefined> {
  const [removed] = await rowsOf<{ assignedAt: Date }>(
    manager,
    sql`
      DELETE FROM licensed_user WHERE pool_id = ${poolId} AND user_id = ${userId} RETURNING assigned_at AS "assignedAt"`,
  );
  return removed?.assignedAt;
}

/** Removes all per-user seats of a user in an organization. @returns what they were */
export async function removeLicensesOf(
  manager: EntityManager,
  organizationId: number,
  userId: number,
): Promise<{ product: Product; model: Model }[]> {
  return rowsOf(
    manager,
    sql`
      DELETE FROM licensed_user l USING seat_pool p
       WHERE p.id = l.pool_id AND p.organization_id = ${organizationId} AND l.user_id = ${userId}
      RETURNING p.product, p.model`,
  );
}
