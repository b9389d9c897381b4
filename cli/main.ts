#!/usr/bin/env node
import { parseArgs } from 'node:util';

/** `start` runs for years as the parent of the server, so it does not load what the other commands need. */
const start = startOptions(process.argv.slice(2));
if (start) (await import('./start.js')).start(start);
else await (await import('./commands.js')).runCommand();

/** @returns undefined for every other command, and for all that is to be explained */
function startOptions([command, ...args]: string[]): { config?: string; takeOver?: boolean } | undefined {
  if (command !== 'start') return undefined;
  try {
    const options = { config: { type: 'string', short: 'c' }, 'take-over': { type: 'boolean' } } as const;
    const { values } = parseArgs({ args, options });
    return { config: values.config, takeOver: values['take-over'] };
  } catch {
    return undefined;
  }
}
