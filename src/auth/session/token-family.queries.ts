import { type DataSource, type EntityManager } from 'typeorm';
import sql from 'sql-template-tag';
import { rowsOf } from '../../database/query.js';
import { type TokenFamily } from './token-family.entity.js';

/** @returns whether the family goes on with this generation: not when it has ended, or had a later or the same one already */
export async function advance(
  manager: EntityManager,
  { id, userId, generation, expiresAt }: Omit<TokenFamily, 'endedAt'>,
): Promise<boolean> {
  const advanced = await rowsOf<unknown>(
    manager,
    sql`INSERT INTO token_family AS f (id, user_id, generation, expires_at)
        VALUES (${id}, ${userId}, ${generation}, ${expiresAt})
        ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, expires_at = excluded.expires_at
          WHERE f.generation < excluded.generation AND f.ended_at IS NULL
        RETURNING generation`,
  );
  return advanced.length > 0;
}

/** @returns whether the family has ended now, not before */
export async function endFamily(
  manager: EntityManager,
  { id, userId, endedAt, expiresAt }: Omit<TokenFamily, 'generation'>,
): Promise<boolean> {
  const ended = await rowsOf<unknown>(
    manager,
    sql`INSERT INTO token_family AS f (id, user_id, generation, ended_at, expires_at)
        VALUES (${id}, ${userId}, 0, ${endedAt}, ${expiresAt})
        ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, expires_at = excluded.expires_at
          WHERE f.ended_at IS NULL
        RETURNING id`,
  );
  return ended.length > 0;
}

/**
 * Deletes families that have expired, the oldest first. Several servers may do it at once: each takes other rows.
 *
 * @returns how many
 */
export async function deleteExpiredFamilies(dataSource: DataSource, now: Date, max: number): Promise<number> {
  const [deleted] = await rowsOf<{ count: number }>(
    dataSource,
    sql`WITH deleted AS (
          DELETE FROM token_family WHERE id IN (SELECT id FROM token_family WHERE expires_at < ${now}
                                                 ORDER BY expires_at LIMIT ${max} FOR UPDATE SKIP LOCKED)
          RETURNING id)
        SELECT count(*)::int AS count FROM deleted`,
  );
  return deleted?.count ?? 0;
}
