import { readdirSync } from 'node:fs';
import path from 'node:path';
import { RequestValidationPipe } from '../http/validation/validation.js';
import { foldCase } from '../text/fold-case.js';
import { DomainError } from '../errors/domain-error.js';
import {
  type ProvisionedAdministrator,
  type ProvisionedProvider,
  type ProvisionedServerSettings,
  ProvisioningFile,
} from './dto/provisioning-file.js';
import {
  type ProvisionedMailServer,
  type ProvisionedOrganization,
  type ProvisionedWebhook,
} from './dto/provisioned-organization.js';
import { Placed } from './placed.js';
import { ProvisioningError } from './provisioning-error.js';
import { withTexts } from './text-sources.js';
import { YamlFile } from './yaml-file.js';

const maxFiles = 100;

/** What there can be one of, over all files. */
const single = ['administrator', 'license', 'evaluation', 'settings', 'mailServer'] as const;

const pipe = new RequestValidationPipe();

/** What the files of a folder say together, checked as far as that goes without the server. */
export interface ProvisioningFiles {
  administrator?: Placed<ProvisionedAdministrator>;
  license?: Placed<string>;
  evaluation?: Placed<boolean>;
  settings?: Placed<ProvisionedServerSettings>;
  mailServer?: Placed<ProvisionedMailServer>;
  webhooks: Placed<ProvisionedWebhook>[];
  organizations: Placed<ProvisionedOrganization>[];
  identityProviders: Placed<ProvisionedProvider>[];
}

/**
 * Reads the `*.yaml` and `*.yml` of a folder, in the order of their names.
 *
 * @param isSetUp whether there is an administrator: the password file of the first one may be gone by then
 * @throws ProvisioningError with everything that is wrong in them
 */
export async function readProvisioningFiles(
  folder: string,
  { env, isSetUp }: { env: NodeJS.ProcessEnv; isSetUp: boolean },
): Promise<ProvisioningFiles> {
  const problems: string[] = [];
  const files: Placed<ProvisioningFile>[] = [];
  for (const name of namesIn(folder)) {
    try {
      files.push(await readFile(path.join(folder, name), { env, isSetUp }));
    } catch (error) {
      if (!(error instanceof ProvisioningError)) throw error;
      problems.push(...error.problems);
    }
  }
  const webhooks = files.flatMap((file) => file.each('webhooks'));
  const organizations = files.flatMap((file) => file.each('organizations'));
  const identityProviders = files.flatMap((file) => file.each('identityProviders'));
  problems.push(...repeated('organization', organizations), ...repeated('identity provider', identityProviders));
  problems.push(...repeatedWebhooks(webhooks));
  for (const organization of organizations) problems.push(...repeatedWithin(organization));
  const singles = single.map((key) => files.flatMap((file) => file.get(key) ?? []));
  for (const [index, placed] of singles.entries()) problems.push(...others(single[index] ?? '', placed));
  if (problems.length > 0) throw new ProvisioningError(problems);
  const only = Object.fromEntries(single.map((key, index) => [key, singles[index]?.[0]]));
  return { ...only, webhooks, organizations, identityProviders };
}

/** @throws ProvisioningError when the folder cannot be read, or is not what it should be */
function namesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /^[^.].*\.ya?ml$/i.test(name));
  } catch (error) {
    throw new ProvisioningError([`The folder ${folder} cannot be read: ${(error as Error).message}`]);
  }
  if (names.length > maxFiles) throw new ProvisioningError([`${folder} holds more than ${maxFiles} files.`]);
  return names.sort();
}

async function readFile(
  file: string,
  { env, isSetUp }: { env: NodeJS.ProcessEnv; isSetUp: boolean },
): Promise<Placed<ProvisioningFile>> {
  const yaml = YamlFile.read(file);
  const problems: string[] = [];
  const content = withTexts(yaml.content, {
    folder: path.dirname(file),
    env,
    report: (at, message) => {
      if (!(isSetUp && at[0] === 'administrator')) problems.push(yaml.problem(at, message));
    },
  });
  try {
    const checked = await pipe.transform(content, { type: 'body', metatype: ProvisioningFile });
    if (problems.length > 0) throw new ProvisioningError(problems);
    return new Placed(checked as ProvisioningFile, yaml, []);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new ProvisioningError([...problems, ...new Placed(content, yaml, []).problemsOf(error)]);
  }
}

/** Teams, service accounts and keys are known by their names, webhooks by their addresses. */
function repeatedWithin(organization: Placed<ProvisionedOrganization>): string[] {
  const accounts = organization.each('serviceAccounts');
  return [
    ...repeated('team', organization.each('teams')),
    ...repeated('service account', accounts),
    ...accounts.flatMap((account) => repeated('key', account.each('keys'))),
    ...repeatedWebhooks(organization.each('webhooks')),
  ];
}

function repeated(noun: string, all: readonly Placed<{ name: string }>[]): string[] {
  return repetitions(all, ({ name }) => foldCase(name)).map(([each, first]) =>
    each.problem(`the ${noun} "${each.value.name}" is described twice, first in ${placeOf(first)}`),
  );
}

/** Without their addresses, which may be secrets. */
function repeatedWebhooks(all: readonly Placed<ProvisionedWebhook>[]): string[] {
  return repetitions(all, ({ url }) => url).map(([each, first]) =>
    each.problem(`the webhook with this url is described twice, first in ${placeOf(first)}`, ['url']),
  );
}

/** @returns each that is there again, and the first with the same key */
function repetitions<T>(all: readonly Placed<T>[], keyOf: (value: T) => string): [Placed<T>, Placed<T>][] {
  const known = new Map<string, Placed<T>>();
  return all.flatMap((each): [Placed<T>, Placed<T>][] => {
    const key = keyOf(each.value);
    const first = known.get(key);
    known.set(key, first ?? each);
    return first ? [[each, first]] : [];
  });
}

function others(key: string, [first, ...more]: readonly Placed<unknown>[]): string[] {
  return more.map((each) => each.problem(`${key} is described twice, first in ${placeOf(first ?? each)}`));
}

function placeOf({ file, path: at }: Placed<unknown>): string {
  return `${file.file}, line ${file.lineOf(at)}`;
}
