import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Api } from './api.js';

const main = path.join(import.meta.dirname, '..', '..', 'dist', 'src', 'main.js');

/** The server as `npm start` runs it: a process, with the database that it embeds. */
export class Program {
  /** All that were started in this test file. */
  static readonly started: Program[] = [];

  output = '';
  readonly child: ChildProcess;
  /** Resolves when it has ended and all its output is here. */
  private readonly ended: Promise<unknown>;
  private isOver = false;

  constructor(readonly env: Record<string, string>) {
    this.child = spawn(process.execPath, [main], {
      env: { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: '0', ...env },
    });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = once(this.child, 'close').then(() => (this.isOver = true));
    Program.started.push(this);
  }

  /** Resolves when it answers. */
  async ready(): Promise<Api> {
    for (;;) {
      const port = /"listening":"https?:\/\/[^"]*:(\d+)"/.exec(this.output)?.[1];
      if (port) return new Api(`http://127.0.0.1:${port}`);
      if (this.isOver) throw new Error(`It ended: ${this.output}`);
      await Promise.race([once(this.child.stdout!, 'data'), this.ended]);
    }
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
}
