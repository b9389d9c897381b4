import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { rowsOf } from '../../database/query.js';

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

/** Rules for single users come first. */
export function rulesOfPools(manager: EntityManager, poolIds: readonly number[]): Promise<RuleRow[]> {
  return rowsOf(
    manager,
    sql`SELECT p.id AS "poolId", r.seats, r.is_cap AS "isCap",
               to_json(CASE WHEN r.user_id IS NOT NULL THEN array[r.user_id]
                            ELSE array(SELECT t.user_id FROM team_member t WHERE t.team_id = r.team_id) END) AS users
          FROM (SELECT id, organization_id, product, seats, user_id, team_id, false AS is_cap FROM seat_reservation
                UNION ALL SELECT id, organization_id, product, seats, user_id, team_id, true FROM seat_cap) AS r
          JOIN seat_pool p USING (organization_id, product)
         WHERE p.id = ANY(${poolIds}) AND p.model = 'floating' ORDER BY r.user_id IS NULL, r.id`,
  );
}

export function seatsHeld(
  manager: EntityManager,
  poolIds: readonly number[],
  userIds: readonly number[],
  now: Date,
): Promise<HeldRow[]> {
  return rowsOf(
    manager,
    sql`SELECT pool_id AS "poolId", user_id AS "userId", count(*) FILTER (WHERE NOT is_token)::int AS seats,
               count(*) FILTER (WHERE is_token)::int AS tokens
          FROM (SELECT pool_id, user_id, expires_at, false AS is_token FROM lease
                UNION ALL SELECT pool_id, user_id, expires_at, true FROM seat_charge WHERE kind = 'session') AS s
         WHERE pool_id = ANY(${poolIds}) AND user_id = ANY(${userIds}) AND expires_at > ${now} GROUP BY pool_id, user_id`,
  );
}
