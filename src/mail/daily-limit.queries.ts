import sql, { type Sql } from 'sql-template-tag';
import { type DailyKind } from './daily-count.entity.js';

/** What an organization is about to do, and how often it may a day. */
export interface DailyUse {
  organizationId: number;
  kind: DailyKind;
  count: number;
  limit: number;
}

/**
 * Counts a use on a day; returns no row, and counts nothing, when the limit would be passed.
 *
 * @param day `YYYY-MM-DD` in UTC
 */
export function countUse({ organizationId, kind, count, limit }: DailyUse, day: string): Sql {
  return sql`
    INSERT INTO daily_count AS c (organization_id, kind, day, count)
      SELECT id, ${kind}, ${day}::date, ${count} FROM organization
       WHERE id = ${organizationId} AND ${count}::int <= ${limit}::int
    ON CONFLICT (organization_id, kind) DO UPDATE
      SET day = excluded.day, count = excluded.count + CASE WHEN c.day = excluded.day THEN c.count ELSE 0 END
      WHERE excluded.count + CASE WHEN c.day = excluded.day THEN c.count ELSE 0 END <= ${limit}
    RETURNING count`;
}
