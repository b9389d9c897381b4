import { CommanderError } from 'commander';
import { SettingsError } from '../src/config/settings.js';
import { exitCodeOf } from './exit-code.js';
import { createProgram } from './program.js';

/** Does what the command line asks for. */
export async function runCommand(): Promise<void> {
  try {
    await createProgram().parseAsync();
  } catch (error) {
    process.exitCode = tell(error as Error);
  }
}

/** Says what is wrong, and returns the exit code. */
function tell(error: Error): number {
  // The parser has said it itself.
  if (error instanceof CommanderError) return exitCodeOf(error);
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  else console.error(describeError(error));
  return error instanceof SettingsError ? 2 : exitCodeOf(error);
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
