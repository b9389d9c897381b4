import sql, { type Sql } from 'sql-template-tag';
import { type Statement } from '../../database/pool/preparing-client.js';

/** Seats of a pool that are reserved for, or at most given to, users: one, or those of a team. */
export interface RuleRow {
  poolId: number;
  seats: number;
  users: number[];
  isCap: boolean;
}

/** Live seats of a user in a pool: those of sessions, and those of tokens that outlived their session. */
export interface HeldRow {
  poolId: number;
  userId: number;
  seats: number;
  tokens: number;
}

/** @returns of {@link RuleRow}; rules for single users come first */
export function rulesOfPools(poolIds: readonly number[]): Statement {
  return statementOf(sql`
    SELECT p.id AS "poolId", r.seats, r.is_cap AS "isCap",
           to_json(CASE WHEN r.user_id IS NOT NULL THEN array[r.user_id]
                        ELSE array(SELECT t.user_id FROM team_member t WHERE t.team_id = r.team_id) END) AS users
      FROM (SELECT id, organization_id, product, seats, user_id, team_id, false AS is_cap FROM seat_reservation
            UNION ALL SELECT id, organization_id, product, seats, user_id, team_id, true FROM seat_cap) AS r
      JOIN seat_pool p USING (organization_id, product)
     WHERE p.id = ANY(${poolIds}) AND p.model = 'floating' ORDER BY r.user_id IS NULL, r.id`);
}

/** @returns of {@link HeldRow}, of the users that a rule of the pool is about */
export function seatsHeld(poolIds: readonly number[], now: Date): Statement {
  return statementOf(sql`
    WITH ruled AS MATERIALIZED (
      SELECT p.id AS pool_id, coalesce(t.user_id, r.user_id) AS user_id
        FROM (SELECT organization_id, product, user_id, team_id FROM seat_reservation
              UNION SELECT organization_id, product, user_id, team_id FROM seat_cap) AS r
        JOIN seat_pool p USING (organization_id, product) LEFT JOIN team_member t ON t.team_id = r.team_id
       WHERE p.id = ANY(${poolIds}) AND p.model = 'floating' AND coalesce(t.user_id, r.user_id) IS NOT NULL GROUP BY 1, 2)
    SELECT pool_id AS "poolId", user_id AS "userId", count(*) FILTER (WHERE NOT is_token)::int AS seats,
           count(*) FILTER (WHERE is_token)::int AS tokens
      FROM (SELECT r.pool_id, r.user_id, l.expires_at, false AS is_token
              -- OFFSET 0: by the index of a user's leases, however many the pool has.
              FROM ruled r, LATERAL (SELECT pool_id, expires_at FROM lease WHERE user_id = r.user_id OFFSET 0) AS l
             WHERE l.pool_id = r.pool_id
            UNION ALL
            SELECT r.pool_id, r.user_id, c.expires_at, true
              FROM ruled r JOIN seat_charge c USING (pool_id, user_id) WHERE c.kind = 'session') AS s
     WHERE expires_at > ${now} GROUP BY 1, 2`);
}

function statementOf({ text, values }: Sql): Statement {
  return [text, values];
}
