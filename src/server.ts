import 'reflect-metadata';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Server as HttpServer } from 'node:http';
import { type Server as HttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import { AppModule } from './app.module.js';
import { Clock } from './clock/clock.js';
import { DataFolder } from './config/data-folder.js';
import { upgradeCluster } from './backup/cluster-upgrade.js';
import { type Settings } from './config/settings.js';
import { ignoredKeysWarning } from './config/trust-anchor.js';
import { migrate } from './database/data-source.js';
import { DatabaseWatch } from './database/database-watch.js';
import { EmbeddedPostgres, type PreparedPostgres, preparePostgres } from './database/embedded/embedded-postgres.js';
import { Draining, letConnectionsGo } from './http/draining.js';
import { createHttpApplication } from './http/http-application.js';
import { startHttpsRedirect } from './http/tls/https-redirect.js';
import { SiteCertificate } from './http/tls/site-certificate.js';
import { type SocketHandle } from './listening-socket.js';
import { Metrics } from './metrics/metrics.js';
import { type ParentLink } from './parent-link.js';
import { ProvisioningService } from './provisioning/provisioning.service.js';
import { SetupProgress } from './setup/setup-progress.js';

/**
 * Connections that the kernel keeps until the server gets to them; it may keep fewer (net.core.somaxconn). With Node's 511, a
 * company that comes at once after a restart had connections reset.
 */
const maxUnaccepted = 4096;

/** Milliseconds for which a server that another one has relieved finishes what it has begun; at least as long as clients are held. */
const relievedMillis = 40_000;

/** Milliseconds for which it leaves connections open on which nothing happens: a request may just be on its way. */
const idleMillis = 2_000;

/** A server that answers. */
export interface RunningServer {
  /** Where it listens, for this machine. */
  url: string;
  /** `postgresql://…` of its database. */
  databaseUrl: string;
  /** Undefined once set up. */
  setupToken: string | undefined;
  clock: Clock;
  /** Tells balancers that this server is about to stop, and goes on answering for DRAIN_SECONDS. */
  drain(): Promise<void>;
  /** Leaves new connections to another server on the same socket, and waits until those that it has are done. */
  handOver(): Promise<void>;
  /** Finishes what is under way, then stops the embedded database. */
  close(): Promise<void>;
}

/** What a server stands on: its own, or the parent process's. */
interface Place {
  databaseUrl: string;
  /** Undefined: it opens the port itself. */
  socket?: SocketHandle;
  redirectSocket?: SocketHandle;
  release(): Promise<void>;
}

/**
 * Starts everything in order: data folder, database, schema, HTTP.
 *
 * @param onDatabaseExit called when the embedded database exits unexpectedly
 * @param parent the process that holds data folder, sockets and database for this one
 * @throws SiteCertificateError, DataFolderInUseError, EmbeddedPostgresError, SecretKeyError, ProvisioningError: with a message for the operator
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  onDatabaseExit: () => void = () => undefined,
  parent?: ParentLink,
): Promise<RunningServer> {
  const certificate = SiteCertificate.from(settings);
  const place = parent ? await placeAt(parent, settings, log) : await ownPlace(settings, log, onDatabaseExit);
  const { databaseUrl } = place;
  let app: NestFastifyApplication | undefined;
  let redirect: HttpServer | undefined;
  let endFollowing: (() => void) | undefined;
  const close = async (): Promise<void> => {
    endFollowing?.();
    redirect?.close();
    const letGo = app && letConnectionsGo(app.getHttpServer());
    await app?.close();
    letGo?.();
    await place.release();
  };
  try {
    const warning = ignoredKeysWarning(settings.ignoredSettings);
    if (warning) log.warn(warning);
    await bringUpToDate(databaseUrl, log);
    app = await applicationFor(settings, databaseUrl, log, certificate);
    const server = app.getHttpServer();
    await open(app, place, settings);
    const clock = app.get(Clock);
    const draining = app.get(Draining);
    app.get(DatabaseWatch).whenStuck(() => parent?.restartDatabase());
    endFollowing = certificate?.follow(server as HttpsServer, clock, log, app.get(Metrics));
    redirect = await redirectOf(settings, place.redirectSocket, app.get(SetupProgress));
    return {
      url: urlOf(settings.host, (server.address() as AddressInfo).port, certificate !== undefined),
      databaseUrl,
      setupToken: app.get(SetupProgress).pendingToken,
      clock,
      drain: () => draining.drain(settings.drainSeconds * 1000),
      handOver: async () => {
        draining.begin();
        redirect?.close();
        await stopAccepting(server, Math.max(relievedMillis, settings.clientHoldSeconds * 1000 + 5000));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function applicationFor(
  settings: Settings,
  databaseUrl: string,
  log: Logger,
  certificate: SiteCertificate | undefined,
): Promise<NestFastifyApplication> {
  return createHttpApplication(AppModule.with(settings, databaseUrl, log, certificate), settings, log, certificate);
}

async function bringUpToDate(databaseUrl: string, log: Logger): Promise<void> {
  const migrations = await migrate(databaseUrl);
  if (migrations.length > 0) log.info({ migrations }, 'The database schema is up to date now');
}

/** Nobody sees a server that is not yet as its files describe it. */
async function open(app: NestFastifyApplication, { socket }: Place, settings: Settings): Promise<void> {
  await app.init();
  await app.get(ProvisioningService).applyAtStart();
  await (socket ? listenOn(app, socket) : listenAt(app, settings));
}

async function listenAt(app: NestFastifyApplication, { port, host }: Settings): Promise<void> {
  await app.listen({ port, host, backlog: maxUnaccepted });
}

function urlOf(host: string, port: number, secure: boolean): string {
  return `${secure ? 'https' : 'http'}://${hostOf(host)}:${port}`;
}

/** For a server that runs for itself. */
async function ownPlace(settings: Settings, log: Logger, onDatabaseExit: () => void): Promise<Place> {
  const dataFolder = await DataFolder.claim(settings.dataDir, { notify: (message) => log.warn(message) });
  if (settings.databaseUrl) return { databaseUrl: settings.databaseUrl, release: () => dataFolder.release() };
  try {
    await upgradeCluster(settings, (message) => log.warn(message));
    const postgres = await EmbeddedPostgres.start(dataFolder, onDatabaseExit, {}, settings.postgresBinDir);
    const release = async (): Promise<void> => {
      await postgres.stop();
      await dataFolder.release();
    };
    return { databaseUrl: postgres.url, release };
  } catch (error) {
    await dataFolder.release();
    throw error;
  }
}

async function placeAt(parent: ParentLink, settings: Settings, log: Logger): Promise<Place> {
  const { dataDir, host, port, httpRedirectPort: redirectPort, databaseUrl } = settings;
  const prepare = async (): Promise<PreparedPostgres> => {
    await upgradeCluster(settings, (message) => log.warn(message));
    return preparePostgres(dataDir, {}, settings.postgresBinDir);
  };
  const held = await parent.place({ dataDir, host, port, redirectPort, embeddedDatabase: !databaseUrl }, prepare);
  return {
    databaseUrl: databaseUrl ?? held.databaseUrl ?? '',
    socket: held.socket,
    redirectSocket: held.redirectSocket,
    release: () => Promise.resolve(),
  };
}

async function listenOn(app: NestFastifyApplication, socket: SocketHandle): Promise<void> {
  await app.getHttpAdapter().getInstance().ready();
  const server = app.getHttpServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, maxUnaccepted, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function redirectOf(
  settings: Settings,
  socket: SocketHandle | undefined,
  progress: SetupProgress,
): Promise<HttpServer | undefined> {
  const { httpRedirectPort: port, host, serverUrl } = settings;
  if (port === undefined) return undefined;
  const listen = (server: HttpServer, done: () => void): void => {
    if (socket) server.listen(socket, done);
    else server.listen(port, host, done);
  };
  return startHttpsRedirect(listen, serverUrl, () => progress.state());
}

/** Closes the socket and no connection: what comes on those that are open is still answered. */
async function stopAccepting(server: HttpServer, timeoutMillis: number): Promise<void> {
  const drained = new Promise((resolve) => server.once('close', resolve));
  // That of `http.Server` would close connections on which a request may be under way.
  NetServer.prototype.close.call(server);
  let closing: NodeJS.Timeout | undefined;
  const idle = setTimeout(() => {
    closing = setInterval(() => server.closeIdleConnections(), 50);
  }, idleMillis);
  await Promise.race([drained, delay(timeoutMillis, undefined, { ref: false })]);
  clearTimeout(idle);
  clearInterval(closing);
}

/** What this machine can call a listening address by, in a URL. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
