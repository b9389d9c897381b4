import sql, { raw, type Sql } from 'sql-template-tag';
import { rowsWithSessionId } from '../../audit/session-ids.js';
import { type Product } from '../../license/file/product.js';
import { staleWaiterMillis } from './queue/seat-queue.js';

/** The seats that a refusal is about. */
export interface AskedSeats {
  organizationId: number;
  product: Product;
  floatingOnly: boolean;
  /** Only the user's own seat; null: everyone's. */
  own: number | null;
}

/** Holders that a refusal lists. */
export const maxHolders = 50;

/** Leases of a pool that are read one by one. Of larger pools, the written count and the written earliest expiry are used. */
const maxScanned = 1000;

/** The pools that could serve the session: `pool`, a part of a `WITH` clause. */
function poolsAsked({ organizationId, product, floatingOnly }: AskedSeats): Sql {
  return sql`pool AS (
    SELECT p.*, least(o.over_quota_percent, p.max_overage_percent) AS over_quota_percent
      FROM seat_pool p JOIN organization o ON o.id = p.organization_id
     WHERE p.organization_id = ${organizationId}::bigint AND p.product = ${product}::text
       AND (p.model = 'floating' OR NOT ${floatingOnly}::boolean AND p.model = 'node-locked'))`;
}

/** One row: what the organization has of the product, and when a seat can become free. */
export function askedSeatsOf(asked: AskedSeats, now: Date): Sql {
  return sql`
    WITH ${poolsAsked(asked)},
         held AS (SELECT p.model, l.expires_at FROM pool p JOIN lease l ON l.pool_id = p.id
                   WHERE p.in_use <= ${maxScanned}::int AND l.expires_at > ${now}::timestamptz
                  UNION ALL
                  SELECT p.model, max(f.expires_at) FROM charged_seat f JOIN pool p ON p.id = f.pool_id
                   WHERE p.in_use <= ${maxScanned}::int AND f.expires_at > ${now}::timestamptz
                   GROUP BY p.id, p.model, f.seat),
         large AS (SELECT in_use AS leases, greatest(earliest_expiry, ${now}::timestamptz) AS earliest
                     FROM pool WHERE model = 'floating' AND in_use > ${maxScanned}::int)
    SELECT o.name,
           (SELECT coalesce(sum(quota), 0)::int FROM pool) AS seats,
           (SELECT sum(machine_quota)::int FROM pool) AS "machineQuota",
           (SELECT count(DISTINCT (p.id, f.machine_id))::int FROM offline_license f JOIN pool p ON p.id = f.pool_id
             WHERE f.expires_at > ${now}::timestamptz) AS offline,
           (SELECT count(*)::int FROM seat_charge c JOIN pool p ON p.id = c.pool_id
             WHERE c.expires_at > ${now}::timestamptz AND c.kind = 'session') AS "heldTokens",
           (coalesce((SELECT leases FROM large), 0)
            + (SELECT count(*) FROM lease l JOIN pool p ON p.id = l.pool_id
                WHERE p.model = 'floating' AND p.in_use <= ${maxScanned}::int AND l.expires_at > ${now}::timestamptz)
            + (SELECT count(*) FROM machine m JOIN pool p ON p.id = m.pool_id WHERE p.model = 'node-locked'))::int AS held,
           -- Above the quota, more than one session must end before a seat is free.
           coalesce((SELECT earliest FROM large),
                    (SELECT h.expires_at FROM held h WHERE h.model = 'floating' ORDER BY h.expires_at
                     OFFSET (SELECT greatest(0, (SELECT count(*) FROM held WHERE model = 'floating')
                                                - quota - floor(quota * over_quota_percent / 100.0)) FROM pool
                              WHERE model = 'floating' AND quota > 0) LIMIT 1)) AS "availableAt",
           (SELECT count(*)::int FROM seat_waiter s
             WHERE s.organization_id = o.id AND s.product = ${asked.product}::text
               AND s.seen_at > clock_timestamp() - ${staleWaiterMillis}::int * interval '1 millisecond') AS waiting,
           (SELECT newest_time FROM installation) AS "recordedTime",
           (SELECT nullif(max(ends_at), '-infinity') FROM pool WHERE quota > 0) AS "endsAt",
           o.borrow_max_days AS "borrowMaxDays", o.borrow_keep_seats AS "borrowKeepSeats", b.days AS "licensedBorrowDays", b.ends AS "borrowEndsAt"
      FROM organization o,
           -- Also the seats of users, which may be borrowed as well.
           (SELECT coalesce(max(borrow_max_days), 0) AS days, nullif(max(borrow_ends_at), '-infinity') AS ends FROM seat_pool
             WHERE organization_id = ${asked.organizationId}::bigint AND product = ${asked.product}::text AND quota > 0) AS b
     WHERE o.id = ${asked.organizationId}::bigint`;
}

/**
 * The holders of floating and node-locked seats, those who have held theirs the longest first. A machine holds a node-locked seat:
 * the row names the person who works on it, else the one who activated it.
 */
export function holdersOf(asked: AskedSeats, now: Date): Sql {
  return sql`
    WITH ${poolsAsked(asked)}
    SELECT *
      FROM (SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt",
                   l.borrowed_until AS "borrowedUntil"
              FROM pool p
              CROSS JOIN LATERAL (SELECT * FROM lease WHERE pool_id = p.id AND expires_at > ${now}::timestamptz
                                   ORDER BY started_at LIMIT ${maxHolders}::int) AS l
              JOIN user_account u ON u.id = l.user_id
             WHERE p.model = 'floating'
            UNION ALL
            SELECT coalesce(s.email, u.email), coalesce(s.hostname, m.hostname), m.machine_id,
                   coalesce(s.started_at, m.registered_at), NULL, s.borrowed_until
              FROM machine m JOIN pool p ON p.id = m.pool_id LEFT JOIN user_account u ON u.id = m.user_id
              LEFT JOIN (SELECT DISTINCT ON (l.pool_id, machine_id)
                                l.pool_id, coalesce(l.fingerprint, l.machine_id) AS machine_id, e.email, l.hostname,
                                l.started_at, l.borrowed_until
                           FROM pool p JOIN lease l ON l.pool_id = p.id JOIN user_account e ON e.id = l.user_id
                          WHERE p.model = 'node-locked' AND l.expires_at > ${now}::timestamptz
                          ORDER BY l.pool_id, machine_id, l.started_at) AS s USING (pool_id, machine_id)
             WHERE p.model = 'node-locked') AS held
     ORDER BY since, "machineId" LIMIT ${maxHolders}::int`;
}

/** The sessions that hold a user's own per-user seat. */
export function ownHolders({ organizationId, product, own }: AskedSeats, now: Date): Sql {
  return sql`
    SELECT u.email, l.hostname, l.machine_id AS "machineId", l.started_at AS since, l.expires_at AS "expiresAt",
           l.borrowed_until AS "borrowedUntil"
      FROM lease l JOIN user_account u ON u.id = l.user_id JOIN seat_pool p ON p.id = l.pool_id
     WHERE l.organization_id = ${organizationId} AND l.user_id = ${own} AND l.product = ${product}
       AND p.model = 'per-user' AND l.expires_at > ${now}
     ORDER BY since, "machineId" LIMIT ${maxHolders}`;
}

/** A session, as its former lease is found by. */
export interface SessionKey {
  userId: number;
  organizationId: number;
  product: Product;
  machineId: string;
  sessionId: string;
}

/** Of sessions that someone or a rule has ended, the last end: `place` counts the sessions from 1. */
export function lastEndings(sessions: readonly SessionKey[]): Sql {
  return sql`
    SELECT w.place::int, e.reason, e.by, e.at
      FROM unnest(${sessions.map(({ userId }) => userId)}::bigint[],
                  ${sessions.map(({ organizationId }) => organizationId)}::bigint[],
                  ${sessions.map(({ product }) => product)}::text[],
                  ${sessions.map(({ machineId }) => machineId)}::text[],
                  ${sessions.map(({ sessionId }) => sessionId)}::text[])
             WITH ORDINALITY AS w(user_id, organization_id, product, machine_id, session_id, place)
      CROSS JOIN LATERAL (SELECT end_reason AS reason, ended_by AS by, ended_at AS at
                            FROM ${raw(rowsWithSessionId('ended_session', 'w.session_id'))} s
                           WHERE s.user_id = w.user_id AND s.machine_id = w.machine_id
                             AND s.organization_id = w.organization_id AND s.product = w.product
                             AND end_reason IS NOT NULL AND end_reason NOT IN ('released', 'returned', 'expired', 'replaced')
                           ORDER BY ended_at DESC LIMIT 1) AS e`;
}
