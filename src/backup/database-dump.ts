import pg from 'pg';
import { to } from 'pg-copy-streams';
import { DatabaseClient } from '../database/database-client.js';
import { migrationsIn } from '../database/database-fitness.js';
import { BackupError } from './backup-error.js';
import { holdSchemaShared, sameTextEverywhere, sequencesOf, tablesWithReferences } from './backup.queries.js';
import { type SequenceInBackup, type TableInBackup } from './manifest.js';

/** Bytes of a piece of a table, and of what is kept in memory. */
const pieceBytes = 4 * 1024 * 1024;

export interface DatabaseDump {
  schema: string[];
  tables: TableInBackup[];
  sequences: SequenceInBackup[];
}

/**
 * Reads the whole database as it is at one moment, while others change it. No migration or rotation of keys runs meanwhile.
 *
 * @param begun is called at that moment
 * @param take gets each table in pieces of PostgreSQL's COPY text format, one after the other
 * @throws BackupError when it is not the database of a license server
 */
export async function dumpDatabase(
  url: string,
  begun: () => Promise<void>,
  take: (name: string, piece: Buffer) => Promise<void>,
): Promise<DatabaseDump> {
  const client = new DatabaseClient({ connectionString: url, application_name: 'license-server backup' });
  await client.connect();
  try {
    await client.query(holdSchemaShared());
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(sameTextEverywhere);
    const schema = await migrationsIn(client);
    if (schema.length === 0)
      throw new BackupError('This database holds no license server: there is nothing to back up.');
    await begun();
    const tables: TableInBackup[] = [];
    for (const { name, columns } of await tablesOf(client)) {
      const rows = await dumpTable(client, name, columns, take);
      tables.push({ name, columns, rows });
    }
    return { schema, tables, sequences: await sequencesOf(client) };
  } finally {
    await client.end();
  }
}

/** The name of a piece in the archive; {@link tableOfPiece} reads it. */
function pieceName(table: string, number: number): string {
  return `database/${table}/${String(number).padStart(6, '0')}.copy`;
}

/** The table of a piece; undefined when a part is something else. */
export function tableOfPiece(part: string): string | undefined {
  return /^database\/([^/]+)\/\d+\.copy$/.exec(part)?.[1];
}

/** @returns rows */
async function dumpTable(
  client: pg.Client,
  table: string,
  columns: readonly string[],
  take: (name: string, piece: Buffer) => Promise<void>,
): Promise<number> {
  const copy = client.query(to(`COPY ${columnsOf(table, columns)} TO STDOUT`));
  let chunks: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  const flush = async (): Promise<void> => {
    await take(pieceName(table, ++number), Buffer.concat(chunks));
    chunks = [];
    bytes = 0;
  };
  for await (const chunk of copy as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= pieceBytes) await flush();
  }
  if (bytes > 0) await flush();
  return copy.rowCount;
}

/** `table (column, …)`, as COPY has it. */
export function columnsOf(table: string, columns: readonly string[]): string {
  return `${pg.escapeIdentifier(table)} (${columns.map((column) => pg.escapeIdentifier(column)).join(', ')})`;
}

/** All tables, each after those that it refers to. */
async function tablesOf(client: pg.Client): Promise<{ name: string; columns: string[] }[]> {
  let left = await tablesWithReferences(client);
  const ordered: typeof left = [];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const next = left.filter(({ refersTo }) => !refersTo.some((other) => names.has(other)));
    if (next.length === 0) throw new BackupError(`These tables refer to each other: ${[...names].join(', ')}.`);
    ordered.push(...next);
    left = left.filter((table) => !next.includes(table));
  }
  return ordered.map(({ name, columns }) => ({ name, columns }));
}
