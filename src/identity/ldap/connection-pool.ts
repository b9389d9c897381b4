import { Semaphore } from '../../concurrency/semaphore.js';
import {
  describeFailure,
  DirectoryConnection,
  DirectoryStepError,
  type DirectoryServer,
  isAnswer,
} from './directory-connection.js';

/** Connections at the same time; further work waits. */
const maxConnections = 8;
/** Milliseconds after which an unused connection is closed, before a firewall forgets it. */
const idleMillis = 60_000;
/** Milliseconds between two attempts to reach a directory that is away. */
const probeMillis = 5000;
/** The same where it refuses the server's own account: many wrong passwords would have it locked. */
const refusedProbeMillis = 60_000;

interface Idle {
  connection: DirectoryConnection;
  timer: NodeJS.Timeout;
}

/**
 * Connections to a directory of several servers. The first server that answers is used. While all are away nothing waits for them: they
 * are tried in the background, and until one answers the failure is known at once.
 */
export class ConnectionPool {
  private readonly idle: Idle[] = [];
  private readonly permits = new Semaphore(maxConnections);
  private failure: Error | undefined;
  private probe: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly lostListeners: ((error: Error) => void)[] = [];
  /** The server that answered last is tried first. */
  private preferred = 0;

  constructor(
    private readonly servers: readonly string[],
    private readonly account: Omit<DirectoryServer, 'url'>,
  ) {}

  /** Why the directory is away; undefined: as far as is known, it is not. */
  get problem(): string | undefined {
    return this.failure && describeFailure(this.failure);
  }

  whenLost(listener: (error: Error) => void): void {
    this.lostListeners.push(listener);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.probe);
    for (const { connection, timer } of this.idle.splice(0)) {
      clearTimeout(timer);
      connection.close();
    }
  }

  /**
   * @throws the directory's own refusals, and what went wrong on the way
   */
  use<T>(work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    if (this.failure) return Promise.reject(this.failure);
    return this.permits.run(async () => {
      if (this.failure) throw this.failure;
      const kept = this.take();
      if (kept) {
        try {
          return await this.work(kept, work);
        } catch (error) {
          // It was closed since it was used last, or its server is away: not so the next one.
          if (isAnswer(error)) throw error;
          if (isTimeout(error)) this.preferred = (this.preferred + 1) % this.servers.length;
          // One that hangs is not asked twice while a person waits.
          if (isTimeout(error) && this.servers.length === 1) {
            this.lost(error);
            throw error;
          }
        }
      }
      try {
        return await this.work(await this.open(), work);
      } catch (error) {
        if (!isAnswer(error)) this.lost(error as Error);
        throw error;
      }
    });
  }

  private async work<T>(
    connection: DirectoryConnection,
    work: (connection: DirectoryConnection) => Promise<T>,
  ): Promise<T> {
    try {
      const result = await work(connection);
      this.keep(connection);
      return result;
    } catch (error) {
      if (isAnswer(error)) this.keep(connection);
      else connection.close();
      throw error;
    }
  }

  private async open(): Promise<DirectoryConnection> {
    let failure: unknown;
    for (let tried = 0; tried < this.servers.length; tried++) {
      const index = (this.preferred + tried) % this.servers.length;
      try {
        const connection = await DirectoryConnection.open({ ...this.account, url: this.servers[index] ?? '' });
        this.preferred = index;
        return connection;
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  private take(): DirectoryConnection | undefined {
    for (let kept = this.idle.pop(); kept; kept = this.idle.pop()) {
      clearTimeout(kept.timer);
      if (kept.connection.isOpen) return kept.connection;
    }
    return undefined;
  }

  private keep(connection: DirectoryConnection): void {
    if (this.closed || !connection.isOpen) {
      connection.close();
      return;
    }
    const timer = setTimeout(() => {
      this.idle.splice(
        this.idle.findIndex((each) => each.connection === connection),
        1,
      );
      connection.close();
    }, idleMillis).unref();
    this.idle.push({ connection, timer });
  }

  /** The directory is away: it is tried again in the background. */
  private lost(failure: Error): void {
    if (this.closed || this.failure) return;
    this.failure = failure;
    for (const listener of this.lostListeners) listener(failure);
    this.probeLater();
  }

  private probeLater(): void {
    if (this.closed) return;
    const isRefused = this.failure instanceof DirectoryStepError && this.failure.step === 'bind';
    this.probe = setTimeout(
      () => {
        this.open().then(
          (connection) => {
            this.failure = undefined;
            this.keep(connection);
          },
          (error: unknown) => {
            this.failure = error as Error;
            this.probeLater();
          },
        );
      },
      isRefused ? refusedProbeMillis : probeMillis,
    ).unref();
  }
}

function isTimeout(error: unknown): error is Error {
  return error instanceof Error && error.message.includes('timed out');
}
