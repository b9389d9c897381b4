import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type PreparedPostgres } from './database/embedded/embedded-postgres.js';
import { withoutPostgresSettings } from './database/embedded/postgres-environment.js';
import { type SocketHandle } from './listening-socket.js';
import { type Needs, type StopSignal, type ToParent, type ToServer } from './parent-conversation.js';

/** The argument with which the parent process starts a server. */
export const underParent = '--under-parent';

/** What the parent process holds for a server. */
export interface HeldPlace {
  /** Undefined: the server has one of its own. */
  databaseUrl: string | undefined;
  socket: SocketHandle;
  redirectSocket: SocketHandle | undefined;
}

/** The server's side of the conversation with the process that holds socket, data folder and database for it. */
export class ParentLink {
  private readonly events = new EventEmitter();
  private readonly sockets: { main?: SocketHandle; redirect?: SocketHandle } = {};
  private databaseProcess: number | undefined;
  private databaseEnd: string | undefined;

  /** @returns undefined in a server that runs for itself */
  static find(): ParentLink | undefined {
    return process.argv.includes(underParent) && process.send ? new ParentLink() : undefined;
  }

  private constructor() {
    process.on('message', (message, handle) => this.hear(message as ToServer, handle as unknown as SocketHandle));
    process.on('disconnect', () => this.parentIsGone());
  }

  /** @param listener called when another server has taken over from this one */
  onHandOver(listener: () => void): void {
    this.events.once('handOver', listener);
  }

  /** @param listener called when the parent has died, and everything has to end */
  onParentGone(listener: () => void): void {
    this.events.once('parentGone', listener);
  }

  /** @param listener called when the server is to stop, where there are no signals */
  onStop(listener: (signal: StopSignal) => void): void {
    this.events.on('stop', listener);
  }

  /**
   * Gets the data folder, the sockets and the database.
   *
   * @param prepare the embedded database, where the parent does not run it yet
   * @throws Error in the parent's words, with the `code` of what failed
   */
  async place(needs: Needs, prepare: () => Promise<PreparedPostgres>): Promise<HeldPlace> {
    const answered = once(this.events, 'answer') as Promise<[ToServer]>;
    this.tell({ needs });
    const [answer] = await answered;
    if ('refusal' in answer) {
      const { message, ...rest } = answer.refusal;
      throw Object.assign(new Error(message), rest);
    }
    const { main, redirect } = this.sockets;
    if (!main || !('place' in answer)) throw new Error('The parent process has handed over no socket.');
    const databaseUrl = needs.embeddedDatabase
      ? await (answer.place.databaseRuns ? runningDatabase(needs.dataDir) : this.startDatabase(await prepare()))
      : undefined;
    return { databaseUrl, socket: main, redirectSocket: redirect };
  }

  /** From now on the parent starts another server in place of this one when it dies. */
  ready(): void {
    this.tell({ ready: true });
  }

  /** The embedded database runs, and does not come up. */
  restartDatabase(): void {
    this.tell({ restartDatabase: true });
  }

  private startDatabase(prepared: PreparedPostgres): Promise<string> {
    const start = (): void => {
      this.databaseEnd = undefined;
      this.tell({ startDatabase: prepared.command });
    };
    start();
    return prepared.ready(() => this.databaseEnd, start);
  }

  private hear(message: ToServer, handle: SocketHandle): void {
    if ('socket' in message) this.sockets[message.socket] = handle;
    else if ('databaseProcess' in message) this.databaseProcess = message.databaseProcess;
    else if ('databaseEnd' in message) this.databaseEnd = message.databaseEnd;
    else if ('handOver' in message) this.events.emit('handOver');
    else if ('stop' in message) this.events.emit('stop', message.stop);
    else this.events.emit('answer', message);
  }

  private parentIsGone(): void {
    // Elsewhere a guard of the database's own does it.
    if (process.platform === 'win32' && this.databaseProcess !== undefined) {
      try {
        process.kill(this.databaseProcess);
      } catch {
        // It has ended with the parent.
      }
    }
    this.events.emit('parentGone');
  }

  private tell(message: ToParent): void {
    process.send?.(message);
  }
}

function runningDatabase(dataDir: string): string {
  withoutPostgresSettings(process.env);
  return readFileSync(path.join(dataDir, 'database-url'), 'utf8').trim();
}
