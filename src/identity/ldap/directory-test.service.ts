import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { type ProviderTestRequest, type TestFinding, type TestStep } from '../dto/provider-test.js';
import { grantsOf } from '../group/group-grants.js';
import { IdentityGroup } from '../group/identity-group.entity.js';
import { type IdentityProvider } from '../identity-provider.entity.js';
import { namesOfGrants } from '../identity.queries.js';
import { isDomainOf } from '../arrival.js';
import { type LdapSettings, serversOf } from '../provider-settings.js';
import { type FindingCode } from '../provider-test/test-findings.js';
import { failedStep, finding, testStep } from '../provider-test/test-steps.js';
import { Directories } from './directories.js';
import { answerTo, findEntries, findGroups, isAnyone } from './directory.js';
import {
  type ConnectionStep,
  describeFailure,
  DirectoryConnection,
  type DirectoryServer,
  DirectoryStepError,
} from './directory-connection.js';
import { type DirectoryPerson, directoryPersonOf } from './directory-person.js';

/** Groups that a test names. */
const maxNamed = 20;

const connectionCodes = { connect: 'connected', tls: 'encrypted', bind: 'bound' } as const satisfies Record<
  ConnectionStep,
  FindingCode
>;

const passwordCodes = {
  right: 'password-right',
  wrong: 'password-wrong',
  disabled: 'password-of-disabled',
  expired: 'password-of-expired',
  'password-expired': 'password-expired',
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
      const step = steps.some(({ step }) => step === 'search') ? 'groups' : 'search';
      steps.push(failedStep(step, describeFailure(error as Error)));
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
      steps.push(testStep('search', finding(ok ? 'people-found' : 'nobody-found', { base: settings.userBase }), ok));
      return;
    }
    const entries = await findEntries(connection, settings, user);
    const [entry] = entries;
    if (!entry || entries.length > 1) {
      steps.push(testStep('search', finding(entry ? 'person-ambiguous' : 'person-not-found', { user }), false));
      return;
    }
    const person = directoryPersonOf(entry, settings, this.clock.now());
    steps.push(testStep('search', finding('person-found', { dn: person.dn })), attributesStep(person, provider));
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
    const given = [
      ...(root ? [finding('root-given')] : []),
      ...[...roles].map(([id, role]) =>
        finding('role-given', { role, organization: names.organizations.get(id) ?? id }),
      ),
      ...[...teams.keys()].map((id) => finding('team-given', { team: names.teams.get(id) ?? id })),
    ];
    return testStep('grants', given.length > 0 ? given : finding('nothing-given'));
  }
}

/** Connects with one server; its steps are added. */
async function connected(server: DirectoryServer, steps: TestStep[]): Promise<DirectoryConnection | undefined> {
  const { url, settings } = server;
  try {
    return await DirectoryConnection.open(server, (step) => {
      steps.push(testStep(step, finding(connectionCodes[step], step === 'bind' ? { dn: settings.bindDn } : { url })));
    });
  } catch (error) {
    if (!(error instanceof DirectoryStepError)) throw error;
    steps.push(testStep(error.step, finding('server-failed', { url, reason: error.message }), false));
    return undefined;
  }
}

function attributesStep(person: DirectoryPerson, provider: IdentityProvider): TestStep {
  const { email, firstName = '', lastName = '' } = person;
  const name = `${firstName} ${lastName}`.trim();
  const problem = obstacleOf(person, provider);
  const found = finding('attributes', { email: email ?? '–', name: name || '–' });
  return testStep('attributes', problem ? [found, problem] : found, problem === undefined);
}

/** Why a person cannot sign in. */
function obstacleOf({ email, closed }: DirectoryPerson, provider: IdentityProvider): TestFinding | undefined {
  if (!email) return finding('address-missing');
  if (provider.domains.length > 0 && !isDomainOf(provider, email.toLowerCase())) {
    return finding('address-foreign', { email });
  }
  return closed && finding(`account-${closed}`);
}

function groupsStep(groups: readonly string[]): TestStep {
  const dns = groups.filter((each) => each.includes('='));
  const more = dns.length > maxNamed ? ', …' : '';
  if (dns.length === 0) return testStep('groups', finding('in-no-group'));
  const named = dns.slice(0, maxNamed).join('; ') + more;
  return testStep('groups', finding('in-groups', { count: dns.length, groups: named }));
}

async function passwordStep(
  connection: DirectoryConnection,
  { dn }: DirectoryPerson,
  password: string,
): Promise<TestStep> {
  if (password === '') return testStep('password', finding('password-empty'), false);
  const answer = await answerTo(connection, dn, password);
  return testStep('password', finding(passwordCodes[answer]), answer === 'right');
}
