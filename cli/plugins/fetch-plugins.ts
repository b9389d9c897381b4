import { FetchProgress } from './fetch-progress.js';
import { fetchPlugins } from './plugin-fetcher.js';
import { apiKeyFrom, organizationNumber, serverAddress } from '../running-server/server-call.js';
import { counted } from '../../src/errors/counted.js';

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
      apiKey: apiKeyFrom(options.apiKeyFile, env.KATALON_API_KEY, 'KATALON_API_KEY'),
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
