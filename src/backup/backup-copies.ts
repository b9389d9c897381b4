import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import path from 'node:path';
import { type Logger } from 'pino';
import { DataSource } from 'typeorm';
import { server } from '../access/actor.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { DATABASE_URL } from '../database/database-url.js';
import { rowsOf } from '../database/query.js';
import { LOG } from '../log/log.module.js';
import { BackupError } from './backup-error.js';
import { recordBackupEventIn } from './backup-event.js';
import { lastCopy, type LastCopy } from './backup.queries.js';

/** Where backups are copied to. */
export interface CopiesState {
  url: string;
  /** The newest copy; null: none yet. */
  last: LastCopy | null;
}

/** Copies of backups in the storage that `BACKUP_S3_URL` names. */
@Injectable()
export class BackupCopies {
  constructor(
    @Inject(DATABASE_URL) private readonly databaseUrl: string,
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** @returns null: backups stay in their folder */
  async state(): Promise<CopiesState | null> {
    const { backupS3Url: url } = this.settings;
    if (url === undefined) return null;
    const [last] = await rowsOf<LastCopy>(this.dataSource, lastCopy);
    return { url, last: last ?? null };
  }

  /**
   * Copies what is not there yet, so that a storage that was away catches up, and keeps `BACKUP_KEEP` of the daily backups there.
   *
   * @param files absolute
   * @param isDaily by the name
   * @throws BackupError
   */
  async update(files: readonly string[], isDaily: (name: string) => boolean, signal: AbortSignal): Promise<void> {
    if (this.settings.backupS3Url === undefined) return;
    const { BackupStorage } = await import('./backup-storage.js');
    const storage = new BackupStorage(this.settings);
    try {
      const there = new Set((await storage.list()).map(({ name }) => name));
      for (const file of files.filter((each) => !there.has(path.basename(each)))) {
        await storage.upload(file, signal);
        const name = path.basename(file);
        there.add(name);
        await recordBackupEventIn(this.databaseUrl, 'backup.copied', { file: name, url: storage.url }, server);
        this.log.info({ file: name, url: storage.url }, 'The backup is copied');
      }
      const daily = [...there].filter(isDaily).sort();
      for (const name of daily.slice(0, -this.settings.backupKeep)) await storage.delete(name);
    } catch (error) {
      if (!(error instanceof BackupError)) throw error;
      throw new BackupError(`It was made, but not copied to ${error.message}`, { cause: error });
    } finally {
      storage.close();
    }
  }
}
