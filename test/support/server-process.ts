import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

interface Started {
  url: string;
  setupToken?: string;
}

/** A server in a process of its own. */
export class ServerProcess {
  private lastId = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly setupToken: string | undefined,
  ) {}

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @throws Error with what the server said when it did not start */
  static async start(settings: Record<string, string>): Promise<ServerProcess> {
    const script = path.join(import.meta.dirname, 'server-child.mjs');
    // An environment of its own: nothing that this machine has set may change a test.
    const env = { PATH: process.env.PATH ?? '', ...settings };
    const child = fork(script, { env, execArgv: [], stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => (words += chunk.toString()));
    const started = await Promise.race([once(child, 'message'), once(child, 'close')]);
    const message = started[0] as Started | number | null;
    if (typeof message !== 'object' || message === null) throw new Error(`The server did not start. ${words}`);
    return new ServerProcess(child, message.url, message.setupToken);
  }

  /**
   * Resolves when the server has done it, or, where it was to close, when it has ended.
   *
   * @throws Error when it ends without having been told to, or cannot be told anything any more
   */
  async tell(message: { advance?: number; close?: boolean; endThreads?: number }): Promise<void> {
    const id = ++this.lastId;
    const { child } = this;
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error): void => {
        child.off('message', heard).off('exit', ended);
        if (error) reject(error);
        else resolve();
      };
      const heard = (answer: { done?: number }): void => {
        if (answer.done === id && !message.close) done();
      };
      const ended = (code: number | null): void => {
        done(message.close && code === 0 ? undefined : new Error(`The server has ended with ${code}`));
      };
      child.on('message', heard).on('exit', ended);
      child.send({ ...message, id }, (error) => error && done(error));
    });
  }

  /** As `kill -9` does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
