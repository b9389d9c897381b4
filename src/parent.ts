import { type ChildProcess, fork } from 'node:child_process';
import { isatty } from 'node:tty';
import { DataFolder, DataFolderInUseError } from './config/data-folder.js';
import { listenForStop } from './config/stop-pipe.js';
import { PostgresProcess, type PostgresCommand } from './database/embedded/postgres-process.js';
import {
  bindSocket,
  inheritedSocket,
  inheritedSockets,
  type SocketHandle,
  SocketUnitError,
} from './listening-socket.js';
import {
  type Needs,
  type ParentRefusal,
  type StopSignal,
  type ToParent,
  type ToServer,
} from './parent-conversation.js';

export interface ParentOptions {
  /** The program of the server, and its arguments. */
  program: URL;
  args?: string[];
  /** Takes the data folder of a server that cannot be seen from here. */
  takeOver?: boolean;
}

/** Milliseconds before a server that has died is started again: at once the first time. */
const firstDelayMillis = 500;
const maxDelayMillis = 30_000;

/** The same for one that did answer: it may well be of use until it dies again. */
const maxDelayMillisOfUseful = 1_000;

/** The same for the embedded database: on a full disk it ends again and again until there is space. */
const maxDelayMillisOfDatabase = 5_000;

/** Milliseconds of work after which a server counts as sound again. */
const soundMillis = 60_000;

/** Exit code of a process that could not start, and of one that a signal has ended. */
const failed = 1;

/** A server process, as the parent sees it. */
interface Server {
  child: ChildProcess;
  isReady: boolean;
  startedAt: number;
}

/**
 * The process that an administrator starts. It holds the listening sockets, the claim on the data folder and the embedded
 * PostgreSQL, and has a server process at work on them: when that one dies, connections wait in the kernel for the next. It
 * accepts no connection and knows nothing of licenses, so there is little in it that could fail.
 */
export class Parent {
  private current: Server | undefined;
  /** One that is to take over, and does not answer yet. */
  private next: Server | undefined;
  /** Those that finish what they have begun while the next one answers. */
  private readonly retiring = new Set<Server>();
  private folder: DataFolder | undefined;
  private postgres: PostgresProcess | undefined;
  /** A database that has ended, and is to be started again. */
  private databaseWaits: { cancel: () => void; start: () => void } | undefined;
  private databaseDelayMillis = 0;
  private sockets: { main: SocketHandle; redirect: SocketHandle | undefined } | undefined;
  private needs: Needs | undefined;
  private wasReady = false;
  private restartWanted = false;
  private stopping = false;
  private finishing = false;
  private delayMillis = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly inherited = inheritedSockets(process.env);

  constructor(private readonly options: ParentOptions) {}

  /** Runs until it is told to stop; the process ends with the exit code of the server. */
  run(): void {
    process.on('SIGTERM', () => this.stop('SIGTERM'));
    process.on('SIGINT', () => this.stop('SIGINT'));
    // At a terminal this signal says that it has been closed; a service manager asks for a fresh server with it.
    process.on('SIGHUP', () => (isatty(0) || process.platform === 'win32' ? this.stop('SIGTERM') : this.restart()));
    this.current = this.start();
  }

  private start(): Server {
    const { program, args = [] } = this.options;
    const { LISTEN_PID: _pid, LISTEN_FDS: _fds, LISTEN_FDNAMES: _names, ...env } = process.env;
    const child = fork(program, [...args, '--under-parent'], {
      env,
      // Its own process group: Ctrl-C in the terminal is for the parent, which passes it on.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const server: Server = { child, isReady: false, startedAt: Date.now() };
    child.on('message', (message) => void this.hear(server, message as ToParent));
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => void this.ended(server, code, signal));
    return server;
  }

  private async hear(server: Server, message: ToParent): Promise<void> {
    if ('needs' in message) await this.give(server, message.needs);
    else if ('startDatabase' in message) this.startDatabase(server, message.startDatabase);
    else if ('restartDatabase' in message) await this.restartDatabase(server);
    else this.ready(server);
  }

  /** What the first server needs is got, and kept for all that follow. */
  private async give(server: Server, needs: Needs): Promise<void> {
    try {
      if (this.needs && JSON.stringify(this.needs) !== JSON.stringify(needs)) {
        throw new Error(
          'HOST, PORT, HTTP_REDIRECT_PORT, DATA_DIR, or whether there is a DATABASE_URL, has changed: stop the server and start it again.',
        );
      }
      this.folder ??= await this.claim(needs.dataDir);
      this.sockets ??= await this.bind(needs);
      this.needs = needs;
      // A server that comes meanwhile finds it started rather than starting a second one.
      const waits = this.databaseWaits;
      waits?.cancel();
      waits?.start();
      const { main, redirect } = this.sockets;
      tell(server, { socket: 'main' }, main);
      if (redirect) tell(server, { socket: 'redirect' }, redirect);
      tell(server, { place: { databaseRuns: this.postgres !== undefined } });
    } catch (error) {
      tell(server, { refusal: refusalOf(error as NodeJS.ErrnoException) });
    }
  }

  private async claim(folder: string): Promise<DataFolder> {
    const claimed = await DataFolder.claim(folder, {
      takeOver: this.options.takeOver,
      restarts: true,
      notify: (message) => log('warn', message),
      onLost: (message) => {
        log('fatal', message);
        // Not a byte more may be written.
        this.postgres?.abort();
        for (const { child } of this.servers()) child.kill('SIGKILL');
        process.exit(failed);
      },
    });
    if (process.platform === 'win32') {
      await listenForStop(folder, () => this.stop('SIGTERM')).catch((error: unknown) => {
        log('warn', `\`license-server stop\` will not work: ${(error as Error).message}`);
      });
    }
    return claimed;
  }

  private async bind({
    host,
    port,
    redirectPort,
  }: Needs): Promise<{ main: SocketHandle; redirect: SocketHandle | undefined }> {
    if (this.inherited.size > 0) {
      const redirect = redirectPort === undefined ? undefined : this.inherited.get(redirectPort);
      return {
        main: inheritedSocket(this.inherited, 'PORT', port),
        redirect: redirect ?? (redirectPort === undefined ? undefined : await bindSocket(host, redirectPort)),
      };
    }
    const main = await bindSocket(host, port);
    return { main, redirect: redirectPort === undefined ? undefined : await bindSocket(host, redirectPort) };
  }

  private startDatabase(server: Server, command: PostgresCommand): void {
    this.databaseWaits = undefined;
    if (this.stopping) return;
    const startedAt = Date.now();
    const postgres = PostgresProcess.start(command, () => {
      this.postgres = undefined;
      if (server.isReady) this.databaseEnded(server, postgres, Date.now() - startedAt);
      else tell(server, { databaseEnd: postgres.end ?? '' });
    });
    postgres.endWithThisProcess();
    this.postgres = postgres;
    if (postgres.pid !== undefined) tell(server, { databaseProcess: postgres.pid });
  }

  /** The servers go on, and so do the clients that wait in them. */
  private async restartDatabase(server: Server): Promise<void> {
    const { postgres } = this;
    if (!postgres || server !== this.current) return;
    log('error', 'The embedded database does not come up. It is started again');
    this.postgres = undefined;
    await postgres.kill();
    if (!this.stopping) this.startDatabase(server, postgres.command);
  }

  private async stopDatabase(): Promise<void> {
    const { postgres } = this;
    this.postgres = undefined;
    this.databaseWaits?.cancel();
    await postgres?.stop();
  }

  /** It is started again at the same address; the servers go on, and tell those who wait why. */
  private databaseEnded(server: Server, { command, end = '' }: PostgresProcess, livedMillis: number): void {
    const delayMillis = livedMillis > soundMillis ? 0 : this.databaseDelayMillis;
    this.databaseDelayMillis = Math.min(Math.max(delayMillis * 2, firstDelayMillis), maxDelayMillisOfDatabase);
    if (delayMillis < maxDelayMillisOfDatabase) {
      const when = delayMillis === 0 ? 'at once' : `in ${delayMillis / 1000} s`;
      // PostgreSQL's own log has the rest; the server goes on telling what it finds.
      const message = end.replace(/^.*(redirecting log output|Future log output).*$/gm, '').trim();
      log(
        'error',
        `The embedded database has ended. It is started again ${when}; requests wait for it. ${message}`.trim(),
      );
    }
    const start = (): void => this.startDatabase(server, command);
    const timer = setTimeout(start, delayMillis);
    const cancel = (): void => {
      clearTimeout(timer);
      this.databaseWaits = undefined;
    };
    this.databaseWaits = { cancel, start };
  }

  private ready(server: Server): void {
    server.isReady = true;
    this.wasReady = true;
    if (this.stopping || server !== this.next) return;
    const before = this.current;
    this.current = server;
    this.next = undefined;
    if (!before) return;
    this.retiring.add(before);
    log('info', 'A new server process has taken over; the former one finishes what it has begun');
    tell(before, { handOver: true });
  }

  private async ended(server: Server, code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    if (server === this.next) {
      this.next = undefined;
      if (!this.stopping) log('error', 'The new server process could not start; the former one goes on');
    } else if (server === this.current) this.current = undefined;
    else this.retiring.delete(server);
    if (this.stopping || !this.wasReady) {
      await this.finish(code ?? failed);
      return;
    }
    if (this.restartWanted) this.restart();
    if (this.current || this.next || this.timer) return;
    // Without an answer it is not known how far the database has come.
    if (!server.isReady) await this.stopDatabase();
    this.startAgain(server, signal ?? `exit code ${code}`);
  }

  private startAgain(server: Server, cause: string): void {
    const isSound = server.isReady && Date.now() - server.startedAt > soundMillis;
    const delayMillis = isSound ? 0 : this.delayMillis;
    const max = server.isReady ? maxDelayMillisOfUseful : maxDelayMillis;
    this.delayMillis = Math.min(Math.max(delayMillis * 2, firstDelayMillis), max);
    const when = delayMillis === 0 ? 'at once' : `in ${delayMillis / 1000} s`;
    log('error', `The server process has ended (${cause}). It is started again ${when}; connections wait for it`);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.current = this.start();
    }, delayMillis);
  }

  /** Another server process takes over on the same socket, and then this one finishes. */
  private restart(): void {
    if (this.stopping || !this.current?.isReady) return;
    // One at a time: the database has connections for two.
    this.restartWanted = this.next !== undefined || this.retiring.size > 0;
    if (this.restartWanted) return;
    log('info', 'Starting a new server process, which will take over');
    this.next = this.start();
  }

  /** The server does what it does at this signal; asked twice it does not wait. */
  private stop(signal: StopSignal): void {
    this.stopping = true;
    clearTimeout(this.timer);
    for (const server of this.servers()) {
      // On Windows a signal ends a process at once.
      if (process.platform === 'win32') tell(server, { stop: signal });
      else server.child.kill(signal);
    }
    void this.finish(0);
  }

  private servers(): Server[] {
    return [this.current, this.next, ...this.retiring].filter((server) => server !== undefined);
  }

  private async finish(code: number): Promise<void> {
    if (this.servers().length > 0 || this.finishing) return;
    this.finishing = true;
    await this.stopDatabase();
    await this.folder?.release();
    process.exit(code);
  }
}

function tell(server: Server, message: ToServer, handle?: SocketHandle): void {
  // It may have ended; then its end is what counts.
  if (server.child.connected) server.child.send(message, handle as never, {}, () => undefined);
}

function refusalOf(error: NodeJS.ErrnoException): ParentRefusal {
  const isKnown = error instanceof DataFolderInUseError || error instanceof SocketUnitError;
  return { name: isKnown ? error.name : 'Error', message: error.message, code: error.code };
}

/** In the form of the server's own log, which would be a lot to load for a line now and then. */
function log(level: 'info' | 'warn' | 'error' | 'fatal', msg: string): void {
  if (process.env.LOG_LEVEL === 'silent') return;
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), msg })}\n`);
}
