import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeBackup } from '../../src/backup/backup.js';
import { type Manifest } from '../../src/backup/manifest.js';
import { ProvedBackup, type Restored, type RestoreRequest } from '../../src/backup/restore.js';
import { type RestoredAs, type ServerIdentity } from '../../src/backup/server-identity.js';
import { DataFolder } from '../../src/config/data-folder.js';
import { readSettings, type Settings } from '../../src/config/settings.js';
import { configurationFile, parseConfiguration, readConfiguration } from '../configuration/configuration-file.js';
import { type PassphraseOptions, passphraseForBackup, passphraseForRestore } from './passphrase.js';
import { openServerDatabase, startEmbedded } from '../server-database.js';
import { megabytes } from '../megabytes.js';
import { UsageError } from '../usage-error.js';
import { counted, countedTime } from '../../src/errors/counted.js';

interface Options extends PassphraseOptions {
  config?: string;
}

/** `license-server backup FILE` */
export async function backup(given: string, options: Options): Promise<void> {
  const { env, file: configuration } = readConfiguration(options.config);
  const settings = readSettings(env);
  const passphrase = (await passphraseForBackup(options)) ?? settings.backupPassphrase;
  const file = path.resolve(given);
  const database = await openServerDatabase(settings);
  try {
    const manifest = await makeBackup({ settings, databaseUrl: database.url, configuration, file, passphrase });
    console.log(`${file}: ${contentOf(manifest)}, ${megabytes(statSync(file).size)}.`);
    if (passphrase === undefined) {
      console.log(
        'It is not encrypted and holds the secret key: keep it where only you can read it, or give a passphrase.',
      );
    } else console.log('It is encrypted. Without the passphrase it cannot be restored, not even by you.');
  } finally {
    await database.close();
  }
}

interface RestoreOptions extends Options {
  journal?: string[];
  check?: boolean;
  drill?: boolean;
  sameInstallation?: boolean;
  copy?: boolean;
}

/** `license-server restore FILE` */
export async function restore(given: string, options: RestoreOptions): Promise<void> {
  const as = restoredAs(options);
  const file = path.resolve(given);
  const proved = await ProvedBackup.open(file, () => passphraseForRestore(options));
  console.log(`${file} is whole: ${contentOf(proved.manifest)}, made at ${proved.manifest.createdAt}.`);
  if (options.drill) await drill(proved, readConfiguration(options.config).env.POSTGRES_BIN_DIR?.trim());
  if (options.check || options.drill) return;

  const target = configurationFile(options.config);
  const fromBackup = target === undefined || !existsSync(target) ? proved.configuration : undefined;
  const env =
    fromBackup === undefined
      ? readConfiguration(options.config).env
      : { ...parseConfiguration(fromBackup), ...process.env };
  const keyFiles = missingKeyFiles(env);
  // Files beside the data folder may be what was lost. Those with the vendor's keys are in the backup; certificates are not,
  // and the next start asks for them.
  const certificates = { TLS_CERT_FILE: '', TLS_KEY_FILE: '', HTTP_REDIRECT_PORT: '' };
  const settings = readSettings({ ...env, ...certificates, ...(keyFiles.length > 0 ? { VENDOR_KEY_FILES: '' } : {}) });
  proved.checkFolders(settings);
  mkdirSync(settings.dataDir, { recursive: true });
  const { migrations, ...restored } = await restoreInto(settings, proved, { journals: options.journal, as });

  console.log(
    `Restored into ${settings.databaseUrl ? 'the database of DATABASE_URL' : 'the embedded database'} and ${settings.dataDir}.`,
  );
  if (migrations.length > 0) console.log(`The database was brought up to date: ${migrations.join(', ')}.`);
  for (const line of notesOnSeats(proved.manifest, restored)) console.log(line);
  for (const line of wordsOnIdentity(restored.identity, as)) console.log(line);
  for (const name of keyFiles) {
    if (proved.placeVendorKeys(name)) console.log(`The vendor's public keys are in ${name} again.`);
  }
  if (fromBackup !== undefined) {
    const place = path.resolve(target ?? path.join(settings.dataDir, 'license-server.conf'));
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, fromBackup, { flag: 'wx', mode: 0o600 });
    console.log(`The configuration of the backup is in ${place}.`);
    const other = ['DATA_DIR', 'DATABASE_URL'].filter((name) => process.env[name] !== undefined);
    if (other.length > 0)
      console.log(`It may name another ${other.join(' and ')} than the environment does now: change it.`);
  }
  console.log(
    `The keys are those of ${proved.manifest.createdAt}. If you have run rotate-keys since then, keys that were replaced sign again: ` +
      'run it once more before you start the server.',
  );
  console.log('Start the server as usual; every client goes on with the seat that it had at the time of the backup.');
}

function restoredAs({ sameInstallation, copy }: RestoreOptions): RestoredAs | undefined {
  if (sameInstallation && copy) throw new UsageError('Choose one: --same-installation or --copy.');
  return sameInstallation ? 'same-installation' : copy ? 'copy' : undefined;
}

/** Restores into a database that exists for this alone, and compares what is there then with what the backup has. */
async function drill(proved: ProvedBackup, binDir = ''): Promise<void> {
  const began = Date.now();
  const place = mkdtempSync(path.join(os.tmpdir(), 'license-server-drill-'));
  try {
    const folder = await DataFolder.claim(place, { isCommand: true, notify: console.error });
    const database = await startEmbedded(folder, binDir || undefined);
    try {
      const migrations = await proved.drill(database.url);
      if (migrations.length > 0) console.log(`This version would bring it up to date: ${migrations.join(', ')}.`);
    } finally {
      await database.close();
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  const { tables } = proved.manifest;
  console.log(
    `It was restored into a temporary database: all ${counted(tables.length, 'table')} are there again, byte by byte. ` +
      `The drill took ${countedTime(Date.now() - began)}; nothing of this server was touched.`,
  );
}

/** Files with the vendor's keys that the settings name and that are not there. */
function missingKeyFiles({ VENDOR_KEY_FILES: names = '' }: NodeJS.ProcessEnv): string[] {
  const files = names.split(',').map((name) => name.trim());
  return files.filter((name) => name !== '' && !existsSync(name));
}

async function restoreInto(settings: Settings, proved: ProvedBackup, request: RestoreRequest): Promise<Restored> {
  const folder = await DataFolder.claim(settings.dataDir, { isCommand: true, notify: console.error });
  if (!settings.databaseUrl) {
    const database = await startEmbedded(folder, settings.postgresBinDir);
    try {
      return await proved.restore(settings, database.url, request);
    } finally {
      await database.close();
    }
  }
  try {
    return await proved.restore(settings, settings.databaseUrl, request);
  } finally {
    await folder.release();
  }
}

/** Which server it is now, and what that means for its licenses. */
function wordsOnIdentity({ serverId, formerServerId, unusable }: ServerIdentity, as: RestoredAs | undefined): string[] {
  if (formerServerId === null) {
    if (as === undefined) return [];
    return [`The server keeps its id, ${serverId}. Do not start the server that the backup is from again.`];
  }
  const notes = [`This is a copy with a server id of its own: ${serverId}, before ${formerServerId}.`];
  if (unusable.length > 0)
    notes.push(
      `It cannot use the license ${unusable.join(', ')}, which is bound to the former id. Ask the vendor for one with the new id.`,
    );
  else notes.push('If it takes the place of the server that the backup is from, restore it with --same-installation.');
  return notes;
}

/** What the restore knows of seats that were taken after the backup. */
function notesOnSeats(
  { createdAt }: Manifest,
  { seats, damagedLines }: Pick<Restored, 'seats' | 'damagedLines'>,
): string[] {
  const notes: string[] = [];
  if (seats === undefined) {
    notes.push(
      `There is no seat-journal.jsonl in the data folder: seats that were borrowed or licensed offline after ${createdAt} count as free ` +
        'while their machines work on. If you still have that file, empty the database and restore with --journal FILE.',
    );
  } else if (seats > 0) {
    notes.push(
      `${counted(seats, 'seat')} that ${seats === 1 ? 'was' : 'were'} borrowed or licensed offline after the backup ${seats === 1 ? 'counts' : 'count'} as taken.`,
    );
  }
  if (damagedLines > 0)
    notes.push(`The journal of such seats has ${counted(damagedLines, 'line')} that cannot be read.`);
  return notes;
}

function contentOf({ version, tables, parts }: Manifest): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const plugins = parts.filter(({ name }) => name.startsWith('plugins/')).length;
  return `license server ${version}, ${counted(rows, 'row')} of ${counted(tables.length, 'table')}, ${counted(plugins, 'plugin file')}`;
}
