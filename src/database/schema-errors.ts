import { isDiskFull } from '../errors/disk-full.js';

/** The database has been used by a newer version of the server, which this one would not understand. */
export class NewerSchemaError extends Error {
  /** @param unknown migrations in the database that this version does not have */
  constructor(unknown: readonly string[]) {
    super(
      `The database was used by a newer version of the license server (it knows ${unknown.join(', ')}). ` +
        'Nothing was changed. Start that version or a newer one again; to go back to this version, restore the backup ' +
        'that was made before the upgrade.',
    );
    this.name = 'NewerSchemaError';
  }
}

/** The server cannot work in this database, such as one of another program. */
export class UnfitDatabaseError extends Error {
  /** @param problem in words, with what to do */
  constructor(problem: string) {
    super(`${problem} Nothing was changed.`);
    this.name = 'UnfitDatabaseError';
  }
}

/** The schema could not be brought up to date, and is as it was. */
export class MigrationFailedError extends Error {
  /** @param pending migrations that were to run */
  constructor(pending: readonly string[], cause: Error) {
    super(
      isDiskFull(cause)
        ? `The disk of the database is full, so that it could not be brought up to date (${named(pending)}): ${cause.message}. ` +
            'Nothing was changed: the version that ran before still runs on it. Make room and start this one again, ' +
            'which then brings the database up to date.'
        : `The database could not be brought up to date (${named(pending)}): ${cause.message}. ` +
            'Nothing was changed: the version that ran before still runs on it. Start that one again, remove what is in the ' +
            'way, and repeat the upgrade.',
      { cause },
    );
    this.name = 'MigrationFailedError';
  }
}

/** A new database has them all before it: too many to read. */
function named(pending: readonly string[]): string {
  const shown = pending.slice(0, 5).join(', ');
  return pending.length > 5 ? `${shown} and ${pending.length - 5} more` : shown;
}
