/** The embedded database did not come up; the message has PostgreSQL's own words. */
export class EmbeddedPostgresError extends Error {}

/** The files of a cluster are of another major version than the programs that are to run it. */
export class OtherMajorVersionError extends EmbeddedPostgresError {
  constructor(
    /** Of the files and of the programs, such as 15. */
    readonly versions: { files: number; programs: number },
  ) {
    super(
      `The database files are of PostgreSQL ${versions.files}, and this is PostgreSQL ${versions.programs}. The next start of the server upgrades them.`,
    );
  }
}
