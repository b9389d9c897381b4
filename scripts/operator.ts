import 'reflect-metadata';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { type Actor } from '../src/audit/actor.js';
import { AuditService } from '../src/audit/audit.service.js';
import { AuthModule } from '../src/auth/auth.module.js';
import { PasswordService } from '../src/auth/password.service.js';
import { ClockModule } from '../src/clock/clock.module.js';
import { ConfigModule } from '../src/config/config.module.js';
import { DataFolder, DataFolderInUseError } from '../src/config/data-folder.js';
import { readSettings, type Settings } from '../src/config/settings.js';
import { migrate } from '../src/database/data-source.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { EmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { canonicalEmail, isEmailAddress } from '../src/http/fields.js';
import { createLog } from '../src/log/log.js';
import { LogModule } from '../src/log/log.module.js';
import { SecretModule } from '../src/secret/secret.module.js';
import { User } from '../src/user/user.entity.js';
import { UserService } from '../src/user/user.service.js';

const usage = `For whoever administers this machine, with the server running or stopped, and the settings of the server:

  npm run reset-password -- EMAIL    sets a new password; all sessions of the account end
  npm run create-admin -- EMAIL      makes the account an administrator of the server, and creates it if need be

The new password is asked for, or read from the standard input.
`;

/** Wrong use, as opposed to something that failed. */
class UsageError extends Error {}

const operator: Actor = { id: null, name: 'command line', address: null };

@Module({})
class OperatorModule {}

async function resetPassword(app: INestApplicationContext, email: string): Promise<string> {
  const user = await app.get(UserService).findByEmail(email);
  if (!user) throw new Error(`There is no account for ${email}.`);
  const password = await newPassword();
  await app
    .get(DataSource)
    .transaction((manager) => app.get(PasswordService).override(manager, user.id, password, operator));
  return `The new password of ${email} is set.${user.disabledAt ? ' The account is still disabled.' : ''}`;
}

async function createAdmin(app: INestApplicationContext, email: string): Promise<string> {
  const dataSource = app.get(DataSource);
  const [installation] = await dataSource.query<{ ready: boolean }[]>(
    'SELECT setup_completed_at IS NOT NULL AS ready FROM installation',
  );
  if (!installation?.ready) {
    throw new Error('The server is not set up yet: its setup page creates the first administrator.');
  }
  const users = app.get(UserService);
  const existing = await users.findByEmail(email);
  const password = existing ? '' : await newPassword();
  return dataSource.transaction(async (manager) => {
    if (!existing) {
      await users.create(manager, { email, password, firstName: '', lastName: '', root: true }, operator);
      return `${email} is an administrator of the server now.`;
    }
    await manager.update(User, { id: existing.id }, { root: true, disabledAt: null });
    await app.get(AuditService).record(manager, operator, {
      action: 'user.administrator-appointed',
      targetType: 'user',
      targetId: existing.id,
      details: { email },
    });
    return `${email} is an administrator of the server now, with the password as it was.`;
  });
}

/** Asks twice on a terminal, without showing it; else takes the first line of the standard input. */
async function newPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
    return line;
  }
  const silent = new Writable({ write: (_chunk, _encoding, done: () => void) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const ask = async (question: string): Promise<string> => {
    process.stderr.write(question);
    const answer = await terminal.question('');
    process.stderr.write('\n');
    return answer;
  };
  try {
    const password = await ask('New password: ');
    if ((await ask('Once more: ')) !== password)
      throw new Error('These are two different passwords. Nothing was changed.');
    return password;
  } finally {
    terminal.close();
  }
}

interface Database {
  url: string;
  close(): Promise<void>;
}

/** The database of the server: an external one, the embedded one of a running server, or the embedded one, started for this. */
async function openDatabase({ databaseUrl, dataDir }: Settings): Promise<Database> {
  const nothing = (): Promise<void> => Promise.resolve();
  if (databaseUrl) return { url: databaseUrl, close: nothing };
  if (!existsSync(path.join(dataDir, 'secret.key'))) {
    throw new Error(
      `There is no server in ${dataDir}. Name its folder with DATA_DIR, or its database with DATABASE_URL.`,
    );
  }
  let folder: DataFolder;
  try {
    folder = await DataFolder.claim(dataDir);
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error;
    return { url: readFileSync(path.join(dataDir, 'database-url'), 'utf8').trim(), close: nothing };
  }
  let postgres: EmbeddedPostgres | undefined;
  const close = async (): Promise<void> => {
    await postgres?.stop();
    await folder.release();
  };
  try {
    postgres = await EmbeddedPostgres.start(folder, () => undefined);
    await migrate(postgres.url);
    return { url: postgres.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const commands: Record<string, (app: INestApplicationContext, email: string) => Promise<string>> = {
  'reset-password': resetPassword,
  'create-admin': createAdmin,
};

async function run(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [name = '', given = '', ...more] = positionals;
  const command = commands[name];
  if (!command) throw new UsageError(`There is no command "${name}".`);
  const email = canonicalEmail(given);
  if (more.length > 0 || !isEmailAddress(email)) throw new UsageError('Give one e-mail address.');
  const settings = readSettings(process.env);
  const log = createLog(process.env.LOG_LEVEL ? settings.logLevel : 'silent');
  const database = await openDatabase(settings);
  try {
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
      console.log(await command(app, email));
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const wrongUse =
    error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
  console.error((error as Error).message);
  if (wrongUse) console.error(`\n${usage}`);
  process.exitCode = wrongUse ? 2 : 1;
}
