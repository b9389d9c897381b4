import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute, rowsOf } from '../database/query.js';
import { type ServerClockView } from './dto/server-clock.js';

/** What a server knows about itself and the time. */
export interface InstallationNow {
  serverId: string;
  evaluationIssuedAt: Date | null;
  /** The newest time that was ever seen here, by which licenses count. */
  newestTime: Date;
  /** The database's clock. */
  now: Date;
  /** When the newest of the vendor's files of all times was issued. */
  newestIssue: Date;
}

export async function installationNow(manager: EntityManager): Promise<InstallationNow> {
  const [row] = (await rowsOf<InstallationNow>(
    manager,
    sql`
      SELECT server_id AS "serverId", evaluation_issued_at AS "evaluationIssuedAt", now,
             greatest(newest_time, now) AS "newestTime",
             to_timestamp(greatest(extract(epoch FROM newest_issue), 0)) AS "newestIssue"
        FROM installation, server_now() AS now`,
  )) as [InstallationNow];
  return row;
}

/** What was done when the clock was wrong, and when the recorded time was. */
export async function clockRepairs(manager: EntityManager): Promise<Pick<ServerClockView, 'setBack' | 'corrected'>> {
  const [row] = (await rowsOf<Pick<ServerClockView, 'setBack' | 'corrected'>>(
    manager,
    sql`SELECT clock_step AS "setBack", time_proof AS corrected FROM installation`,
  )) as [Pick<ServerClockView, 'setBack' | 'corrected'>];
  return row;
}

/** Remembers when the newest of the vendor's files was issued. */
export async function noteNewestIssue(manager: EntityManager, issuedAt: Date): Promise<void> {
  await execute(manager, sql`UPDATE installation SET newest_issue = greatest(newest_issue, ${issuedAt})`);
}

/** Remembers the time at which the quotas were computed, and until when they are right; undefined: nothing changes them. */
export async function noteQuotas(manager: EntityManager, at: Date, validUntil: Date | undefined): Promise<void> {
  await execute(
    manager,
    sql`UPDATE installation SET newest_time = ${at}, quotas_valid_until = ${validUntil ?? 'infinity'}`,
  );
}

/** Remembers the time, which never falls. @returns whether it is time to compute the quotas again */
export async function noteTime(manager: EntityManager): Promise<boolean> {
  const [seen] = await rowsOf<{ due: boolean }>(
    manager,
    sql`
      WITH seen AS (UPDATE installation SET newest_time = greatest(newest_time, server_now())
                    RETURNING newest_time, quotas_valid_until)
      SELECT quotas_valid_until <= newest_time AS due FROM seen`,
  );
  return seen?.due ?? false;
}

/** Every server reads the license files again. */
export async function notifyLicensesChanged(manager: EntityManager): Promise<void> {
  await execute(manager, sql`SELECT pg_notify('license_changed', '')`);
}
