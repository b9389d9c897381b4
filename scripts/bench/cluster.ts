import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cpuMicrosOfEnded, cpuMicrosOfFamily } from './cpu.js';

/** Debian's programs that the bench needs beside Node. */
const needed = 'apt-get install postgresql wrk openssl';

/** A PostgreSQL as Debian ships it, with its default, durable settings, for as long as the bench runs. */
export class Cluster {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-bench-'));
  private readonly identity: { uid?: number; gid?: number };
  private readonly data = path.join(this.folder, 'cluster');

  private constructor(
    private readonly bin: string,
    settings: Record<string, string>,
  ) {
    const root = process.getuid?.() === 0;
    this.identity = root ? { uid: idOf('-u'), gid: idOf('-g') } : {};
    if (root) chownSync(this.folder, Number(this.identity.uid), Number(this.identity.gid));
    this.run('initdb', ['-D', this.data, '-U', 'kit', '--auth=trust', '--encoding=UTF8', '--locale=C']);
    const all = { listen_addresses: '', unix_socket_directories: this.folder, ...settings };
    const options = Object.entries(all)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' ');
    this.run('pg_ctl', ['-D', this.data, '-w', '-l', path.join(this.folder, 'log'), '-o', options, 'start']);
    this.sql('CREATE DATABASE kit', 'postgres');
  }

  /**
   * Ends the process with words when something is not installed.
   *
   * @param settings of PostgreSQL, where they are not the default ones
   */
  static start(settings: Record<string, string> = {}): Cluster {
    const root = '/usr/lib/postgresql';
    const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
    const bin = versions
      .map((version) => path.join(root, version, 'bin'))
      .find((each) => existsSync(path.join(each, 'pgbench')));
    const programs = (process.env.PATH ?? '').split(':');
    if (bin && ['wrk', 'openssl'].every((name) => programs.some((folder) => existsSync(path.join(folder, name))))) {
      return new Cluster(bin, settings);
    }
    console.error(`The bench needs pgbench, wrk and openssl: ${needed}`);
    process.exit(1);
  }

  get url(): string {
    return `postgresql://kit@localhost/kit?host=${encodeURIComponent(this.folder)}`;
  }

  get version(): string {
    return this.sql('SHOW server_version').trim();
  }

  /** What psql prints: columns separated by "|". */
  sql(text: string, database = 'kit'): string {
    const args = ['-h', this.folder, '-U', 'kit', '-qAt', '-v', 'ON_ERROR_STOP=1', '-c', text, database];
    return execFileSync('psql', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  }

  /** Microseconds of processor that PostgreSQL has taken since its start. */
  cpuMicros(): number {
    return cpuMicrosOfFamily(Number(readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]));
  }

  /** Transactions per second of a script of pgbench, and microseconds of processor that each costs PostgreSQL and pgbench. */
  pgbench(script: string, clients: number, seconds: number): { rate: number; cpuOfAll: number } {
    const file = path.join(this.folder, 'script.sql');
    writeFileSync(file, script);
    const args = ['-h', this.folder, '-U', 'kit', '-n', '-M', 'prepared', '-c', String(clients), '-j', '2'];
    const before = this.cpuMicros() + cpuMicrosOfEnded();
    const output = this.run('pgbench', [...args, '-T', String(seconds), '-f', file, 'kit']);
    const numberAfter = (label: RegExp): number => Number(label.exec(output)?.[1] ?? NaN);
    const transactions = numberAfter(/actually processed: (\d+)/);
    if (!(transactions > 0)) throw new Error('pgbench has done nothing: this machine is too busy to measure on');
    const cpuOfAll = (this.cpuMicros() + cpuMicrosOfEnded() - before) / transactions;
    return { rate: numberAfter(/tps = ([\d.]+)/), cpuOfAll };
  }

  stop(): void {
    if (!existsSync(this.folder)) return;
    this.run('pg_ctl', ['-D', this.data, '-m', 'immediate', 'stop']);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(program: string, args: string[]): string {
    return execFileSync(path.join(this.bin, program), args, {
      ...this.identity,
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}
