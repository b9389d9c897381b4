import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Api } from './api.js';
import { bareEnvironment } from './command.js';

const dist = path.join(import.meta.dirname, '..', '..', 'dist');
const main = [path.join(dist, 'src', 'main.js')];

/** What an administrator starts: the parent process, with a server under it. */
export const parentCommand = [path.join(dist, 'cli', 'main.js'), 'start'];

/** A server process as an administrator's machine runs it, with the database that it embeds. */
export class Program {
  /** All that were started in this test file. */
  static readonly started: Program[] = [];

  output = '';
  readonly child: ChildProcess;
  /** Resolves when it has ended and all its output is here. */
  private readonly ended: Promise<unknown>;
  private isOver = false;
  private readonly events = new EventEmitter();

  /**
   * @param command what Node runs; the server without a parent unless it is given
   * @param runner what runs Node, such as `unshare`
   */
  constructor(
    readonly env: Record<string, string>,
    command: string[] = main,
    runner: string[] = [],
  ) {
    const [program = '', ...args] = [...runner, process.execPath, ...command];
    this.child = spawn(program, args, {
      env: { ...bareEnvironment(), HOST: '127.0.0.1', PORT: '0', ...env },
    });
    const hear = (chunk: Buffer): void => {
      this.output += chunk.toString();
      this.events.emit('more');
    };
    this.child.stdout?.on('data', hear);
    this.child.stderr?.on('data', hear);
    this.ended = once(this.child, 'close').then(() => (this.isOver = true));
    Program.started.push(this);
  }

  /** Resolves when it answers. */
  async ready(): Promise<Api> {
    for (;;) {
      const port = /"listening":"https?:\/\/[^"]*:(\d+)"/.exec(this.output)?.[1];
      if (port) return new Api(`http://127.0.0.1:${port}`);
      if (this.isOver) throw new Error(`It ended: ${this.output}`);
      await this.more();
    }
  }

  /** Resolves when it has said this so many times. */
  async said(text: string, times = 1): Promise<void> {
    while (this.output.split(text).length <= times) {
      if (this.isOver) throw new Error(`It ended: ${this.output}`);
      await this.more();
    }
  }

  /** The server processes of a parent, oldest first. */
  servers(): number[] {
    const found = spawnSync('pgrep', ['-P', String(this.child.pid), '-f', 'under-parent'], { encoding: 'utf8' });
    return found.stdout.split('\n').filter(Boolean).map(Number);
  }

  /** Ends all that were started. */
  static async endAll(): Promise<void> {
    for (const program of Program.started.splice(0)) await program.end('SIGTERM');
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exit();
  }

  /** Resolves with its exit code when it ends by itself. */
  async exit(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  private async more(): Promise<void> {
    await Promise.race([once(this.events, 'more'), this.ended]);
  }
}

/** Goes with the test run, as all in that folder; each worker has one. */
const usedOnce = path.join(
  process.env.TEST_FOLDER ?? os.tmpdir(),
  `data-${process.env.JEST_WORKER_ID ?? ''}-${process.ppid}`,
);

/** Makes an empty folder one that a server has started on and left: making a database takes longer than all that is tested. */
export async function useBefore(folder: string): Promise<void> {
  if (!existsSync(usedOnce)) {
    const inTheMaking = `${usedOnce}.new`;
    const program = new Program({ DATA_DIR: inTheMaking });
    await program.ready();
    await program.end('SIGTERM');
    renameSync(inTheMaking, usedOnce);
  }
  // With the owners: root leaves the database to somebody else.
  execFileSync('cp', ['-a', `${usedOnce}/.`, folder]);
}
