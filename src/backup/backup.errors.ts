import { DomainError } from '../errors/domain-error.js';

/** The configuration says where backups go, and it says nothing. */
export class NoBackupFolderError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'no-backup-folder';

  constructor() {
    super('No folder for backups is set. Set BACKUP_DIR in the configuration of this server and start it again.');
  }
}

/** One at a time: two would take twice as long. */
export class BackupUnderWayError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'backup-under-way';

  constructor() {
    super('This server is making a backup. Wait until it is done.');
  }
}
