import 'reflect-metadata';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Actor } from '../src/audit/actor.js';
import { ClockModule } from '../src/clock/clock.module.js';
import { ConfigModule } from '../src/config/config.module.js';
import { readSettings } from '../src/config/settings.js';
import { migrate } from '../src/database/data-source.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { KeyRotationModule } from '../src/key-rotation/key-rotation.module.js';
import { SecretKeyRotation } from '../src/key-rotation/secret-key-rotation.js';
import { SigningKeyRotation } from '../src/key-rotation/signing-key-rotation.js';
import { createLog } from '../src/log/log.js';
import { LogModule } from '../src/log/log.module.js';
import { SecretModule } from '../src/secret/secret.module.js';
import { SecretKey } from '../src/secret/secret-key.js';
import { readConfiguration } from './configuration-file.js';
import { openServerDatabase } from './server-database.js';
import { UsageError } from './usage-error.js';

const operator: Actor = { id: null, name: 'command line', address: null };

@Module({})
class RotationCommandModule {}

/** `license-server rotate-keys signing` */
export async function rotateSigningKeys({ config }: { config?: string }): Promise<void> {
  await withServices(config, async (app) => {
    for (const { purpose, kid, retired, acceptedUntil } of await app.get(SigningKeyRotation).rotate(operator)) {
      console.log(
        `${purpose}: ${kid} signs from now on. ${retired} signs no more, and is accepted until ${acceptedUntil.toISOString()}.`,
      );
    }
  });
}

/** `license-server rotate-keys secret` */
export async function rotateSecretKey(options: { config?: string; prepare?: true; forgetOld?: true }): Promise<void> {
  const { config, prepare, forgetOld } = options;
  if (prepare && forgetOld) throw new UsageError('Give --prepare or --forget-old, not both.');
  await withServices(config, async (app) => {
    const rotation = app.get(SecretKeyRotation);
    const { file } = app.get(SecretKey);
    if (prepare) {
      await rotation.prepare(operator);
      console.log(`${file} holds the next key. Copy it to the other servers, then run rotate-keys secret here.`);
      return;
    }
    const { sealedAgain, unreadable, kept } = await (forgetOld
      ? rotation.forgetOld(operator)
      : rotation.rotate(operator));
    console.log(`${sealedAgain} secrets in the database were encrypted again with the newest key in ${file}.`);
    if (unreadable > 0) console.log(`${unreadable} were left as they are: no key in the file opens them.`);
    if (forgetOld) console.log('The file holds no former key any more. What derives from one is not accepted.');
    else
      console.log(`The file still holds ${kept} former key(s), for tokens of before and for copies of the database.`);
  });
}

/** What replaces keys, on the server's database, whether the server runs or not. */
async function withServices(
  config: string | undefined,
  work: (app: INestApplicationContext) => Promise<void>,
): Promise<void> {
  const { env } = readConfiguration(config);
  const settings = readSettings(env);
  const log = createLog(env.LOG_LEVEL ? settings.logLevel : 'silent');
  const database = await openServerDatabase(settings);
  try {
    if (!database.serverRuns) await migrate(database.url);
    const app = await NestFactory.createApplicationContext(
      {
        module: RotationCommandModule,
        imports: [
          ConfigModule.with(settings),
          LogModule.with(log),
          ClockModule,
          SecretModule,
          DatabaseModule.with(database.url),
          KeyRotationModule,
        ],
      },
      { logger: false, abortOnError: false },
    );
    try {
      await work(app);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}
