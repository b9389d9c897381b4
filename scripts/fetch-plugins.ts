import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FetchProgress } from './fetch-progress.js';
import { fetchPlugins } from './plugin-fetcher.js';
import { RefusedError, UnreachableError } from './plugin-library.js';

const usage = `Fetches the plugins of a license server into a Katalon project, and only what has changed:

  npm run fetch-plugins -- --server URL --project FOLDER [--organization ID] [--api-key-file FILE] [--dry-run] [--prune]

  --server URL         the Server URL, such as http://licenses.example.com:8080
  --project FOLDER     keywords go to FOLDER/plugins, plugins of Studio to FOLDER/plugins/platform
  --organization ID    private plugins of this organization too
  --api-key-file FILE  whose first line is an API key; without it the key is in the variable KATALON_API_KEY
  --dry-run            only says what would be done
  --prune              removes what was fetched once and is no longer in the library

Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by the server (key, organization, license), 4 server not reachable.
`;

/** Wrong use, as opposed to something that failed. */
class UsageError extends Error {}

/** @returns the exit code */
export async function main(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  let progress: FetchProgress | undefined;
  try {
    const { values } = parseArgs({
      args,
      options: {
        server: { type: 'string' },
        project: { type: 'string' },
        organization: { type: 'string' },
        'api-key-file': { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        prune: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    const dryRun = values['dry-run'];
    progress = new FetchProgress(dryRun, process.stdout);
    const result = await fetchPlugins({
      server: serverOf(values.server),
      project: values.project || missing('--project FOLDER'),
      organizationId: organizationOf(values.organization),
      apiKey: apiKeyOf(values['api-key-file'], env),
      dryRun,
      prune: values.prune,
      report: progress,
    });
    const changes = result.add.length + result.update.length + result.restore.length + result.remove.length;
    const sum = `${changes} plugin${changes === 1 ? '' : 's'} ${dryRun ? 'would change' : 'changed'}`;
    process.stdout.write(`${sum}, ${result.keep.length} unchanged.\n`);
    return 0;
  } catch (error) {
    progress?.clear();
    const wrongUse =
      error instanceof UsageError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
    console.error((error as Error).message);
    if (wrongUse) console.error(`\n${usage}`);
    if (wrongUse) return 2;
    return error instanceof RefusedError ? 3 : error instanceof UnreachableError ? 4 : 1;
  }
}

function serverOf(text: string | undefined): string {
  if (!text) return missing('--server URL');
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new UsageError(`--server must be a URL that begins with http:// or https://, not "${text}".`);
  }
  return text;
}

function organizationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new UsageError('--organization must be the number of an organization.');
  return Number(text);
}

function apiKeyOf(file: string | undefined, env: NodeJS.ProcessEnv): string {
  const text = file === undefined ? (env.KATALON_API_KEY ?? '') : readKey(file);
  const key = text.split(/\r?\n/)[0]?.trim() ?? '';
  if (key === '') return missing('an API key: --api-key-file FILE, or the variable KATALON_API_KEY');
  if (!/^[\w.~+/=-]+$/.test(key)) throw new UsageError('What is given as an API key is none.');
  return key;
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}

function missing(what: string): never {
  throw new UsageError(`Give ${what}.`);
}
