import { schemaVersion } from '../src/database/data-source.js';
import { migrationsIn } from '../src/database/database-fitness.js';
import { DatabaseClient } from '../src/database/database-client.js';
import { type FieldChange } from '../src/provisioning/difference.js';
import { ProvisioningModule } from '../src/provisioning/provisioning.module.js';
import { ProvisioningService } from '../src/provisioning/provisioning.service.js';
import { type ProvisionedChange } from '../src/provisioning/provisioning-run.js';
import { readSettings } from '../src/config/settings.js';
import { withServices } from './command-context.js';
import { readConfiguration } from './configuration/configuration-file.js';
import { UsageError } from './usage-error.js';

interface ProvisionOptions {
  config?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** The exit code of a dry run that found something to do. */
const somethingToDo = 3;

/** Characters of a value that are shown. */
const maxShown = 80;

/** `license-server provision`: applies the provisioning files, whether the server runs or not, or tells what it would change. */
export async function provision({ config, dryRun = false, json = false }: ProvisionOptions): Promise<void> {
  const { env } = readConfiguration(config);
  const { provisioningDir, databaseUrl } = readSettings(env);
  if (provisioningDir === undefined) {
    throw new UsageError(
      'There is no folder with provisioning files. Make the folder provisioning beside the configuration file, or name one with PROVISIONING_DIR.',
    );
  }
  if (dryRun && databaseUrl) await checkSchema(databaseUrl);
  const services = { config, module: ProvisioningModule, keepsSchema: dryRun };
  const changes = await withServices(services, (app) => app.get(ProvisioningService).apply({ dryRun, env }));
  if (json) console.log(JSON.stringify(changes, undefined, 2));
  else for (const line of linesOf(changes, dryRun)) console.log(line);
  if (dryRun && changes.length > 0) process.exitCode = somethingToDo;
}

/** A dry run changes no schema, and the services know no other than theirs. */
async function checkSchema(databaseUrl: string): Promise<void> {
  const client = new DatabaseClient(databaseUrl);
  await client.connect();
  try {
    if (schemaVersion(await migrationsIn(client)).pending.length === 0) return;
  } finally {
    await client.end();
  }
  throw new Error(
    'The database is not of this version yet. Start the server, or run `license-server migrate`; then try the files.',
  );
}

function linesOf(changes: readonly ProvisionedChange[], dryRun: boolean): string[] {
  if (changes.length === 0) return ['Everything is as the files say.'];
  const count = (kind: ProvisionedChange['kind']): number => changes.filter((change) => change.kind === kind).length;
  const sum = `${count('create')} created, ${count('change')} changed.`;
  return [...changes.flatMap(describe), dryRun ? `Nothing was changed; it would be: ${sum}` : sum];
}

function describe({ kind, what, fields, file, line }: ProvisionedChange): string[] {
  return [
    `${kind === 'create' ? '+' : '~'} ${what}  (${file}:${line})`,
    ...fields.map((each) => `    ${fieldLine(each)}`),
  ];
}

function fieldLine(field: FieldChange): string {
  return 'to' in field ? `${field.name}: ${shown(field.from)} -> ${shown(field.to)}` : `${field.name}: another one`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}
