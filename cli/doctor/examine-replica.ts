import { type QueryResultRow } from 'pg';
import { type Sql } from 'sql-template-tag';
import { type Settings } from '../../src/config/settings.js';
import { countedTime } from '../../src/errors/counted.js';
import { DatabaseClient } from '../../src/database/database-client.js';
import { maxLagMillis } from '../../src/database/report/report-database.js';
import {
  type PrimaryState,
  primaryState,
  type ReplicaState,
  replicaState,
} from '../../src/database/report/report-database.queries.js';
import { type Finding, ok, warning, wrong } from './finding.js';

/** The read replica for reports, where one is set. Reports do without it, so that nothing about it stops the server. */
export async function examineReplica(primaryUrl: string, { databaseReportUrl }: Settings): Promise<Finding[]> {
  if (databaseReportUrl === undefined) return [];
  try {
    const [primary] = await ask<PrimaryState>(primaryUrl, primaryState);
    const [replica] = await ask<ReplicaState>(databaseReportUrl, replicaState);
    return [
      primary && replica
        ? findingOf(primary, replica)
        : warning('replica', 'The read replica says nothing about itself.', 'Check DATABASE_REPORT_URL.'),
    ];
  } catch (error) {
    const advice = 'Check DATABASE_REPORT_URL. Until it answers, reports are read from the primary.';
    return [warning('replica', `The read replica cannot be used: ${(error as Error).message}`, advice)];
  }
}

function findingOf(primary: PrimaryState, replica: ReplicaState): Finding {
  if (primary.cluster !== replica.cluster || primary.name !== replica.name) {
    return wrong(
      'replica',
      'DATABASE_REPORT_URL does not lead to a stand-by of the database in DATABASE_URL.',
      'Name a stand-by with streaming replication, and the same database on it. Until then, reports are read from the primary.',
    );
  }
  if (replica.replayed === null) {
    return warning(
      'replica',
      'DATABASE_REPORT_URL leads to the primary itself, not to a stand-by.',
      'Name a stand-by, or remove the setting.',
    );
  }
  const bytes = Math.max(0, (primary.position ?? 0) - replica.replayed);
  const message = `Reports are read from a stand-by that is ${(bytes / 1e6).toFixed(1)} MB of the write-ahead log behind.`;
  if (bytes < 64e6) return ok('replica', message);
  const limit = `More than ${countedTime(maxLagMillis)} behind, it is not read.`;
  return warning('replica', message, `${limit} See pg_stat_replication on the primary.`);
}

async function ask<Row>(url: string, statement: Sql): Promise<Row[]> {
  const client = new DatabaseClient(url);
  try {
    await client.connect();
    const { rows } = await client.query<Row & QueryResultRow>(statement.text, statement.values);
    return rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
