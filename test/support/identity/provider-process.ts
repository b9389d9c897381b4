import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

interface Answered {
  id: number;
  failed?: string;
}

/** An identity provider in a process of its own, which does what messages ask for. */
export class ProviderProcess {
  private lastId = 0;
  private readonly child: ChildProcess;
  /** Questions without an answer yet, by their ids. Many at once share the listeners. */
  private readonly pending = new Map<number, (answer: Answered) => void>();

  /** @param script a file of this folder */
  constructor(script: string) {
    this.child = fork(path.join(import.meta.dirname, script), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // What is made for tests warns that it is not set up for production.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', (answer: Answered) => this.pending.get(answer.id)?.(answer));
    this.child.on('exit', () => {
      for (const [id, settle] of this.pending) settle({ id, failed: 'The provider has ended' });
    });
  }

  async ask<T>(action: string, message: object = {}): Promise<T> {
    const id = ++this.lastId;
    const answer = await new Promise<Answered>((resolve) => {
      this.pending.set(id, resolve);
      this.child.send({ ...message, id, action });
    });
    this.pending.delete(id);
    if (answer.failed) throw new Error(answer.failed);
    return answer as T;
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await new Promise((resolve) => {
      this.child.once('exit', resolve);
      this.child.kill();
    });
  }
}
