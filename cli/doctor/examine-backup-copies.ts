import { type Settings } from '../../src/config/settings.js';
import { counted } from '../../src/errors/counted.js';
import { type Finding, ok, warning } from './finding.js';

/** The storage that backups are copied to, where one is set. */
export async function examineBackupCopies(settings: Settings): Promise<Finding[]> {
  if (settings.backupS3Url === undefined) return [];
  const { BackupStorage } = await import('../../src/backup/backup-storage.js');
  const storage = new BackupStorage(settings);
  try {
    const there = await storage.list();
    return [ok('backup copies', `${counted(there.length, 'backup')} in ${storage.url}.`)];
  } catch (error) {
    const advice = 'Check the BACKUP_S3_… settings. Until the storage answers, backups stay in BACKUP_DIR alone.';
    return [warning('backup copies', (error as Error).message, advice)];
  } finally {
    storage.close();
  }
}
