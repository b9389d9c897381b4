/**
 * SQLSTATE classes and errors of the driver that mean "the database is not there right now": it is starting or stopping, has no
 * connection left, cannot be reached, or is a copy that takes no changes (25006) because another one has taken over.
 */
const trouble =
  /^(08\w{3}|57P0\d|53300|25006|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN)$|^Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/;

/** Whether work has failed for the database's sake, not for its own. */
export function isConnectionTrouble(error: unknown): boolean {
  const { code, message, driverError } = (error ?? {}) as {
    code?: unknown;
    message?: unknown;
    driverError?: { code?: unknown };
  };
  return [code, driverError?.code, message].some((text) => typeof text === 'string' && trouble.test(text));
}
