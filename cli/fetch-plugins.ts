import { readFileSync } from 'node:fs';
import { trimInvisible } from '../src/text/invisible.js';
import { FetchProgress } from './fetch-progress.js';
import { fetchPlugins } from './plugin-fetcher.js';
import { organizationNumber, serverAddress } from './server-call.js';
import { UsageError } from './usage-error.js';
import { counted } from '../src/errors/counted.js';

/** The options of the command, as they were typed. */
export interface FetchPluginsOptions {
  server: string;
  project: string;
  organization?: string;
  apiKeyFile?: string;
  dryRun?: boolean;
  prune?: boolean;
}

/**
 * Fetches the plugins of a server into a project, and says what has changed.
 *
 * @throws UsageError
 * @throws RefusedError when the server says no, UnreachableError when it says nothing
 */
export async function fetchIntoProject(options: FetchPluginsOptions, env = process.env): Promise<void> {
  const { dryRun = false, prune = false, project } = options;
  const progress = new FetchProgress(dryRun, process.stdout);
  try {
    const result = await fetchPlugins({
      server: serverAddress(options.server),
      project,
      organizationId: organizationNumber(options.organization),
      apiKey: apiKeyOf(options.apiKeyFile, env),
      dryRun,
      prune,
      report: progress,
    });
    const changes = result.add.length + result.update.length + result.restore.length + result.remove.length;
    const sum = `${counted(changes, 'plugin')} ${dryRun ? 'would change' : 'changed'}`;
    process.stdout.write(`${sum}, ${result.keep.length} unchanged.\n`);
  } catch (error) {
    progress.clear();
    throw error;
  }
}

function apiKeyOf(file: string | undefined, env: NodeJS.ProcessEnv): string {
  const text = file === undefined ? (env.KATALON_API_KEY ?? '') : readKey(file);
  const key = trimInvisible(text.split(/\r?\n/)[0] ?? '');
  if (key === '') throw new UsageError('Give an API key: --api-key-file FILE, or the variable KATALON_API_KEY.');
  if (!/^[\w.~+/=-]+$/.test(key)) throw new UsageError('This is not an API key.');
  return key;
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}
