import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../database/query.js';
import { type Product } from '../license/file/product.js';
import { type SeatHolder } from '../mail/facts.js';

/** An organization that has refused sessions a moment ago, and how many. */
export interface ExhaustedSeats {
  organizationId: number;
  product: Product;
  name: string;
  count: number;
}

/** Notes that these organizations are told, each at most once an hour. */
export async function takeExhausted(manager: EntityManager, now: Date): Promise<ExhaustedSeats[]> {
  return rowsOf(
    manager,
    sql`
      WITH refused AS (SELECT organization_id, product, count(*)::int AS count FROM denial
                        WHERE code = 'seats-exhausted' AND occurred_at > ${now}::timestamptz - interval '5 minutes'
                        GROUP BY 1, 2),
           told AS (INSERT INTO exhaustion_notice
                      SELECT organization_id, product, ${now}::timestamptz FROM refused ORDER BY 1, 2
                    ON CONFLICT (organization_id, product) DO UPDATE SET told_at = excluded.told_at
                      WHERE exhaustion_notice.told_at <= excluded.told_at - interval '1 hour'
                    RETURNING organization_id, product)
      SELECT t.organization_id AS "organizationId", t.product, o.name, r.count
        FROM told t JOIN refused r USING (organization_id, product) JOIN organization o ON o.id = t.organization_id`,
  );
}

/** The users who have held a seat of the product the longest. */
export async function longestHolders(
  manager: EntityManager,
  organizationId: number,
  product: Product,
): Promise<SeatHolder[]> {
  return rowsOf(
    manager,
    sql`
      SELECT u.email, coalesce(l.hostname, l.machine_id) AS host, l.started_at AS since
        FROM lease l JOIN user_account u ON u.id = l.user_id
       WHERE l.organization_id = ${organizationId} AND l.product = ${product} AND l.expires_at > server_now()
       ORDER BY l.started_at, l.number LIMIT 5`,
  );
}

/** An organization that uses more floating seats than it has. */
export interface ExceededQuota {
  organizationId: number;
  product: Product;
  name: string;
  inUse: number;
  quota: number;
}

/** Notes that these organizations are told, each at most once a day. */
export async function takeOverQuota(manager: EntityManager, now: Date): Promise<ExceededQuota[]> {
  return rowsOf(
    manager,
    sql`
      WITH beyond AS (SELECT p.organization_id, p.product, p.quota, o.name, held.seats
                        FROM seat_pool p JOIN organization o ON o.id = p.organization_id,
                             LATERAL (SELECT ((SELECT count(*) FROM lease l
                                                WHERE l.pool_id = p.id AND l.expires_at > ${now}::timestamptz)
                                            + (SELECT count(DISTINCT machine_id) FROM offline_license f
                                                WHERE f.pool_id = p.id AND f.expires_at > ${now}::timestamptz))::int AS seats
                                     ) AS held
                       WHERE o.over_quota_percent > 0 AND p.model = 'floating' AND p.quota > 0
                         AND p.in_use > 0 AND held.seats > p.quota),
           told AS (INSERT INTO over_quota_notice
                      SELECT organization_id, product, ${now}::timestamptz FROM beyond ORDER BY 1, 2
                    ON CONFLICT (organization_id, product) DO UPDATE SET told_at = excluded.told_at
                      WHERE over_quota_notice.told_at <= excluded.told_at - interval '1 day'
                    RETURNING organization_id, product)
      SELECT organization_id AS "organizationId", product, name, quota, seats AS "inUse"
        FROM told JOIN beyond USING (organization_id, product)`,
  );
}

/**
 * The addresses of an organization's owners and administrators, or of the server's.
 *
 * @param organizationId null: the server
 * @param exceptId the id of one who knows already
 */
export async function administratorsOf(
  manager: EntityManager,
  organizationId: number | null,
  exceptId = 0,
): Promise<string[]> {
  const isOne =
    organizationId === null
      ? sql`u.root`
      : sql`EXISTS (SELECT FROM membership m WHERE m.user_id = u.id AND m.organization_id = ${organizationId}
                                             AND m.role IN ('OWNER', 'ADMIN'))`;
  const rows = await rowsOf<{ email: string }>(
    manager,
    sql`SELECT u.email FROM user_account u WHERE ${isOne} AND u.disabled_at IS NULL AND NOT u.service AND u.id <> ${exceptId}::bigint`,
  );
  return rows.map(({ email }) => email);
}

/** Notes that a mail is written. @returns whether it is the first of its id */
export async function takeNotice(manager: EntityManager, id: string, now: Date): Promise<boolean> {
  const taken = await rowsOf(
    manager,
    sql`INSERT INTO mailed_notice (notice, mailed_at) VALUES (${id}::uuid, ${now}::timestamptz) ON CONFLICT DO NOTHING RETURNING 1`,
  );
  return taken.length > 0;
}

/** The warnings of a license that are due, in days before its end. */
export interface DueWarnings {
  jti: string;
  expiresAt: Date;
  reached: readonly number[];
}

/** Notes that the warnings are given. @returns those that were not given before */
export async function takeWarnings(
  manager: EntityManager,
  { jti, expiresAt, reached }: DueWarnings,
): Promise<readonly number[]> {
  const news = await rowsOf<{ days: number }>(
    manager,
    sql`
      INSERT INTO expiry_notice (jti, expires_at, days_before)
        SELECT ${jti}, ${expiresAt}::timestamptz, unnest(${reached}::int[])
      ON CONFLICT DO NOTHING RETURNING days_before AS days`,
  );
  return news.map(({ days }) => days);
}

/** The server's administrators, and the owners of organizations, each with one of the organizations. */
export async function peopleInCharge(
  manager: EntityManager,
): Promise<{ email: string; organizationId: number | null }[]> {
  return rowsOf(
    manager,
    sql`
      SELECT DISTINCT ON (u.email) u.email, m.organization_id AS "organizationId"
        FROM user_account u LEFT JOIN membership m ON m.user_id = u.id AND m.role = 'OWNER'
       WHERE (u.root OR m.role = 'OWNER') AND u.disabled_at IS NULL ORDER BY u.email, m.organization_id`,
  );
}

/** Which of the addresses are those of an organization's members. */
export async function membersAmong(
  manager: EntityManager,
  organizationId: number,
  emails: readonly string[],
): Promise<string[]> {
  const rows = await rowsOf<{ email: string }>(
    manager,
    sql`
      SELECT u.email FROM membership m JOIN user_account u ON u.id = m.user_id
       WHERE m.organization_id = ${organizationId} AND u.email = ANY(${emails}::text[]) AND u.disabled_at IS NULL AND NOT u.service`,
  );
  return rows.map(({ email }) => email);
}
