import { type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { rowsOf } from '../../database/query.js';

/**
 * Ends the oldest sessions of a user, as far as there are more than `maxSessions` with the newest.
 *
 * @returns the ids of the sessions that have ended
 */
export async function endOldestSessions(
  manager: EntityManager,
  userId: number,
  { newest, maxSessions }: { newest: string; maxSessions: number },
): Promise<string[]> {
  const ended = await rowsOf<{ id: string }>(
    manager,
    sql`DELETE FROM session WHERE id IN (SELECT id FROM session WHERE user_id = ${userId} AND id <> ${newest}
                                          ORDER BY created_at DESC, id OFFSET ${maxSessions}::int - 1)
        RETURNING id`,
  );
  return ended.map(({ id }) => id);
}
