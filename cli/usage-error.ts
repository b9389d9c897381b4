/** Wrong use of a command, as opposed to one that failed: exit code 2 in place of 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
