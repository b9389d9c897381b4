/** PostgreSQL's `disk_full`, and what the operating system says when there is no space or no quota left. */
const codes = ['53100', 'ENOSPC', 'EDQUOT'];

/** Whether work has failed because a disk is full: of the database, or of the data folder. */
export function isDiskFull(error: unknown): boolean {
  const { code, driverError, cause } = (error ?? {}) as {
    code?: unknown;
    driverError?: { code?: unknown };
    cause?: { code?: unknown };
  };
  return [code, driverError?.code, cause?.code].some((each) => typeof each === 'string' && codes.includes(each));
}
