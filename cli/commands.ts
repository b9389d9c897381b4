import { CommanderError } from 'commander';
import { SettingsError } from '../src/config/settings.js';
import { createProgram } from './program.js';
import { RefusedError, UnreachableError } from './server-call.js';
import { UsageError } from './usage-error.js';

/** Does what the command line asks for. */
export async function runCommand(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = tell(error as Error);
  }
}

/**
 * Says what is wrong, and returns the exit code: 1 when something failed, 2 when it was asked for in a wrong way, 3 when a
 * license server refused it, 4 when that does not answer.
 */
function tell(error: Error): number {
  // The parser has said it itself; asking for help is not wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  else console.error(describeError(error));
  if (error instanceof UsageError || error instanceof SettingsError) return 2;
  if (error instanceof RefusedError) return 3;
  return error instanceof UnreachableError ? 4 : 1;
}

function describeError(error: NodeJS.ErrnoException): string {
  const { code, message, path } = error;
  if (path !== undefined && code === 'ENOENT') return `There is no file ${path}.`;
  if (path !== undefined && code === 'EEXIST') return `${path} exists already; nothing was overwritten.`;
  if (path !== undefined && (code === 'EACCES' || code === 'EPERM')) return `This user may not use ${path}.`;
  if (code === 'ENOSPC') return 'The disk is full. Nothing was changed.';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    return `The database does not answer (${message || code}). \`license-server doctor\` tells more.`;
  }
  return message;
}
