import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { counted } from '../../errors/counted.js';
import { type ProviderTestRequest, type TestStep } from '../dto/provider-test.js';
import { grantsOf } from '../group-grants.js';
import { IdentityGroup } from '../identity-group.entity.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { namesOfGrants } from '../identity.queries.js';
import { isDomainOf } from '../arrival.js';
import { type LdapSettings, serversOf } from '../provider-settings.js';
import { Directories } from './directories.js';
import { answerTo, findEntries, findGroups, isAnyone } from './directory.js';
import {
  type ConnectionStep,
  describeFailure,
  DirectoryConnection,
  type DirectoryServer,
  DirectoryStepError,
} from './directory-connection.js';
import { type DirectoryPerson, personOf } from './directory-person.js';

/** Groups that a test names. */
const maxNamed = 20;

const connectionMessages: Readonly<Record<ConnectionStep, (url: string, bindDn: string) => string>> = {
  connect: (url) => `${url} accepts connections.`,
  tls: (url) => `The connection to ${url} is encrypted, and its certificate is good.`,
  bind: (_, bindDn) => `The directory accepts ${bindDn} and its password.`,
};

const passwordMessages = {
  right: 'The directory accepts the password.',
  wrong: 'The directory does not accept the password.',
  disabled: 'The password is right, but the account in the directory is disabled.',
  expired: 'The password is right, but the account in the directory has expired.',
  'password-expired': 'The password is right, but it has expired in the directory.',
} as const;

/** Tries how a directory is set up, step by step, with connections of its own. */
@Injectable()
export class DirectoryTestService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly directories: Directories,
    private readonly clock: Clock,
  ) {}

  async run(provider: IdentityProvider, request: ProviderTestRequest): Promise<TestStep[]> {
    const settings = provider.settings as unknown as LdapSettings;
    const bindPassword = this.directories.bindPasswordOf(provider);
    const steps: TestStep[] = [];
    let first: DirectoryConnection | undefined;
    for (const url of serversOf(settings)) {
      const connection = await connected({ url, settings, bindPassword }, steps);
      if (first) connection?.close();
      else first = connection;
    }
    if (!first) return steps;
    try {
      await this.tryPeople(first, provider, request, steps);
    } catch (error) {
      steps.push({
        step: steps.some(({ step }) => step === 'search') ? 'groups' : 'search',
        ok: false,
        message: describeFailure(error as Error),
      });
    } finally {
      first.close();
    }
    return steps;
  }

  private async tryPeople(
    connection: DirectoryConnection,
    provider: IdentityProvider,
    { user, password }: ProviderTestRequest,
    steps: TestStep[],
  ): Promise<void> {
    const settings = provider.settings as unknown as LdapSettings;
    if (user === undefined) {
      const ok = await isAnyone(connection, settings);
      const message = ok
        ? `There are people under ${settings.userBase}.`
        : `No person is found under ${settings.userBase}.`;
      steps.push({ step: 'search', ok, message });
      return;
    }
    const entries = await findEntries(connection, settings, user);
    const [entry] = entries;
    if (!entry || entries.length > 1) {
      const message = entry
        ? `Several people match ${user}, so none of them can sign in.`
        : `No person matches ${user}.`;
      steps.push({ step: 'search', ok: false, message });
      return;
    }
    const person = personOf(entry, settings, this.clock.now());
    steps.push({ step: 'search', ok: true, message: `Found ${person.dn}.` }, attributesStep(person, provider));
    const groups = await findGroups(connection, settings, person, user);
    steps.push(groupsStep(groups), await this.grantsStep(provider, groups));
    // The connection belongs to this person from here on.
    if (password !== undefined) steps.push(await passwordStep(connection, person, password));
  }

  private async grantsStep(provider: IdentityProvider, groups: readonly string[]): Promise<TestStep> {
    const { manager } = this.dataSource;
    const rules = await manager.findBy(IdentityGroup, { providerId: provider.id });
    const { root, roles, teams } = grantsOf(rules, groups);
    const names = await namesOfGrants(manager, [...roles.keys()], [...teams.keys()]);
    const parts = [
      ...(root ? ['administrator of the server'] : []),
      ...[...roles].map(([id, role]) => `${role} in ${names.organizations.get(id) ?? id}`),
      ...[...teams.keys()].map((id) => `member of the team ${names.teams.get(id) ?? id}`),
    ];
    const message = parts.length > 0 ? `The groups give: ${parts.join(', ')}.` : 'The groups give nothing here.';
    return { step: 'grants', ok: true, message };
  }
}

/** Connects with one server; its steps are added. */
async function connected(server: DirectoryServer, steps: TestStep[]): Promise<DirectoryConnection | undefined> {
  const { url, settings } = server;
  try {
    return await DirectoryConnection.open(server, (step) => {
      steps.push({ step, ok: true, message: connectionMessages[step](url, settings.bindDn) });
    });
  } catch (error) {
    if (!(error instanceof DirectoryStepError)) throw error;
    steps.push({ step: error.step, ok: false, message: `${url}: ${error.message}` });
    return undefined;
  }
}

function attributesStep(person: DirectoryPerson, provider: IdentityProvider): TestStep {
  const { email, firstName = '', lastName = '', closed } = person;
  const name = `${firstName} ${lastName}`.trim();
  const problem = !email
    ? 'The person has no e-mail address in the directory.'
    : provider.domains.length > 0 && !isDomainOf(provider, email.toLowerCase())
      ? `${email} is not of a domain of this provider.`
      : closed && `The account in the directory is ${closed}.`;
  const found = `E-mail address ${email ?? '–'}, name ${name || '–'}.`;
  return { step: 'attributes', ok: problem === undefined, message: [found, problem].filter(Boolean).join(' ') };
}

function groupsStep(groups: readonly string[]): TestStep {
  const dns = groups.filter((each) => each.includes('='));
  const more = dns.length > maxNamed ? ', …' : '';
  const message =
    dns.length === 0
      ? 'The person is in no group.'
      : `In ${counted(dns.length, 'group')}: ${dns.slice(0, maxNamed).join('; ')}${more}`;
  return { step: 'groups', ok: true, message };
}

async function passwordStep(
  connection: DirectoryConnection,
  { dn }: DirectoryPerson,
  password: string,
): Promise<TestStep> {
  if (password === '')
    return { step: 'password', ok: false, message: 'An empty password is never sent to a directory.' };
  const answer = await answerTo(connection, dn, password);
  return { step: 'password', ok: answer === 'right', message: passwordMessages[answer] };
}
