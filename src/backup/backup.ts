import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Actor } from '../access/actor.js';
import { serverVersion } from '../http/pages/server-package.js';
import { type Settings } from '../config/settings.js';
import { ArchiveWriter } from './archive.js';
import { recordBackupEventIn } from './backup-event.js';
import { BackupError } from './backup-error.js';
import { dumpDatabase } from './database-dump.js';
import { type Manifest } from './manifest.js';
import { configurationPart, pluginPart, secretKeyPart, vendorKeysPart } from './parts.js';

/** What to back up, and where to. */
export interface BackupRequest {
  settings: Settings;
  /** `postgresql://…` of the database, embedded or not. */
  databaseUrl: string;
  /** The configuration file in use. */
  configuration: string | undefined;
  /** Where the backup goes; nothing is there yet. */
  file: string;
  /** Encrypts the backup. */
  passphrase: string | undefined;
  /** For the audit log. */
  actor?: Actor;
}

/**
 * Writes everything that makes up this server into one file, while the server runs: the database as of one moment, the
 * secret key, the vendor's public keys, the plugins and the configuration. The file appears when it is complete.
 *
 * @throws BackupError
 */
export async function makeBackup(request: BackupRequest): Promise<Manifest> {
  const { settings, file } = request;
  if (existsSync(file)) throw new BackupError(`${file} exists already; nothing was overwritten.`);
  if (!existsSync(settings.secretKeyFile)) {
    throw new BackupError(`There is no secret key at ${settings.secretKeyFile} (SECRET_KEY_FILE).`);
  }
  const unfinished = `${file}.part`;
  rmSync(unfinished, { force: true });
  const writer = await ArchiveWriter.create(unfinished, request.passphrase);
  try {
    const createdAt = new Date().toISOString();
    if (settings.vendorKeys.length > 0) {
      const pem = settings.vendorKeys.map((key) => key.export({ type: 'spki', format: 'pem' }).toString());
      await writer.add(vendorKeysPart, Buffer.from(pem.join('')));
    }
    if (request.configuration !== undefined) {
      await writer.add(configurationPart, readFileSync(request.configuration));
    }
    // The key and what it opens, from one moment: it is not rotated while the database is read.
    const begun = (): Promise<void> => writer.add(secretKeyPart, readFileSync(settings.secretKeyFile));
    const dump = await dumpDatabase(request.databaseUrl, begun, (name, piece) => writer.add(name, piece));
    await addPlugins(writer, settings.pluginDir);
    const manifest = await writer.finish({ format: 1, version: serverVersion, createdAt, ...dump });
    // Before the file is there: no backup without its event.
    const details = { file: path.basename(file), encrypted: request.passphrase !== undefined };
    await recordBackupEventIn(request.databaseUrl, 'backup.created', details, request.actor);
    renameSync(unfinished, file);
    return manifest;
  } catch (error) {
    await writer.abandon();
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** After the database, so that every plugin that it knows is there: files never change, and are written before their rows. */
async function addPlugins(writer: ArchiveWriter, folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const place = path.relative(folder, file);
    // Uploads on their way belong to nothing yet.
    if (place.split(path.sep)[0] !== 'incoming') await writer.addFile(pluginPart(place), file);
  }
}
