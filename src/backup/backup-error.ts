/** A backup that cannot be made or restored; the message says why and what to do. Nothing was changed. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** The backup is not what was once written: damaged, cut off, or encrypted with another passphrase. */
export class DamagedBackupError extends BackupError {
  constructor(message: string, options?: ErrorOptions) {
    super(`${message} Nothing was restored.`, options);
  }
}
