import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { withoutPostgresSettings } from './postgres-environment.js';

/** How to run a PostgreSQL whose files are ready. */
export interface PostgresCommand {
  program: string;
  args: string[];
  /** The cluster. */
  cwd: string;
  uid?: number;
  gid?: number;
  /** The file that tells its address; it goes with it. */
  urlFile: string;
}

/**
 * Sends SIGINT to PostgreSQL on Windows, which has no signals: PostgreSQL has a pipe of its own for them.
 *
 * @param program one in the folder of PostgreSQL's programs
 * @returns whether it was sent; never elsewhere, where it is for the caller to do
 */
export function sendInterrupt(program: string, pid: number | undefined): boolean {
  if (process.platform !== 'win32') return false;
  const pgCtl = path.join(path.dirname(program), 'pg_ctl.exe');
  return spawnSync(pgCtl, ['kill', 'INT', String(pid)], { stdio: 'ignore', windowsHide: true }).status === 0;
}

/** A PostgreSQL that runs, as the process that has started it sees it. */
export class PostgresProcess {
  private message = '';
  private failure: Error | undefined;
  private stopping = false;
  private guard: ChildProcess | undefined;

  private constructor(
    private readonly child: ChildProcess,
    /** How it was started. */
    readonly command: PostgresCommand,
  ) {}

  /**
   * @param onExit called when it ends without {@link stop}
   */
  static start(command: PostgresCommand, onExit: () => void): PostgresProcess {
    const { program, args, urlFile: _urlFile, ...options } = command;
    const env = { ...process.env };
    withoutPostgresSettings(env);
    // Its own session: Ctrl-C in the terminal is for the server, which then stops PostgreSQL last.
    const child = spawn(program, args, { ...options, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const running = new PostgresProcess(child, command);
    child.stderr.on('data', (chunk: Buffer) => (running.message = (running.message + chunk.toString()).slice(-4000)));
    child.once('error', (error) => (running.failure = error));
    child.once('exit', () => {
      running.guard?.kill();
      if (!running.stopping) onExit();
    });
    return running;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Why it does not run; undefined: it runs. */
  get end(): string | undefined {
    if (this.failure) return this.failure.message;
    const hasEnded = this.child.exitCode !== null || this.child.signalCode !== null;
    return hasEnded ? this.message || 'It has ended without a word.' : undefined;
  }

  /** Lets this process end while PostgreSQL runs. */
  letGo(): void {
    this.child.unref();
  }

  /**
   * Ends PostgreSQL when this process dies, `kill -9` included: a shell waits at a pipe that breaks with it. Windows has no
   * such shell; there the server does it.
   */
  endWithThisProcess(): void {
    if (process.platform === 'win32' || this.pid === undefined) return;
    this.guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(this.pid)], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.guard.on('error', () => undefined);
    this.guard.unref();
  }

  /** Ends all connections, writes everything to disk and waits for the end. */
  async stop(): Promise<void> {
    this.stopping = true;
    rmSync(this.command.urlFile, { force: true });
    if (this.end !== undefined) return;
    this.child.ref();
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.interrupt();
    await ended;
  }

  /** PostgreSQL stops at SIGINT without waiting for its clients. */
  private interrupt(): void {
    if (!sendInterrupt(this.command.program, this.pid)) this.child.kill('SIGINT');
  }

  /** Ends it as a crash would, and waits for the end: the next start recovers what was committed. */
  async kill(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.abort();
    if (this.end === undefined) await ended;
  }

  /** At once, as a crash: nothing more may be written. */
  abort(): void {
    this.stopping = true;
    this.child.kill('SIGQUIT');
  }
}
