import { CommanderError } from 'commander';
import { RefusedError, UnreachableError } from './running-server/server-call.js';
import { UsageError } from './usage-error.js';

/**
 * The exit code of a command that has thrown: 1 when something failed, 2 when it was asked for in a wrong way, 3 when a license
 * server refused it, 4 when that does not answer.
 */
export function exitCodeOf(error: unknown): number {
  // Asking for help is not wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) return 2;
  if (error instanceof RefusedError) return 3;
  return error instanceof UnreachableError ? 4 : 1;
}
