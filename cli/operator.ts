import 'reflect-metadata';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { type Actor } from '../src/audit/actor.js';
import { AuditService } from '../src/audit/audit.service.js';
import { AuthModule } from '../src/auth/auth.module.js';
import { PasswordService } from '../src/auth/password.service.js';
import { ClockModule } from '../src/clock/clock.module.js';
import { ConfigModule } from '../src/config/config.module.js';
import { readSettings } from '../src/config/settings.js';
import { migrate } from '../src/database/data-source.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { canonicalEmail, isEmailAddress } from '../src/http/fields.js';
import { createLog } from '../src/log/log.js';
import { LogModule } from '../src/log/log.module.js';
import { SecretModule } from '../src/secret/secret.module.js';
import { type AcceptedPassword } from '../src/user/password.js';
import { User } from '../src/user/user.entity.js';
import { UserService } from '../src/user/user.service.js';
import { readConfiguration } from './configuration-file.js';
import { askSecret } from './secret-input.js';
import { openServerDatabase } from './server-database.js';
import { UsageError } from './usage-error.js';

const operator: Actor = { id: null, name: 'command line', address: null };

@Module({})
class OperatorModule {}

/**
 * Sets a new password, which ends all sessions of the account.
 *
 * @returns what was done, in words
 */
export async function resetPassword(given: string, config: string | undefined): Promise<string> {
  return withServices(given, config, async (app, email) => {
    const user = await app.get(UserService).findByEmail(email);
    if (!user) throw new Error(`There is no account for ${email}.`);
    const password = await app.get(UserService).acceptPassword(await newPassword(), user);
    await app
      .get(DataSource)
      .transaction((manager) => app.get(PasswordService).override(manager, user.id, password, operator));
    return `The new password of ${email} is set.${user.disabledAt ? ' The account is still disabled.' : ''}`;
  });
}

/**
 * Makes an account an administrator of the server, and creates it if need be.
 *
 * @returns what was done, in words
 */
export async function createAdmin(given: string, config: string | undefined): Promise<string> {
  return withServices(given, config, async (app, email) => {
    const dataSource = app.get(DataSource);
    const [installation] = await dataSource.query<{ ready: boolean }[]>(
      'SELECT setup_completed_at IS NOT NULL AS ready FROM installation',
    );
    if (!installation?.ready) {
      throw new Error('The server is not set up yet: its setup page creates the first administrator.');
    }
    const users = app.get(UserService);
    const existing = await users.findByEmail(email);
    const accept = async (): Promise<AcceptedPassword> => users.acceptPassword(await newPassword(), { email });
    if (!existing) {
      const newUser = { email, password: await accept(), firstName: '', lastName: '', root: true, verified: true };
      await dataSource.transaction((manager) => users.create(manager, newUser, operator));
      return `${email} is an administrator of the server now.`;
    }
    // An account that anybody may have made gets a new password.
    const password = existing.verifiedAt ? undefined : await accept();
    return dataSource.transaction(async (manager) => {
      await manager.update(User, { id: existing.id }, { root: true, disabledAt: null });
      await app.get(AuditService).record(manager, operator, {
        action: 'user.administrator-appointed',
        targetType: 'user',
        targetId: existing.id,
        details: { email },
      });
      if (!password) return `${email} is an administrator of the server now, with the password as it was.`;
      await app.get(PasswordService).override(manager, existing.id, password, operator);
      return `${email} is an administrator of the server now, with the new password.`;
    });
  });
}

async function newPassword(): Promise<string> {
  return askSecret('New password: ', 'Once more: ');
}

/** The server's own services on the server's database, whether the server runs or not. */
async function withServices(
  given: string,
  config: string | undefined,
  work: (app: INestApplicationContext, email: string) => Promise<string>,
): Promise<string> {
  const email = canonicalEmail(given);
  if (!isEmailAddress(email)) throw new UsageError(`"${given}" is not an e-mail address.`);
  const { env } = readConfiguration(config);
  const settings = readSettings(env);
  const log = createLog(env.LOG_LEVEL ? settings.logLevel : 'silent');
  const database = await openServerDatabase(settings);
  try {
    if (!database.serverRuns) await migrate(database.url);
    const app = await NestFactory.createApplicationContext(
      {
        module: OperatorModule,
        imports: [
          ConfigModule.with(settings),
          LogModule.with(log),
          ClockModule,
          SecretModule,
          DatabaseModule.with(database.url),
          AuthModule,
        ],
      },
      { logger: false, abortOnError: false },
    );
    try {
      return await work(app, email);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}
