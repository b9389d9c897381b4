import sql from 'sql-template-tag';
import { type EntityManager } from 'typeorm';
import { execute } from '../../database/query.js';
import { type ClientCall } from './client-call.entity.js';
import { type ClientVersion } from './client-version.entity.js';

/** Adds versions that have been seen. Rows are written in one order, so that servers do not wait for each other in a circle. */
export async function addVersions(manager: EntityManager, versions: readonly ClientVersion[]): Promise<void> {
  await execute(
    manager,
    sql`INSERT INTO client_version AS v (client, version, first_at, last_at)
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(versions)}::jsonb)
            AS n(client text, version text, "firstAt" timestamptz, "lastAt" timestamptz) ORDER BY client, version
        ON CONFLICT (client, version) DO UPDATE SET last_at = greatest(v.last_at, excluded.last_at)`,
  );
}

/** Adds refused calls, in the order of all servers. */
export async function addCalls(manager: EntityManager, calls: readonly ClientCall[]): Promise<void> {
  await execute(
    manager,
    sql`INSERT INTO client_call AS c (method, path, parameters, status, reason, program, count, first_at, last_at)
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(calls)}::jsonb)
            AS n(method text, path text, parameters text, status int, reason text, program text, count bigint,
                 "firstAt" timestamptz, "lastAt" timestamptz)
        ON CONFLICT (method, path, parameters, status, reason, program)
          DO UPDATE SET count = c.count + excluded.count, last_at = greatest(c.last_at, excluded.last_at)`,
  );
}

/** Forgets all but the newest. */
export async function keepNewest(manager: EntityManager, maxVersions: number, maxCalls: number): Promise<void> {
  await execute(
    manager,
    sql`DELETE FROM client_version WHERE (client, version) IN
          (SELECT client, version FROM client_version ORDER BY last_at DESC, client, version OFFSET ${maxVersions})`,
  );
  await execute(
    manager,
    sql`DELETE FROM client_call WHERE ctid IN (SELECT ctid FROM client_call ORDER BY last_at DESC OFFSET ${maxCalls})`,
  );
}
