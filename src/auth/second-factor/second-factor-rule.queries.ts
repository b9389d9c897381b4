import sql, { type Sql } from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../../database/query.js';

/** Who has to have a second factor, besides the members of organizations that require one. */
export const secondFactorHolders = ['nobody', 'root', 'everybody'] as const;
export type SecondFactorHolders = (typeof secondFactorHolders)[number];

/** In SQL, for an account `u`: whether it has a second factor. */
export const hasSecondFactor: Sql = sql`EXISTS (SELECT FROM second_factor f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)`;

/** In SQL, for an account `u`: whether it has to have a second factor. */
export const needsSecondFactor: Sql = sql`(
  (SELECT i.require_second_factor = 'everybody' OR (i.require_second_factor = 'root' AND u.root) FROM installation i)
  OR EXISTS (SELECT FROM membership m JOIN organization o ON o.id = m.organization_id
              WHERE m.user_id = u.id AND o.require_second_factor))`;

/** In SQL, for a session `s` of an account `u`: it can do nothing but set a second factor up. */
export function isLimited(now: Date): Sql {
  return sql`(u.second_factor_due_at <= ${now} AND NOT s.is_whole AND NOT ${hasSecondFactor} AND ${needsSecondFactor})`;
}

/** A sign-in with one step: an account that comes under a rule later than others has the same days to set a second factor up. */
export async function noteSignIn(manager: EntityManager, userId: number, now: Date, graceDays: number): Promise<void> {
  await execute(
    manager,
    sql`UPDATE user_account u
           SET second_factor_due_at = CASE WHEN u.second_factor_due_at IS NULL
                                           THEN ${now}::timestamptz + ${graceDays}::int * interval '1 day' END
         WHERE u.id = ${userId} AND (u.second_factor_due_at IS NULL) = ${needsSecondFactor}`,
  );
}

/**
 * After a rule was changed: the accounts under it have some days from now on, and those no longer under one are free. The next
 * rule gives its days again.
 *
 * @returns the accounts that are free
 */
export async function setDueDates(manager: EntityManager, now: Date, graceDays: number): Promise<number[]> {
  await execute(
    manager,
    sql`UPDATE user_account u SET second_factor_due_at = ${now}::timestamptz + ${graceDays}::int * interval '1 day'
         WHERE u.second_factor_due_at IS NULL AND NOT u.service AND ${needsSecondFactor}`,
  );
  const freed = await rowsOf<{ id: number }>(
    manager,
    sql`UPDATE user_account u SET second_factor_due_at = NULL
         WHERE u.second_factor_due_at IS NOT NULL AND NOT ${needsSecondFactor} RETURNING u.id`,
  );
  return freed.map(({ id }) => id);
}

/** In SQL, for an account `u`: whether it has to have a second factor, and its days to set one up are over. */
export const lacksSecondFactor: Sql = sql`(u.second_factor_due_at <= server_now() AND ${needsSecondFactor})`;

/** Whether an account has to have a second factor. */
export async function isRequired(manager: EntityManager, userId: number): Promise<boolean> {
  const [account] = await rowsOf<{ required: boolean }>(
    manager,
    sql`SELECT ${needsSecondFactor} AS required FROM user_account u WHERE u.id = ${userId}`,
  );
  return account?.required ?? false;
}

/** Until when the user of a session has to set a second factor up; null: there is nothing to do. */
export async function dueDate(manager: EntityManager, sessionId: string): Promise<Date | null> {
  const [session] = await rowsOf<{ dueAt: Date | null }>(
    manager,
    sql`SELECT u.second_factor_due_at AS "dueAt" FROM session s JOIN user_account u ON u.id = s.user_id
         WHERE s.id = ${sessionId} AND NOT s.is_whole AND NOT ${hasSecondFactor} AND ${needsSecondFactor}`,
  );
  return session?.dueAt ?? null;
}
