import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cancel, confirm, intro, isCancel, log, outro, password, text } from '@clack/prompts';
import { readSettings, SettingsError } from '../src/config/settings.js';
import { hasBuiltInKeys, ignoredKeysWarning } from '../src/config/trust-anchor.js';
import { configurationText, type SetupAnswers } from './configuration/configuration-text.js';
import { unfitness } from '../src/database/database-fitness.js';
import { createDatabase, databaseName, DatabaseProbeError, probeDatabase } from './doctor/database-probe.js';
import { problemWithFolder, problemWithPort } from './doctor/place-checks.js';
import { UsageError } from './usage-error.js';

interface Options {
  yes?: boolean;
  check?: boolean;
  config?: string;
  force?: boolean;
  dataDir?: string;
  port?: string;
  host?: string;
  databaseUrl?: string;
  databaseUser?: string;
  databasePasswordFile?: string;
  createDatabase?: boolean;
  serverUrl?: string;
  vendorKey?: string[];
}

/** `license-server setup`: answers from options, from questions, or what would be proposed; each is checked at once. */
export async function setUp(options: Options): Promise<void> {
  const file = path.resolve(options.config ?? 'license-server.conf');
  if (existsSync(file) && !options.force) {
    throw new UsageError(`${file} exists already. Change it with an editor, or write a new one with --force.`);
  }
  const folderProblem = problemWithFolder(path.dirname(file));
  if (folderProblem) throw new UsageError(`${file} cannot be written. ${folderProblem}`);
  if (!options.yes && !options.check && !process.stdin.isTTY) {
    throw new UsageError('There is no terminal to ask on. Give the answers as options, and --yes.');
  }
  const answers = options.yes || options.check ? await fromOptions(options) : await fromQuestions(options);
  if (options.check) {
    console.log('These answers work. Nothing was written.');
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  mkdirSync(answers.dataDir, { recursive: true });
  writeFileSync(file, configurationText(answers), { mode: 0o600, flag: options.force ? 'w' : 'wx' });
  const next = `license-server start --config ${file}\n\nThen open ${answers.serverUrl}. It asks for the setup token, which is in\n${path.join(
    answers.dataDir,
    'setup-token',
  )} once the server has started.`;
  const written = `The configuration is in ${file}. Next:`;
  if (options.yes) console.log(written);
  else outro(written);
  // Without a frame around it, so that it can be copied.
  console.log(`\n${next}`);
}

/** Without questions: what is wrong is told at once, all of it. */
async function fromOptions(options: Options): Promise<SetupAnswers> {
  const answers: SetupAnswers = {
    dataDir: path.resolve(options.dataDir ?? 'data'),
    port: options.port ?? '8080',
    host: options.host ?? '',
    databaseUrl: options.databaseUrl ?? '',
    databaseUser: options.databaseUser ?? '',
    databasePassword: passwordFrom(options),
    serverUrl: options.serverUrl ?? `http://localhost:${options.port ?? '8080'}`,
    vendorKeys: keysOf(options),
  };
  const wrong = [
    problemWith('DATA_DIR', answers.dataDir) ?? problemWithFolder(answers.dataDir),
    problemWith('PORT', answers.port) ?? (await problemWithPort(Number(answers.port), answers.host || '0.0.0.0')),
    problemWith('HOST', answers.host),
    problemWith('SERVER_URL', answers.serverUrl),
    problemWith('VENDOR_KEY_FILES', answers.vendorKeys.join(',')),
    await databaseProblem(answers, () => Promise.resolve(whenMissing(options))),
  ].filter((message) => message !== undefined);
  if (wrong.length > 0) throw new Error(`Nothing was written.\n${wrong.map((message) => `  - ${message}`).join('\n')}`);
  return answers;
}

async function fromQuestions(options: Options): Promise<SetupAnswers> {
  intro('License server: setup');
  const dataDir = path.resolve(
    options.dataDir ??
      (await ask({
        message: 'Folder for its data (secret key, plugins, and the database if it runs its own)',
        initialValue: path.resolve('data'),
        validate: (value = '') => problemWithFolder(path.resolve(value)),
      })),
  );
  const host = options.host ?? '';
  const port = options.port ?? (await askPort(host));
  const database = await askDatabase(options);
  const serverUrl =
    options.serverUrl ??
    (await ask({
      message: 'Server URL, the address that users open; every link that is mailed begins with it',
      initialValue: `http://localhost:${port}`,
      validate: (value = '') => problemWith('SERVER_URL', value),
    }));
  const vendorKeys =
    options.vendorKey || hasBuiltInKeys
      ? keysOf(options)
      : (
          await ask({
            message: "File with the vendor's public key (PEM); empty for the evaluation license only",
            initialValue: '',
            validate: (value = '') => problemWith('VENDOR_KEY_FILES', value),
          })
        )
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '')
          .map((name) => path.resolve(name));
  return { dataDir, port, host, serverUrl, vendorKeys, ...database };
}

/** Whether a port is free is only known a moment later, so it is asked again until one is. */
async function askPort(host: string): Promise<string> {
  for (;;) {
    const port = await ask({
      message: 'TCP port',
      initialValue: '8080',
      validate: (value = '') => problemWith('PORT', value),
    });
    const problem = await problemWithPort(Number(port), host || '0.0.0.0');
    if (problem === undefined) return port;
    log.error(problem);
  }
}

type DatabaseAnswers = Pick<SetupAnswers, 'databaseUrl' | 'databaseUser' | 'databasePassword'>;

async function askDatabase(options: Options): Promise<DatabaseAnswers> {
  for (;;) {
    const databaseUrl =
      options.databaseUrl ??
      (await ask({
        message: 'Database URL, postgresql://… or jdbc:postgresql://…; empty: the server runs a PostgreSQL of its own',
        initialValue: '',
        validate: (value = '') => problemWith('DATABASE_URL', value),
      }));
    const answers = { databaseUrl, databaseUser: options.databaseUser ?? '', databasePassword: passwordFrom(options) };
    if (databaseUrl !== '') await askCredentials(answers);
    const problem = await databaseProblem(answers, async (name) => {
      if (options.createDatabase) return 'create';
      const create = answer(await confirm({ message: `There is no database ${name} yet. Create it?` }));
      return create ? 'create' : 'refuse';
    });
    if (problem === undefined) return answers;
    log.error(problem);
    options = { ...options, databaseUrl: undefined, databaseUser: undefined };
  }
}

/** The JDBC form often has neither user nor password in it. */
async function askCredentials(answers: DatabaseAnswers): Promise<void> {
  const url = new URL(addressOf(answers) ?? 'postgresql://');
  if (url.username === '') answers.databaseUser = await ask({ message: 'Database user', initialValue: 'kit' });
  if (url.password === '' && answers.databasePassword === '') {
    answers.databasePassword = answer(await password({ message: 'Its password' }));
  }
}

/** What to do about a database that does not exist; `accept`: it will be created later. */
type WhenMissing = 'create' | 'accept' | 'refuse';

function whenMissing({ createDatabase, check }: Options): WhenMissing {
  if (!createDatabase) return 'refuse';
  return check ? 'accept' : 'create';
}

/** Why the database cannot be used, in words; creates it when it is missing and that is wanted. */
async function databaseProblem(
  answers: DatabaseAnswers,
  decide: (name: string) => Promise<WhenMissing>,
): Promise<string | undefined> {
  if (answers.databaseUrl === '' && answers.databaseUser === '' && answers.databasePassword === '') return undefined;
  const invalid = problemWith('DATABASE_URL', answers.databaseUrl, credentialsOf(answers));
  if (invalid) return invalid;
  const url = addressOf(answers);
  if (url === undefined) return undefined;
  try {
    return unfitness(await probeDatabase(url));
  } catch (error) {
    if (!(error instanceof DatabaseProbeError)) throw error;
    if (!error.missing) return error.message;
    const decision = await decide(databaseName(url));
    if (decision === 'accept') return undefined;
    if (decision === 'refuse') return `${error.message} Create it, or let setup do it with --create-database.`;
  }
  try {
    await createDatabase(url);
    return unfitness(await probeDatabase(url));
  } catch (error) {
    if (error instanceof DatabaseProbeError) return error.message;
    throw error;
  }
}

function addressOf(answers: DatabaseAnswers): string | undefined {
  return readSettings({ DATABASE_URL: answers.databaseUrl, ...credentialsOf(answers) }).databaseUrl;
}

function credentialsOf({ databaseUser, databasePassword }: DatabaseAnswers): Record<string, string> {
  return {
    ...(databaseUser === '' ? {} : { DATABASE_USER: databaseUser }),
    ...(databasePassword === '' ? {} : { DATABASE_PASSWORD: databasePassword }),
  };
}

/** What the server itself would say of a setting; undefined: nothing. */
function problemWith(name: string, value: string, more: Record<string, string> = {}): string | undefined {
  try {
    readSettings({ [name]: value, ...more });
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.join('; ');
    throw error;
  }
}

function passwordFrom({ databasePasswordFile }: Options): string {
  if (databasePasswordFile !== undefined) return readFileSync(databasePasswordFile, 'utf8').split(/\r?\n/)[0] ?? '';
  return process.env.DATABASE_PASSWORD ?? '';
}

function keysOf({ vendorKey = [] }: Options): string[] {
  if (hasBuiltInKeys) {
    const warning = ignoredKeysWarning(vendorKey.length > 0 ? ['--vendor-key'] : []);
    if (warning) console.error(warning);
    return [];
  }
  return vendorKey.map((name) => path.resolve(name));
}

async function ask(question: {
  message: string;
  initialValue: string;
  validate?: (value: string | undefined) => string | undefined;
}): Promise<string> {
  return answer(await text({ ...question, defaultValue: '' }));
}

/** @throws Error when the question was answered with Ctrl-C */
function answer<T>(given: T): Exclude<T, symbol> {
  if (!isCancel(given)) return given as Exclude<T, symbol>;
  cancel('Nothing was written.');
  throw new Error('The setup was cancelled.');
}
