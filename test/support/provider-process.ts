import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

/** An identity provider in a process of its own, which does what messages ask for. */
export class ProviderProcess {
  private lastId = 0;
  private readonly child: ChildProcess;

  /** @param script a file of this folder */
  constructor(script: string) {
    this.child = fork(path.join(process.cwd(), 'test', 'support', script), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      // What is made for tests warns that it is not set up for production.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  async ask<T>(action: string, message: object = {}): Promise<T> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('The provider has ended'));
      const heard = (answer: { id: number; failed?: string }): void => {
        if (answer.id !== id) return;
        this.child.off('message', heard).off('exit', ended);
        if (answer.failed) reject(new Error(answer.failed));
        else resolve(answer as T);
      };
      this.child.on('message', heard).on('exit', ended);
      this.child.send({ ...message, id, action });
    });
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await new Promise((resolve) => {
      this.child.once('exit', resolve);
      this.child.kill();
    });
  }
}
