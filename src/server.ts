import 'reflect-metadata';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Server as HttpServer } from 'node:http';
import { type Server as HttpsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import { AppModule } from './app.module.js';
import { Clock } from './clock/clock.js';
import { DataFolder } from './config/data-folder.js';
import { type Settings } from './config/settings.js';
import { ignoredKeysWarning } from './config/trust-anchor.js';
import { migrate } from './database/data-source.js';
import { EmbeddedPostgres } from './database/embedded-postgres.js';
import { Draining, letConnectionsGo } from './http/draining.js';
import { createHttpApplication } from './http/http-application.js';
import { startHttpsRedirect } from './http/https-redirect.js';
import { SiteCertificate } from './http/site-certificate.js';
import { Metrics } from './metrics/metrics.js';
import { SetupService } from './setup/setup.service.js';

/**
 * Connections that the kernel keeps until the server gets to them; it may keep fewer (net.core.somaxconn). With Node's 511, a
 * company that comes at once after a restart had connections reset.
 */
const mostUnaccepted = 4096;

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
  /** Finishes what is under way, then stops the embedded database. */
  close(): Promise<void>;
}

/**
 * Starts everything in order: data folder, database, schema, HTTP.
 *
 * @param onDatabaseExit called when the embedded database ends by itself
 * @throws SiteCertificateError, DataFolderInUseError, EmbeddedPostgresError, SecretKeyError: in words for whoever starts it
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  onDatabaseExit: () => void = () => undefined,
): Promise<RunningServer> {
  const certificate = SiteCertificate.from(settings);
  const dataFolder = await DataFolder.claim(settings.dataDir);
  let postgres: EmbeddedPostgres | undefined;
  let app: NestFastifyApplication | undefined;
  let redirect: HttpServer | undefined;
  let endFollowing: (() => void) | undefined;
  const close = async (): Promise<void> => {
    endFollowing?.();
    redirect?.close();
    const letGo = app && letConnectionsGo(app.getHttpServer());
    await app?.close();
    letGo?.();
    await postgres?.stop();
    await dataFolder.release();
  };
  try {
    const warning = ignoredKeysWarning(settings.ignoredSettings);
    if (warning) log.warn(warning);
    if (!settings.databaseUrl) postgres = await EmbeddedPostgres.start(dataFolder, onDatabaseExit);
    const databaseUrl = settings.databaseUrl ?? postgres?.url ?? '';
    const migrations = await migrate(databaseUrl);
    if (migrations.length > 0) log.info({ migrations }, 'The database schema is up to date now');
    app = await createHttpApplication(AppModule.with(settings, databaseUrl, log), settings, log, certificate);
    await app.listen({ port: settings.port, host: settings.host, backlog: mostUnaccepted });
    const server = app.getHttpServer();
    const clock = app.get(Clock);
    const draining = app.get(Draining);
    endFollowing = certificate?.follow(server as HttpsServer, clock, log, app.get(Metrics));
    if (settings.httpRedirectPort !== undefined) {
      redirect = await startHttpsRedirect(settings.httpRedirectPort, settings.host, settings.serverUrl);
    }
    return {
      url: `${certificate ? 'https' : 'http'}://${hostOf(settings.host)}:${(server.address() as AddressInfo).port}`,
      databaseUrl,
      setupToken: app.get(SetupService).pendingToken,
      clock,
      drain: async () => {
        draining.begin();
        await delay(settings.drainSeconds * 1000);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What this machine can call a listening address by, in a URL. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
