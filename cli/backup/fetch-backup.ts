import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BackupError } from '../../src/backup/backup-error.js';
import { readSettings } from '../../src/config/settings.js';
import { readConfiguration } from '../configuration/configuration-file.js';
import { megabytes } from '../megabytes.js';
import { UsageError } from '../usage-error.js';

interface FetchOptions {
  config?: string;
  list?: boolean;
}

/**
 * `license-server fetch-backup`: downloads a backup from the storage, so that it can be restored on a new machine.
 *
 * @param name undefined: the newest
 */
export async function fetchBackup(name: string | undefined, { config, list }: FetchOptions): Promise<void> {
  const settings = readSettings(readConfiguration(config).env);
  const { backupS3Url, backupDir: folder } = settings;
  if (backupS3Url === undefined || folder === undefined) {
    throw new UsageError('BACKUP_S3_URL is not set: there is no storage to fetch backups from.');
  }
  const { BackupStorage } = await import('../../src/backup/backup-storage.js');
  const storage = new BackupStorage(settings);
  try {
    const there = await storage.list();
    if (list) {
      for (const each of there) console.log(`${each.modifiedAt.toISOString()}  ${each.name}  ${megabytes(each.bytes)}`);
      return;
    }
    const wanted = name === undefined ? there.at(-1) : there.find((each) => each.name === name);
    if (!wanted) throw new BackupError(`There is no backup${name === undefined ? '' : ` ${name}`} in ${storage.url}.`);
    const file = path.join(folder, wanted.name);
    if (existsSync(file)) throw new BackupError(`${file} exists already; nothing was overwritten.`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const unfinished = `${file}.part`;
    rmSync(unfinished, { force: true });
    try {
      await storage.download(wanted.name, unfinished);
      renameSync(unfinished, file);
    } finally {
      rmSync(unfinished, { force: true });
    }
    console.log(`${file}: ${megabytes(wanted.bytes)}. To restore it: license-server restore ${file}`);
  } finally {
    storage.close();
  }
}
