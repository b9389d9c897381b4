import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from './until.js';

/** Where Debian has its newest PostgreSQL. */
function programFolder(): string {
  const root = '/usr/lib/postgresql';
  const [version] = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  if (!version) throw new Error("This test needs Debian's package postgresql; `npm run check:failover` installs it");
  return path.join(root, version, 'bin');
}

/** Where a cluster is reached. */
export interface Listening {
  host: string;
  port: number;
  /** Runs it in a network namespace of `ip netns`. */
  namespace?: string;
}

/** A cluster of the system's PostgreSQL, which can be a stand-by, be killed and take over. */
export class SystemPostgres {
  readonly user = 'kit';

  private constructor(
    private readonly folder: string,
    readonly at: Listening,
  ) {}

  /** A new cluster, not started. */
  static create(at: Listening): SystemPostgres {
    const cluster = new SystemPostgres(newFolder(), at);
    cluster.run('initdb', '-D', cluster.data, '-U', cluster.user, '--auth=trust', '--encoding=UTF8', '--locale=C');
    return cluster;
  }

  /** A stand-by of this one, as `pg_basebackup -R` makes it; not started. */
  standBy(at: Listening, name: string): SystemPostgres {
    const cluster = new SystemPostgres(newFolder(), at);
    const source = `host=${this.at.host} port=${this.at.port} user=${this.user} application_name=${name}`;
    cluster.run('pg_basebackup', '-R', '-X', 'stream', '-c', 'fast', '-D', cluster.data, '-d', source);
    return cluster;
  }

  /** Lets a network in without a password. */
  trust(network: string): void {
    appendFileSync(path.join(this.data, 'pg_hba.conf'), `\nhost all all ${network} trust\n`);
  }

  /** Asks over the local socket, which no network can cut; the columns of each row are separated by `|`. */
  ask(text: string): string[] {
    const account = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
    const psql = [
      'psql',
      '-h',
      this.folder,
      '-p',
      String(this.at.port),
      '-U',
      this.user,
      '-d',
      'postgres',
      '-Atc',
      text,
    ];
    const [command = '', ...args] = [...account, ...psql];
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: '/', encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trimEnd().split('\n');
  }

  start(settings: Record<string, string> = {}): void {
    const all = {
      port: String(this.at.port),
      listen_addresses: this.at.host,
      unix_socket_directories: this.folder,
      max_connections: '200',
      ...settings,
    };
    const options = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
    this.run('pg_ctl', '-D', this.data, '-w', '-l', path.join(this.folder, 'log'), 'start', '-o', options.join(' '));
  }

  /** As a machine that loses power: no connection is ended, nothing is written. */
  async kill(): Promise<void> {
    const pid = Number(readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await until(() => !existsSync(`/proc/${pid}`), 20, 'the end of PostgreSQL');
  }

  promote(): void {
    this.run('pg_ctl', '-D', this.data, '-w', 'promote');
  }

  /** Ends it if it runs, and removes it. */
  remove(): void {
    if (existsSync(path.join(this.data, 'postmaster.pid'))) {
      this.attempt('pg_ctl', '-D', this.data, '-m', 'immediate', 'stop');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get data(): string {
    return path.join(this.folder, 'data');
  }

  private run(program: string, ...args: string[]): void {
    const message = this.attempt(program, ...args);
    if (message !== undefined) throw new Error(`${program}: ${message}`);
  }

  /** @returns what went wrong */
  private attempt(program: string, ...args: string[]): string | undefined {
    const account = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
    const network = this.at.namespace ? ['ip', 'netns', 'exec', this.at.namespace] : [];
    const [command = '', ...rest] = [...network, ...account, path.join(programFolder(), program), ...args];
    // A server that goes on in the background must not keep a pipe of this one.
    const { status, error, stderr } = spawnSync(command, rest, {
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', program === 'pg_ctl' ? 'ignore' : 'pipe'],
    });
    return status === 0 ? undefined : (error?.message ?? `exit code ${status}, see ${this.folder}/log: ${stderr}`);
  }
}

function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-cluster-'));
  chmodSync(folder, 0o755);
  if (process.getuid?.() === 0) {
    const [, , uid, gid] = /^postgres:(.*)$/m.exec(readFileSync('/etc/passwd', 'utf8'))![0].split(':');
    chownSync(folder, Number(uid), Number(gid));
  }
  return folder;
}
