import sql, { type Sql } from 'sql-template-tag';
import { locks } from '../../../database/locks.js';

/** `{locked}`: whether no other server writes archives; until the commit, none does. */
export const triedToArchive = sql`SELECT pg_try_advisory_xact_lock(${locks.archiving}) AS locked`;

/** The last block that is in an archive, as `block`; 0: none is. */
export const lastArchived = sql`SELECT coalesce(max(last_block), 0) AS block FROM audit_archive`;

/** Blocks of one month that are not in an archive. */
export interface ClosedMonth {
  month: string;
  first: number;
  last: number;
}

/**
 * The first month with blocks that are in no archive, if it is over. Where the clock was set back, blocks of an older time belong to the
 * month of those before them.
 */
export function nextClosedMonth(after: number, now: Date): Sql {
  const month = (time: Sql): Sql => sql`date_trunc('month', ${time}, 'UTC')`;
  return sql`
    WITH first AS (SELECT number, ${month(sql`sealed_at`)} AS month FROM audit_block WHERE number > ${after}::bigint ORDER BY number LIMIT 1),
         next AS (SELECT min(b.number) AS number FROM audit_block b, first f WHERE b.number > f.number AND b.sealed_at >= f.month + interval '1 month')
    SELECT to_char(f.month AT TIME ZONE 'UTC', 'YYYY-MM') AS month, f.number AS first,
           coalesce(n.number - 1, (SELECT max(number) FROM audit_block)) AS last
      FROM first f, next n WHERE f.month < ${month(sql`${now}::timestamptz`)}`;
}
