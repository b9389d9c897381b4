import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DataFolder, DataFolderInUseError } from '../src/config/data-folder.js';
import { type Settings } from '../src/config/settings.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { withoutPostgresSettings } from '../src/database/embedded/postgres-environment.js';

/** The database of the server, for a command. */
export interface ServerDatabase {
  /** `postgresql://…` */
  url: string;
  /** Whether a server works in the data folder at this moment. */
  serverRuns: boolean;
  close(): Promise<void>;
}

/**
 * Opens the database of the server: an external one, the embedded one of a running server, or the embedded one, started
 * for this.
 *
 * @throws Error when there is no server in the data folder
 */
export async function openServerDatabase(settings: Settings): Promise<ServerDatabase> {
  const { databaseUrl, dataDir } = settings;
  if (!databaseUrl && !existsSync(path.join(dataDir, 'postgres', 'PG_VERSION'))) {
    throw new Error(
      `There is no server in ${dataDir}. Name its folder with DATA_DIR, or its database with DATABASE_URL.`,
    );
  }
  let folder: DataFolder | undefined;
  try {
    if (existsSync(dataDir)) folder = await DataFolder.claim(dataDir, { isCommand: true, notify: console.error });
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error;
    // The database of another machine or container is out of reach.
    if (!databaseUrl && !error.isHere) throw error;
    const url = databaseUrl ?? urlOfRunning(dataDir);
    return { url, serverRuns: true, close: () => Promise.resolve() };
  }
  if (databaseUrl || !folder) {
    await folder?.release();
    return { url: databaseUrl ?? '', serverRuns: false, close: () => Promise.resolve() };
  }
  return startEmbedded(folder, settings.postgresBinDir);
}

/**
 * Starts the embedded database, and creates it if it does not exist.
 *
 * @param binDir of `POSTGRES_BIN_DIR`
 */
export async function startEmbedded(folder: DataFolder, binDir: string | undefined): Promise<ServerDatabase> {
  try {
    const postgres = await EmbeddedPostgres.start(folder, () => undefined, {}, binDir);
    const close = async (): Promise<void> => {
      await postgres.stop();
      await folder.release();
    };
    return { url: postgres.url, serverRuns: false, close };
  } catch (error) {
    await folder.release();
    throw error;
  }
}

function urlOfRunning(dataDir: string): string {
  withoutPostgresSettings(process.env);
  try {
    return readFileSync(path.join(dataDir, 'database-url'), 'utf8').trim();
  } catch (error) {
    throw new Error('The server is just starting or stopping. Try again in a moment.', { cause: error });
  }
}
