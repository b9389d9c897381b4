import 'reflect-metadata';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger } from 'pino';
import { AppModule } from './app.module.js';
import { Clock } from './clock/clock.js';
import { DataFolder } from './config/data-folder.js';
import { type Settings } from './config/settings.js';
import { migrate } from './database/data-source.js';
import { EmbeddedPostgres } from './database/embedded-postgres.js';
import { createHttpApplication } from './http/http-application.js';
import { SetupService } from './setup/setup.service.js';

/** A server that answers. */
export interface RunningServer {
  /** Where it listens, for this machine. */
  url: string;
  /** `postgresql://…` of its database. */
  databaseUrl: string;
  /** Undefined once set up. */
  setupToken: string | undefined;
  clock: Clock;
  /** Finishes what is under way, then stops the embedded database. */
  close(): Promise<void>;
}

/**
 * Starts everything in order: data folder, database, schema, HTTP.
 *
 * @param onDatabaseExit called when the embedded database ends by itself
 * @throws DataFolderInUseError, EmbeddedPostgresError, SecretKeyError: in words for whoever starts it
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  onDatabaseExit: () => void = () => undefined,
): Promise<RunningServer> {
  const dataFolder = await DataFolder.claim(settings.dataDir);
  let postgres: EmbeddedPostgres | undefined;
  let app: NestFastifyApplication | undefined;
  const close = async (): Promise<void> => {
    await app?.close();
    await postgres?.stop();
    await dataFolder.release();
  };
  try {
    if (!settings.databaseUrl) postgres = await EmbeddedPostgres.start(dataFolder, onDatabaseExit);
    const databaseUrl = settings.databaseUrl ?? postgres?.url ?? '';
    const migrations = await migrate(databaseUrl);
    if (migrations.length > 0) log.info({ migrations }, 'The database schema is up to date now');
    app = await createHttpApplication(AppModule.with(settings, databaseUrl, log), settings, log);
    await app.listen(settings.port, settings.host);
    const address = app.getHttpServer().address();
    const port = typeof address === 'object' && address ? address.port : settings.port;
    return {
      url: `http://${settings.host.includes(':') || settings.host === '0.0.0.0' ? 'localhost' : settings.host}:${port}`,
      databaseUrl,
      setupToken: app.get(SetupService).pendingToken,
      clock: app.get(Clock),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
