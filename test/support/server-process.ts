import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

interface Started {
  url: string;
  setupToken?: string;
}

interface Done {
  /** The number of the message. */
  done?: number;
  /** What a server that has closed has left running. */
  left?: string[];
}

/** A process for one server at a time, and what it has written to its standard error for the present one. */
interface ServerHost {
  child: ChildProcess;
  output: string;
}

/** See server-hosts.mjs; the environment of the tests brings it. */
const { serverHosts } = globalThis as unknown as {
  serverHosts: {
    take(settings: Record<string, string>): ServerHost;
    giveBack(host: ServerHost, left: string[]): Promise<void>;
  };
};

/** A server in a process of its own, which may have run another one before. */
export class ServerProcess {
  private lastId = 0;

  private constructor(
    private readonly host: ServerHost,
    readonly url: string,
    readonly setupToken: string | undefined,
  ) {}

  private get child(): ChildProcess {
    return this.host.child;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @throws Error with what the server said when it did not start */
  static async start(settings: Record<string, string>): Promise<ServerProcess> {
    const host = serverHosts.take(settings);
    const { child } = host;
    const message = await new Promise<Started | undefined>((resolve) => {
      const started = (answer: Started): void => {
        child.off('close', ended);
        resolve(answer);
      };
      const ended = (): void => resolve(undefined);
      child.once('message', started).once('close', ended);
      child.send({ start: settings });
    });
    if (!message) throw new Error(`The server did not start. ${host.output}`);
    return new ServerProcess(host, message.url, message.setupToken);
  }

  /**
   * Resolves when the server has done it. One that has closed leaves its process to the next.
   *
   * @throws Error when it ends without having been told to, or cannot be told anything any more
   */
  async tell(message: { advance?: number; close?: boolean; endThreads?: number }): Promise<void> {
    const id = ++this.lastId;
    const { child } = this;
    const left = await new Promise<string[]>((resolve, reject) => {
      const done = (error: Error | null, answer: Done = {}): void => {
        child.off('message', heard).off('exit', ended);
        if (error) reject(error);
        else resolve(answer.left ?? []);
      };
      const heard = (answer: Done): void => {
        if (answer.done === id) done(null, answer);
      };
      const ended = (code: number | null): void => done(new Error(`The server has ended with ${code}`));
      child.on('message', heard).on('exit', ended);
      child.send({ ...message, id }, (error) => error && done(error));
    });
    if (message.close) await serverHosts.giveBack(this.host, left);
  }

  /** As `kill -9` does. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
