/** SQLSTATE of a client that could not connect, and of a connection that failed. */
export const connectionFailure = '08001';
export const connectionLost = '08006';

/** The code of a host that does not answer at all, as the system calls it. */
export const silentHostCode = 'ETIMEDOUT';

/**
 * SQLSTATE classes and errors of the driver that mean "the database is not there right now": it is starting or stopping, has no
 * connection left, cannot be reached, or is a copy that takes no changes (25006) because another one has taken over. TypeORM releases
 * a connection that breaks between two statements of a transaction, and says no more than that at the second.
 */
const trouble =
  /^(08\w{3}|57P0\d|53300|25006|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$|^Connection terminated|^timeout expired$|timeout exceeded when trying to connect|[Qq]uery runner (was )?already released|connection error and is not queryable/;

/** Whether work has failed for the database's sake, not for its own. */
export function isConnectionTrouble(error: unknown): boolean {
  const { code, message, driverError } = (error ?? {}) as {
    code?: unknown;
    message?: unknown;
    driverError?: { code?: unknown };
  };
  return [code, driverError?.code, message].some((text) => typeof text === 'string' && trouble.test(text));
}
