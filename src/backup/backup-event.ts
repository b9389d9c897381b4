import { type ClientBase } from 'pg';
import { DatabaseClient } from '../database/database-client.js';
import { commandLineEvent } from './backup.queries.js';

type Change = 'backup.created' | 'backup.restored';

/** The command itself writes its audit event: it runs beside the server, or without one. */
export async function recordBackupEvent(
  client: ClientBase,
  action: Change,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await client.query(commandLineEvent(action, details));
}

/** As {@link recordBackupEvent}, in a database that is open nowhere. */
export async function recordBackupEventIn(databaseUrl: string, ...event: [Change, object]): Promise<void> {
  const client = new DatabaseClient(databaseUrl);
  await client.connect();
  try {
    await recordBackupEvent(client, event[0], { ...event[1] });
  } finally {
    await client.end();
  }
}
