import { type EntityManager } from 'typeorm';
import { type DailyKind } from './daily-count.entity.js';

/** What an organization is about to do, and how often it may a day. */
export interface DailyUse {
  organizationId: number;
  kind: DailyKind;
  count: number;
  limit: number;
}

/**
 * Counts what an organization does a day (UTC), in the transaction that does it: the row is the lock, so two servers together
 * cannot do more. Call it after all other locks.
 *
 * @returns whether it may; nothing is counted otherwise
 */
export async function takeOfToday(
  manager: EntityManager,
  { organizationId, kind, count, limit }: DailyUse,
  now: Date,
): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    `INSERT INTO daily_count AS c (organization_id, kind, day, count)
       SELECT id, $2, $3::date, $4 FROM organization WHERE id = $1 AND $4::int <= $5::int
     ON CONFLICT (organization_id, kind) DO UPDATE
       SET day = excluded.day, count = excluded.count + CASE WHEN c.day = excluded.day THEN c.count ELSE 0 END
       WHERE excluded.count + CASE WHEN c.day = excluded.day THEN c.count ELSE 0 END <= $5
     RETURNING count`,
    [organizationId, kind, now.toISOString().slice(0, 10), count, limit],
  );
  return rows.length > 0;
}
