import { type ClientBase } from 'pg';
import { DatabaseClient } from '../database/database-client.js';
import { type Actor } from '../access/actor.js';
import { backupEvent } from './backup.queries.js';

const commandLine: Actor = { id: null, name: 'command line', address: null };

type Change = 'backup.created' | 'backup.copied' | 'backup.restored';

/** What is done beside the server, or without one, writes its audit event itself. */
export async function recordBackupEvent(
  client: ClientBase,
  action: Change,
  details: Readonly<Record<string, unknown>>,
  actor: Actor = commandLine,
): Promise<void> {
  await client.query(backupEvent(action, actor, details));
}

/** As {@link recordBackupEvent}, in a database that is open nowhere. */
export async function recordBackupEventIn(
  databaseUrl: string,
  ...[action, details, actor]: [Change, object, Actor?]
): Promise<void> {
  const client = new DatabaseClient(databaseUrl);
  await client.connect();
  try {
    await recordBackupEvent(client, action, { ...details }, actor);
  } finally {
    await client.end();
  }
}
