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

/** The schema could not be brought up to date, and is as it was. */
export class MigrationFailedError extends Error {
  /** @param pending migrations that were to run */
  constructor(pending: readonly string[], cause: Error) {
    super(
      `The database could not be brought up to date (${pending.join(', ')}): ${cause.message}. ` +
        'Nothing was changed: the version that ran before still runs on it. Start that one again, remove what is in the ' +
        'way, and repeat the upgrade.',
      { cause },
    );
    this.name = 'MigrationFailedError';
  }
}
