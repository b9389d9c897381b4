import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { sendInterrupt } from './postgres-process.js';

/** What it takes to recognize and stop an orphaned PostgreSQL where the system does not help. */
export interface OrphanReach {
  /** `postgres`, in the folder of PostgreSQL's programs. */
  program: string;
  user: string;
  password: string;
}

/**
 * A server that was killed leaves its PostgreSQL running, or a machine that lost power leaves `postmaster.pid` with a
 * number that may by now belong to any process. The first is ended; the second is only a file. The claim on the data
 * folder makes sure that the PostgreSQL found here has no living owner.
 */
export async function endOrphan(cluster: string, reach: OrphanReach): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const [first, , , port, socketFolder = ''] = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(first);
  if (Number.isInteger(pid) && pid > 1 && (await worksIn({ pid, port: Number(port) }, cluster, reach))) {
    if (!sendInterrupt(reach.program, pid)) process.kill(pid, 'SIGINT');
    for (let waited = 0; isStopping(pid, cluster); waited += 20) {
      if (waited === 10_000) process.kill(pid, 'SIGQUIT');
      await delay(20);
    }
  } else if (await answers(path.join(socketFolder || cluster, '.s.PGSQL.5432'))) {
    throw new EmbeddedPostgresError(
      `Another PostgreSQL (process ${pid}) still works in ${cluster}, out of reach of this one: in another container, or as ` +
        'another user. End that one first.',
    );
  }
  rmSync(pidFile, { force: true });
  for (const name of readdirSync(cluster)) if (name.startsWith('.s.PGSQL.')) rmSync(path.join(cluster, name));
}

/** Whether a PostgreSQL listens at a local socket, in whatever namespace its process is. */
function answers(socket: string): Promise<boolean> {
  if (process.platform === 'win32') return Promise.resolve(false);
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    connection.once('error', () => resolve(false));
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
  });
}

async function worksIn(
  { pid, port }: { pid: number; port: number },
  cluster: string,
  reach: OrphanReach,
): Promise<boolean> {
  if (process.platform !== 'win32') return isRunIn(pid, cluster);
  return isAlive(pid) && (await seesFilesOf(cluster, port, reach).catch(() => false));
}

/** Whether a PostgreSQL that was told to stop has not ended. On Windows it answers no more; its last act is to remove this file. */
function isStopping(pid: number, cluster: string): boolean {
  if (process.platform !== 'win32') return isRunIn(pid, cluster);
  return existsSync(path.join(cluster, 'postmaster.pid')) && isAlive(pid);
}

function isRunIn(pid: number, cluster: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === cluster;
    const command = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).stdout;
    return command.includes(cluster);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Whether the PostgreSQL that `postmaster.pid` names works in this cluster: it sees a file that was just made there. Windows does not
 * tell in which folder a process works, and PostgreSQL itself tells its folder in the code page of that Windows.
 *
 * @throws Error when nothing answers at its port, or something else
 */
async function seesFilesOf(cluster: string, port: number, { user, password }: OrphanReach): Promise<boolean> {
  const timeouts = { connectionTimeoutMillis: 5_000, query_timeout: 5_000 };
  const account = { host: '127.0.0.1', port, user, password, database: 'postgres' };
  const mark = `license-server-${randomBytes(8).toString('hex')}`;
  const client = new pg.Client({ ...account, ...timeouts });
  client.on('error', () => undefined);
  writeFileSync(path.join(cluster, mark), '');
  try {
    await client.connect();
    const text = 'SELECT size IS NOT NULL AS "isThere" FROM pg_stat_file($1, true)';
    const { rows } = await client.query<{ isThere: boolean }>(text, [mark]);
    return rows[0]?.isThere === true;
  } finally {
    await client.end().catch(() => undefined);
    rmSync(path.join(cluster, mark), { force: true });
  }
}
