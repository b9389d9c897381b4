import 'reflect-metadata';
import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Actor } from '../src/access/actor.js';
import { ClockModule } from '../src/clock/clock.module.js';
import { ConfigModule } from '../src/config/config.module.js';
import { readSettings } from '../src/config/settings.js';
import { migrate } from '../src/database/data-source.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { entities } from '../src/entities.js';
import { createLog } from '../src/log/log.js';
import { LogModule } from '../src/log/log.module.js';
import { SecretModule } from '../src/secret/secret.module.js';
import { readConfiguration } from './configuration/configuration-file.js';
import { openServerDatabase } from './server-database.js';

/** Whom the audit log names for what a command does. */
export const operator: Actor = { id: null, name: 'command line', address: null };

@Module({})
class CommandModule {}

export interface CommandServices {
  /** The file with the settings. */
  config: string | undefined;
  /** Of the services that the command needs. */
  module: Type;
  /** Whether an external database is left in the schema that it has: the command changes nothing there. */
  keepsSchema?: boolean;
}

/** Works with the server's own services on the server's database, whether the server runs or not. */
export async function withServices<T>(
  { config, module, keepsSchema = false }: CommandServices,
  work: (app: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const { env } = readConfiguration(config);
  const settings = readSettings(env);
  const log = createLog(env.LOG_LEVEL ? settings.logLevel : 'silent');
  const database = await openServerDatabase(settings);
  try {
    if (!database.serverRuns && !(keepsSchema && settings.databaseUrl)) await migrate(database.url);
    const app = await NestFactory.createApplicationContext(
      {
        module: CommandModule,
        imports: [
          ConfigModule.with(settings),
          LogModule.with(log),
          ClockModule,
          SecretModule,
          DatabaseModule.with(database.url, entities),
          module,
        ],
      },
      { logger: false, abortOnError: false },
    );
    try {
      return await work(app);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}
