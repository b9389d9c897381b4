import sql from 'sql-template-tag';
import { type DataSource } from 'typeorm';
import { execute } from '../../database/query.js';
import { type ClientSession } from '../seat/client-session.entity.js';

/** Notes a run of a client, or the end of one that is known already. */
export async function noteSession(database: DataSource, session: Omit<ClientSession, 'id'>): Promise<void> {
  const { organizationId, userId, machineId, sessionId, startedAt, endedAt, version, reportedAt } = session;
  await execute(
    database,
    sql`INSERT INTO client_session (organization_id, user_id, machine_id, session_id, started_at, ended_at, version, reported_at)
          VALUES (${organizationId}, ${userId}, ${machineId}, ${sessionId}, ${startedAt}, ${endedAt}, ${version}, ${reportedAt})
        ON CONFLICT (organization_id, user_id, machine_id, session_id) DO UPDATE
          SET ended_at = coalesce(excluded.ended_at, client_session.ended_at), reported_at = excluded.reported_at`,
  );
}
