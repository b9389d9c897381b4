import pg from 'pg';
import { hostsOf, hostAndPort } from '../../src/config/database-address.js';
import { connectionFailure } from '../../src/errors/connection-trouble.js';
import { DatabaseClient } from '../../src/database/database-client.js';
import { type DatabaseFitness, fitnessOf } from '../../src/database/database-fitness.js';

/** What a PostgreSQL says of itself. */
export interface DatabaseState extends DatabaseFitness {
  /** Connections that it has left. */
  freeConnections: number;
  /** Milliseconds that its clock is ahead of this machine's. */
  clockAhead: number;
}

/** Why a database cannot be used, in words. */
export class DatabaseProbeError extends Error {
  constructor(
    message: string,
    /** The server answers, and this database is not there. */
    readonly missing: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Connects and looks around; changes nothing.
 *
 * @throws DatabaseProbeError
 */
export async function probeDatabase(url: string): Promise<DatabaseState> {
  const client = await connect(url);
  try {
    const asked = Date.now();
    const { rows } = await client.query<{ freeConnections: number; now: Date }>(`
      SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
               - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS "freeConnections",
             clock_timestamp() AS now`);
    const [state] = rows;
    if (!state) throw new DatabaseProbeError('The database says nothing of itself.', false);
    const clockAhead = state.now.getTime() - (asked + Date.now()) / 2;
    return { ...(await fitnessOf(client)), freeConnections: state.freeConnections, clockAhead };
  } finally {
    await client.end();
  }
}

/**
 * Creates the database that a URL names, on the server that it names.
 *
 * @throws DatabaseProbeError
 */
export async function createDatabase(url: string): Promise<void> {
  const name = databaseName(url);
  let client: pg.Client;
  try {
    client = await connect(onDatabase(url, 'postgres'));
  } catch {
    client = await connect(onDatabase(url, 'template1'));
  }
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} ENCODING 'UTF8' TEMPLATE template0`);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '42P04') return;
    const explanation =
      code === '42501'
        ? `The user may not create databases. Ask your PostgreSQL administrator to run: CREATE DATABASE ${name} OWNER …;`
        : `The database ${name} could not be created: ${message}.`;
    throw new DatabaseProbeError(explanation, true, { cause: error });
  } finally {
    await client.end();
  }
}

export function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

function onDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.toString();
}

async function connect(url: string): Promise<pg.Client> {
  const client = new DatabaseClient(url);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    const { missing, explanation } = describeError(error as NodeJS.ErrnoException, url);
    throw new DatabaseProbeError(explanation, missing, { cause: error });
  }
}

function describeError(
  { code, message }: NodeJS.ErrnoException,
  text: string,
): { explanation: string; missing: boolean } {
  const url = new URL(text);
  const hosts = hostsOf(text);
  const server = hosts.map(hostAndPort).join(', ');
  const user = decodeURIComponent(url.username) || 'without a name';
  const known: Record<string, string> = {
    ENOTFOUND: `The host of the database is not known: ${server}. Check its name.`,
    EAI_AGAIN: `The host of the database cannot be looked up now: ${server}.`,
    ECONNREFUSED: `No PostgreSQL answers at ${server}. Check host and port, and that PostgreSQL listens on the network.`,
    ETIMEDOUT: `Nothing answers at ${server}. A firewall may be in between.`,
    EHOSTUNREACH: `There is no way to ${server}. Check the network.`,
    '28P01': `PostgreSQL at ${server} does not accept the password of the user ${user}.`,
    '28000': `PostgreSQL at ${server} does not let the user ${user} in: ${message}. See its pg_hba.conf.`,
    '3D000': `There is no database ${databaseName(text)} at ${server}.`,
    '53300': `PostgreSQL at ${server} has no connection left. Raise its max_connections.`,
  };
  // It says what each of them is.
  if (hosts.length > 1 && code === connectionFailure) return { explanation: message, missing: false };
  if (/timeout/i.test(message)) return { explanation: known.ETIMEDOUT ?? message, missing: false };
  return {
    explanation: known[code ?? ''] ?? `The database at ${server} cannot be used: ${message || code}.`,
    missing: code === '3D000',
  };
}
