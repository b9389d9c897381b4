import sql, { type Sql } from 'sql-template-tag';
import { type LongSeat, type ReturnedSeat } from './seat-journal.js';

/** Which seats: undefined for all, a borrowed lease, or the offline licenses of a machine. */
export type WhichSeats = { leaseId: string } | { organizationId: number; machineId: string } | undefined;

/** A {@link LongSeat} as the database has it. */
export type LongSeatRow = Omit<LongSeat, 'expiresAt'> & { expiresAt: Date };

/** @returns of {@link LongSeatRow}: offline licenses and borrowed seats whose tokens are good */
export function longSeats(which: WhichSeats): Sql {
  return sql`
    SELECT kind, lease_id AS "leaseId", organization_id AS "organizationId", pool_id AS "poolId", product, model,
           user_id AS "userId", machine_id AS "machineId", fingerprint, expires_at AS "expiresAt"
      FROM (SELECT 'session' AS kind, l.id AS lease_id, l.organization_id, l.pool_id, l.product, p.model, l.user_id, l.machine_id,
                   l.fingerprint, l.borrowed_until AS expires_at
              FROM lease l JOIN seat_pool p ON p.id = l.pool_id WHERE l.borrowed_until IS NOT NULL
            UNION ALL
            SELECT 'offline', NULL, o.organization_id, o.pool_id, o.product, o.model, NULL, o.machine_id, NULL, o.expires_at
              FROM offline_license o
            UNION ALL
            SELECT c.kind, c.lease_id, c.organization_id, c.pool_id, c.product, c.model, c.user_id, c.machine_id, c.fingerprint, c.expires_at
              FROM seat_charge c WHERE c.kind = 'offline' OR c.lease_id IS NOT NULL) AS s
     WHERE expires_at > server_now() AND ${condition(which)}`;
}

function condition(which: WhichSeats): Sql {
  if (!which) return sql`true`;
  if ('leaseId' in which) return sql`lease_id = ${which.leaseId}`;
  return sql`lease_id IS NULL AND organization_id = ${which.organizationId} AND machine_id = ${which.machineId}`;
}

/** @returns `serverId`, `now`: one */
export const journalServer: Sql = sql`SELECT server_id AS "serverId", server_now() AS now FROM installation`;

/**
 * Gives back what was returned after the backup: the token of a borrowed seat is not accepted any more. A lease of it is
 * reclaimed like any that has expired.
 */
export function giveBack(returned: readonly ReturnedSeat[]): Sql {
  return sql`
    WITH back AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(returned)}::jsonb) AS b("leaseId" uuid, "expiresAt" timestamptz)),
         freed AS (DELETE FROM seat_charge c USING back b WHERE c.lease_id = b."leaseId" AND c.expires_at <= b."expiresAt"),
         ended AS (UPDATE lease l SET borrowed_until = NULL, expires_at = least(l.expires_at, server_now())
                     FROM back b WHERE l.id = b."leaseId" AND l.borrowed_until <= b."expiresAt" RETURNING l.pool_id, l.expires_at)
    UPDATE seat_pool p SET earliest_expiry = least(p.earliest_expiry, e.expires_at)
      FROM (SELECT pool_id, min(expires_at) AS expires_at FROM ended GROUP BY pool_id) AS e WHERE e.pool_id = p.id`;
}

/**
 * Counts seats as out that the database does not know: leases that were borrowed after the backup last as long as their
 * tokens, and all else is charged until its token ends.
 *
 * @returns `seats`: how many were not known
 */
export function takeOut(seats: readonly LongSeat[]): Sql {
  return sql`
    WITH s AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(seats)}::jsonb)
                 AS s(kind text, "leaseId" uuid, "organizationId" bigint, "poolId" bigint, product text, model text, "userId" bigint,
                      "machineId" text, fingerprint text, "expiresAt" timestamptz)
                WHERE "expiresAt" > server_now()),
         lent AS (UPDATE lease l SET borrowed_until = s."expiresAt", expires_at = greatest(l.expires_at, s."expiresAt")
                    FROM s WHERE l.id = s."leaseId" AND coalesce(l.borrowed_until, '-infinity') < date_trunc('second', s."expiresAt")
               RETURNING l.id),
         charged AS (INSERT INTO seat_charge (kind, organization_id, pool_id, product, model, user_id, machine_id, fingerprint,
                                              expires_at, lease_id)
                       SELECT s.kind, s."organizationId", s."poolId", s.product, s.model, s."userId", s."machineId", s.fingerprint,
                              s."expiresAt", s."leaseId"
                         FROM s
                        WHERE NOT EXISTS (SELECT FROM lease l WHERE l.id = s."leaseId")
                          AND NOT EXISTS (SELECT FROM offline_license o
                                           WHERE s.kind = 'offline' AND o.pool_id = s."poolId" AND o.machine_id = s."machineId"
                                             AND o.expires_at >= date_trunc('second', s."expiresAt"))
                          AND NOT EXISTS (SELECT FROM seat_charge c
                                           WHERE c.kind = s.kind AND c.pool_id = s."poolId" AND c.machine_id = s."machineId"
                                             AND c.lease_id IS NOT DISTINCT FROM s."leaseId"
                                             AND c.expires_at >= date_trunc('second', s."expiresAt"))
                    RETURNING id)
    SELECT ((SELECT count(*) FROM lent) + (SELECT count(*) FROM charged))::int AS seats`;
}

/** The division of the seats is computed again before the next one is granted. */
export const divideAgain: Sql = sql`UPDATE installation SET quotas_valid_until = '-infinity'`;

/** Ids that the journal names of what came after the backup are not given to anything else. */
export function keepIds(seats: readonly LongSeat[]): Sql {
  const highest = (id: (seat: LongSeat) => number | null): number => Math.max(0, ...seats.map((seat) => id(seat) ?? 0));
  return sql`
    SELECT setval(sequence, greatest(highest, nextval(sequence)))
      FROM (SELECT pg_get_serial_sequence(name, 'id')::regclass AS sequence, highest
              FROM (VALUES ('seat_pool', ${highest(({ poolId }) => poolId)}::bigint),
                           ('organization', ${highest(({ organizationId }) => organizationId)}::bigint),
                           ('user_account', ${highest(({ userId }) => userId)}::bigint)) AS t(name, highest)) AS s`;
}
