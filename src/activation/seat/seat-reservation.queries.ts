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

/**
 * The rules `r` of pools `p`: reserved seats, and caps. PostgreSQL keeps the plans of what reads them, and may have made them for few rows;
 * LATERAL with OFFSET 0 has it look into an index in any case.
 */
function rulesIn(poolIds: readonly number[]): Sql {
  return sql`unnest(${poolIds}::bigint[]) AS w(pool_id),
       LATERAL (SELECT id, organization_id, product FROM seat_pool WHERE id = w.pool_id AND model = 'floating' OFFSET 0) AS p,
       LATERAL (SELECT id, seats, user_id, team_id, false AS is_cap FROM seat_reservation
                 WHERE organization_id = p.organization_id AND product = p.product
                UNION ALL
                SELECT id, seats, user_id, team_id, true FROM seat_cap
                 WHERE organization_id = p.organization_id AND product = p.product OFFSET 0) AS r`;
}

/** @returns of {@link RuleRow}; rules for single users come first */
export function rulesOfPools(poolIds: readonly number[]): Statement {
  return statementOf(sql`
    SELECT p.id AS "poolId", r.seats, r.is_cap AS "isCap",
           to_json(CASE WHEN r.user_id IS NOT NULL THEN array[r.user_id]
                        ELSE array(SELECT t.user_id FROM team_member t WHERE t.team_id = r.team_id) END) AS users
      FROM ${rulesIn(poolIds)} ORDER BY r.user_id IS NULL, r.id`);
}

/** @returns of {@link HeldRow}, of the users that a rule of the pool is about */
export function seatsHeld(poolIds: readonly number[], now: Date): Statement {
  return statementOf(sql`
    WITH ruled AS MATERIALIZED (
      SELECT p.id AS pool_id, coalesce(t.user_id, r.user_id) AS user_id
        FROM ${rulesIn(poolIds)}
        LEFT JOIN LATERAL (SELECT user_id FROM team_member WHERE team_id = r.team_id OFFSET 0) AS t ON true
       WHERE coalesce(t.user_id, r.user_id) IS NOT NULL GROUP BY 1, 2)
    SELECT pool_id AS "poolId", user_id AS "userId", count(*) FILTER (WHERE NOT is_token)::int AS seats,
           count(*) FILTER (WHERE is_token)::int AS tokens
      FROM (SELECT r.pool_id, r.user_id, l.expires_at, false AS is_token
              FROM ruled r, LATERAL (SELECT pool_id, expires_at FROM lease WHERE user_id = r.user_id OFFSET 0) AS l
             WHERE l.pool_id = r.pool_id
            UNION ALL
            SELECT r.pool_id, r.user_id, c.expires_at, true
              FROM unnest(${poolIds}::bigint[]) AS w(pool_id),
                   LATERAL (SELECT * FROM seat_charge WHERE pool_id = w.pool_id AND kind = 'session' OFFSET 0) AS c
              JOIN ruled r USING (pool_id, user_id)) AS s
     WHERE expires_at > ${now} GROUP BY 1, 2`);
}

function statementOf({ text, values }: Sql): Statement {
  return [text, values];
}
