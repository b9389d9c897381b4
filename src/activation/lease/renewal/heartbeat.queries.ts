import sql, { raw } from 'sql-template-tag';
import { type DataSource, type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../../../database/query.js';
import { leaseMinutesInSql } from '../../seat/lease-policy.js';

/** How far the last heartbeat may be away. */
export interface HeartbeatLimits {
  outageMillis: number;
  clockToleranceSeconds: number;
}

/**
 * Notes that a server is at work.
 *
 * @returns false, with nothing noted, when none was for too long, or the clock was set back
 */
export async function noteAlive(
  database: DataSource,
  { outageMillis, clockToleranceSeconds }: HeartbeatLimits,
): Promise<boolean> {
  const rows = await rowsOf(
    database,
    sql`UPDATE installation SET alive_at = clock_timestamp(), clock_at = server_now()
         WHERE alive_at > clock_timestamp() - ${outageMillis}::int * interval '1 millisecond'
           AND clock_at <= server_now() + ${clockToleranceSeconds}::int * interval '1 second'
     RETURNING true`,
  );
  return rows.length > 0;
}

/** How long no server was at work, where that was too long; until the commit, no other server finds the same. */
export async function lockOutage(manager: EntityManager, outageMillis: number): Promise<number | undefined> {
  const [outage] = await rowsOf<{ millis: number }>(
    manager,
    sql`SELECT extract(epoch FROM clock_timestamp() - alive_at)::float8 * 1000 AS millis FROM installation
         WHERE alive_at <= clock_timestamp() - ${outageMillis}::int * interval '1 millisecond' FOR UPDATE`,
  );
  return outage?.millis;
}

/**
 * What a lease had left when the servers went, it has again; never more than a new one, or than its license.
 *
 * @returns how many leases were prolonged
 */
export async function creditLeases(manager: EntityManager, awayMillis: number): Promise<number> {
  const minutes = raw(leaseMinutesInSql);
  const [credited] = (await rowsOf<{ leases: number }>(
    manager,
    sql`WITH credited AS (
          UPDATE lease l
             SET expires_at = greatest(l.expires_at,
                                       least(l.expires_at + t.away,
                                             t.now + least(${minutes}, p.max_lease_minutes) * interval '1 minute', p.ends_at))
            FROM seat_pool p, organization o,
                 (SELECT server_now() AS now, ${awayMillis}::float8 * interval '1 millisecond' AS away) AS t
           WHERE p.id = l.pool_id AND o.id = l.organization_id AND l.expires_at > t.now - t.away
             -- A borrowed token ends when it says, whether a server is at work or not.
             AND l.borrowed_until IS NULL
             AND l.expires_at <= t.now + ${minutes} * interval '1 minute'
          RETURNING l.id)
        SELECT count(*)::int AS leases FROM credited`,
  )) as [{ leases: number }];
  return credited.leases;
}

/** Notes that a server is at work again. */
export async function noteReturn(manager: EntityManager): Promise<void> {
  await execute(manager, sql`UPDATE installation SET alive_at = clock_timestamp(), clock_at = server_now()`);
}
