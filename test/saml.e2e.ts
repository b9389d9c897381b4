import 'reflect-metadata';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { newServiceKey } from '../src/identity/saml/service-key.js';
import { SecretKey } from '../src/secret/secret-key.js';
import { licenseServer } from './support/command.js';
import { Samples } from './support/metrics.js';
import { type Navigator } from './support/identity/openid-provider.js';
import { formIn, samlPeople, samlWorld, type SamlWorld, serverUrl } from './support/identity/saml-world.js';
import { member, rootAccount, withinASecond } from './support/test-server.js';
import { until } from './support/until.js';

// What people see who sign in with a SAML 2.0 provider, such as AD FS: a provider of its own process, over HTTP, with a browser that
// sends no cookies along with the form of another site.

let world: SamlWorld;
beforeAll(async () => {
  world = await samlWorld();
});
afterEach(() => world.provider.set({ lie: {}, people: samlPeople, wantsSignedRequests: false }));
afterAll(() => world.close());

const provider = (): string => `/api/v1/identity-providers/${world.id}`;

interface Me {
  email: string;
  firstName: string;
  lastName: string;
}

function meOf({ session }: Navigator): Promise<Me> {
  return world.server.api.withHeaders({ cookie: session }).get('/api/v1/users/me').expect<Me>(200);
}

function statusOf({ session }: Navigator): Promise<number> {
  return world.server.api.withHeaders({ cookie: session }).get('/api/v1/users/me').status();
}

describe('Signing in with a SAML provider', () => {
  it('is offered on the sign-in page, to people of its domains first', async () => {
    const methods = (query = '') =>
      world.server.api.get(`/api/v1/auth/methods${query}`).expect<{ providers: object[] }>(200);
    const url = `${serverUrl}${world.path}/sign-in`;
    expect((await methods()).providers).toEqual([{ id: world.id, name: 'Company login', kind: 'saml', url }]);
    expect((await methods('?domain=company.test')).providers).toHaveLength(1);
    expect((await methods('?domain=other.test')).providers).toEqual([]);
  });

  it('makes an account at the first time, and finds it again', async () => {
    const { browser, arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(`${serverUrl}/`);
    const me = await meOf(browser);
    expect(me).toMatchObject({ email: 'ada@company.test', firstName: 'Ada', lastName: 'Lovelace' });
    const again = await world.signIn('ada-1');
    expect(await meOf(again.browser)).toEqual(me);
    const events = await world.server.sql<{ action: string }>(
      `SELECT DISTINCT action FROM audit_event WHERE actor = 'ada@company.test' ORDER BY action`,
    );
    // The second browser is at another place.
    const actions = ['account.new-device', 'identity.linked', 'session.started', 'user.created'];
    expect(events.map(({ action }) => action)).toEqual(actions);
  });

  it('asks the provider for an answer at SERVER_URL, by the name that its own metadata has', async () => {
    await world.signIn('ada-1');
    expect(await world.provider.lastRequest()).toMatchObject({
      ...{ kind: 'AuthnRequest', destination: `${world.provider.url}/sso`, acs: `${serverUrl}${world.path}/acs` },
      ...{ issuer: `${serverUrl}${world.path}/metadata`, isSigned: false, forced: false },
    });
  });

  it('signs its requests where the metadata of the provider wants it', async () => {
    await world.provider.set({ wantsSignedRequests: true });
    await forget();
    const { arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(`${serverUrl}/`);
    expect(await world.provider.lastRequest()).toMatchObject({ isSigned: true });
    await world.provider.set({ wantsSignedRequests: false });
    await forget();
  });

  it('goes on where the person wanted to go, and never elsewhere', async () => {
    expect((await world.signIn('ada-1', undefined, '?next=%2Fprofile%3Ftab%3Dkeys')).arrived).toBe(
      `${serverUrl}/profile?tab=keys`,
    );
    expect((await world.signIn('ada-1', undefined, '?next=https%3A%2F%2Fevil.test%2F')).arrived).toBe(`${serverUrl}/`);
  });

  it('reads encrypted assertions', async () => {
    await world.provider.set({ lie: { encrypts: 'rsa-oaep-mgf1p' } });
    const { browser, arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(`${serverUrl}/`);
    expect(await meOf(browser)).toMatchObject({ email: 'ada@company.test' });
  });

  it('works with a provider that signs the response as well', async () => {
    await world.provider.set({ lie: { signsResponse: true } });
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
  });

  it('links the account that has the address, in a domain of the provider', async () => {
    await member(world.server, 'bob@company.test', 'ADMIN');
    const { browser } = await world.signIn('bob-2');
    const organizations = world.server.api.withHeaders({ cookie: browser.session }).get('/api/v1/organizations');
    expect(await organizations.expect<{ content: object[] }>(200)).toMatchObject({ content: [{ name: 'Acme' }] });
  });

  it('does not give an account of another domain to anybody', async () => {
    const { browser, arrived } = await world.signIn('eve-3');
    expect(arrived).toBe(`${serverUrl}/sign-in?refused=domain-not-allowed`);
    expect(browser.session).toBe('');
  });

  it('refuses a second person with the address of the first', async () => {
    await world.signIn('ada-1');
    await world.provider.set({ people: { ...samlPeople, 'eve-3': samlPeople['ada-1']! } });
    const { browser, arrived } = await world.signIn('eve-3');
    expect(arrived).toBe(`${serverUrl}/sign-in?refused=identity-taken`);
    expect(browser.session).toBe('');
  });

  it('says what is missing when the provider sends no address', async () => {
    await world.provider.set({ people: { 'new-4': { attributes: { givenName: 'New' } } } });
    expect((await world.signIn('new-4')).arrived).toBe(`${serverUrl}/sign-in?refused=address-missing`);
  });

  it('takes the address from the attribute that an administrator has named', async () => {
    const attributes = { email: 'urn:company:address', firstName: 'called', lastName: '' };
    await world.server.root.patch(provider(), { attributes }).expect(200);
    const person = {
      'Urn:Company:Address': 'carol@company.test',
      called: 'Carol',
      sn: 'Curve',
      email: 'not@this.test',
    };
    await world.provider.set({ people: { 'carol-5': { attributes: person } } });
    const { browser } = await world.signIn('carol-5');
    expect(await meOf(browser)).toEqual(
      expect.objectContaining({ email: 'carol@company.test', firstName: 'Carol', lastName: 'Curve' }),
    );
    const usual = { email: '', firstName: '', lastName: '' };
    expect(await world.server.root.patch(provider(), { attributes: usual }).expect(200)).toMatchObject({
      attributes: usual,
    });
  });

  it('gives what the groups of the person give, and takes it again at the next sign-in', async () => {
    const { organizationId, root } = world.server;
    const groups = [{ group: 'testers', organizationId, role: 'ADMIN' }];
    await root.patch(provider(), { groups }).expect(200);
    const { browser } = await world.signIn('ada-1');
    const organization = `/api/v1/organizations/${organizationId}`;
    await world.server.api.withHeaders({ cookie: browser.session }).get(`${organization}/members`).expect(200);
    const { groups: _, ...withoutGroups } = samlPeople['ada-1']!.attributes;
    await world.provider.set({ people: { 'ada-1': { attributes: withoutGroups } } });
    await world.signIn('ada-1', browser);
    expect(await world.server.api.withHeaders({ cookie: browser.session }).get(organization).status()).toBe(404);
    await root.patch(provider(), { groups: [] }).expect(200);
  });

  it('does not take the roles of a person whose groups the provider leaves out', async () => {
    const overflow = { 'http://schemas.microsoft.com/claims/groups.link': 'https://graph.test/' };
    const attributes = { ...samlPeople['ada-1']!.attributes, ...overflow };
    await world.provider.set({ people: { 'ada-1': { attributes } } });
    const { arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(`${serverUrl}/sign-in?refused=provider-too-many-groups`);
  });

  it('asks the person once more at the provider, where the console wants to be sure', async () => {
    const { browser } = await world.signIn('ada-1');
    await world.signIn('ada-1', browser, '?again');
    expect(await world.provider.lastRequest()).toMatchObject({ forced: true });
    expect(await statusOf(browser)).toBe(200);
    await world.provider.set({ lie: { signedIn: -600 } });
    expect((await world.signIn('ada-1', browser, '?again')).arrived).toBe(
      `${serverUrl}/sign-in?refused=provider-not-asked-again`,
    );
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
  });

  it('counts as both steps, and asks for a client password in Katalon Studio', async () => {
    const { browser } = await world.signIn('bob-2');
    const own = { grant_type: 'password', username: 'bob@company.test', password: 'bob@company.test password' };
    expect(await world.server.api.token(own).refused(401)).toContain('client password');
    const identities = world.server.api.withHeaders({ cookie: browser.session }).get('/api/v1/users/me/identities');
    expect(await identities.expect(200)).toMatchObject([
      { kind: 'saml', email: 'bob@company.test', url: `${serverUrl}${world.path}/sign-in` },
    ]);
  });

  it('is over when an administrator switches the provider off, and the sessions that began there with it', async () => {
    const { browser } = await world.signIn('ada-1');
    await world.server.root.patch(provider(), { enabled: false }).expect(200);
    expect(await withinASecond(() => statusOf(browser), 401)).toBe(401);
    const status = (): Promise<number> => world.server.api.get(`${world.path}/sign-in`).status();
    expect(await withinASecond(status, 404)).toBe(404);
    // The provider can still be set up.
    await world.server.api.get(`${world.path}/metadata`).expect(200);
    await world.server.root.patch(provider(), { enabled: true }).expect(200);
    expect(await withinASecond(status, 302)).toBe(302);
  });
});

describe('The keys of a SAML provider', () => {
  it('can be turned with an announcement: both are good meanwhile', async () => {
    await world.provider.announceKey();
    await forget();
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
    await world.provider.turnKey({ announced: true });
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
  });

  it('can be turned at once: the metadata is read again for a signature that is not known, and not for every stranger', async () => {
    await world.signIn('ada-1');
    await world.server.later({ minutes: 1 });
    await world.provider.set({ lie: { clock: 60 } });
    await world.provider.turnKey({ announced: false });
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
    await world.provider.turnKey({ announced: false });
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/sign-in?refused=provider-answer-invalid`);
    await world.server.later({ minutes: -1 });
    await forget();
  });
});

describe('The key of this server for a SAML provider', () => {
  interface Key {
    id: string;
    state: string;
    certificate: string;
    validUntil: string;
  }

  const root = () => world.server.root;
  const list = (): Promise<Key[]> => root().get(`${provider()}/saml-keys`).expect<Key[]>(200);
  const create = (): Promise<Key[]> => root().post(`${provider()}/saml-keys`).expect<Key[]>(201);
  const use = (id: string): Promise<Key[]> => root().post(`${provider()}/saml-keys/${id}/use`).expect<Key[]>(200);
  const remove = (id: string) => root().delete(`${provider()}/saml-keys/${id}`);
  const statesOf = (keys: readonly Key[]): string[] => keys.map(({ state }) => state);
  const readMetadata = () => world.provider.register(`${world.server.url}${world.path}/metadata`);

  /** Signs in by an encrypted assertion. */
  const signIn = async (): Promise<{ arrived: string; signer: string | undefined }> => {
    const { arrived } = await world.signIn('ada-1');
    return { arrived, signer: (await world.provider.lastRequest()).signer };
  };

  beforeEach(async () => {
    await world.provider.set({ wantsSignedRequests: true, lie: { encrypts: 'rsa-oaep-mgf1p' } });
    await forget();
  });
  afterEach(async () => {
    const [, other] = await list();
    if (other) await remove(other.id).expect(204);
    await readMetadata();
    await world.provider.set({ wantsSignedRequests: false });
    await forget();
  });

  it('is replaced while people sign in, and the provider reads the metadata once', async () => {
    const [present] = await list();
    expect(present).toMatchObject({
      state: 'in-use',
      certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
    });
    const [, next] = await create();
    expect(next).toMatchObject({ state: 'next', validUntil: expect.stringMatching(/^20\d\d-/) });
    // The provider does not know of it yet.
    expect(await signIn()).toEqual({ arrived: `${serverUrl}/`, signer: present!.id });
    await readMetadata();
    // It encrypts for the next key already, and this server signs with the present one.
    expect(await signIn()).toEqual({ arrived: `${serverUrl}/`, signer: present!.id });

    const used = await use(next!.id);
    expect(used.map(({ id, state }) => [id, state])).toEqual([
      [next!.id, 'in-use'],
      [present!.id, 'former'],
    ]);
    expect(await signIn()).toEqual({ arrived: `${serverUrl}/`, signer: next!.id });

    await remove(present!.id).expect(204);
    expect(await signIn()).toEqual({ arrived: `${serverUrl}/`, signer: next!.id });
    expect(statesOf(await list())).toEqual(['in-use']);
  });

  it('decrypts for a provider that has not read the metadata, until it is removed', async () => {
    const [present, next] = await create();
    await use(next!.id);
    await world.provider.set({ wantsSignedRequests: false });
    await forget();
    expect(await signIn()).toMatchObject({ arrived: `${serverUrl}/` });
    await remove(present!.id).expect(204);
    expect((await signIn()).arrived).toBe(`${serverUrl}/sign-in?refused=provider-answer-invalid`);
    const [refusal] = await world.refusals();
    expect(refusal?.message).toMatch(/^No key of this server decrypts the assertion: /);
  });

  it('is used again when the provider does not know the next one yet', async () => {
    const [present, next] = await create();
    await use(next!.id);
    const page = await world.browser().go(`${serverUrl}${world.path}/sign-in`, (at) => !at.includes('/auth/'));
    expect((await fetch(page)).status).toBe(403);
    expect(statesOf(await use(present!.id))).toEqual(['in-use', 'next']);
    expect(await signIn()).toEqual({ arrived: `${serverUrl}/`, signer: present!.id });
  });

  it('is not removed while it signs, and there is one more at most', async () => {
    const [present, next] = await create();
    expect(await remove(present!.id).expect(409)).toMatchObject({ code: 'saml-key-in-use' });
    expect(await root().post(`${provider()}/saml-keys`).expect(409)).toMatchObject({ code: 'saml-key-exists' });
    await use(next!.id);
    expect(await root().post(`${provider()}/saml-keys`).expect(409)).toMatchObject({ code: 'saml-key-exists' });
    await remove('f'.repeat(64)).expect(404);
    await root().post(`${provider()}/saml-keys/none/use`).expect(404);
    await root().get('/api/v1/identity-providers/99999/saml-keys').expect(404);
  });

  it('is in the audit log with each step, and no answer has its secret part', async () => {
    const [present, next] = await create();
    await use(next!.id);
    await use(next!.id);
    await remove(present!.id).expect(204);
    const events = await world.server.sql<{ action: string; details: object }>(
      `SELECT action, details FROM audit_event WHERE action LIKE 'saml-key.%' ORDER BY id DESC LIMIT 3`,
    );
    const name = 'Company login';
    expect(events.reverse()).toEqual([
      { action: 'saml-key.created', details: { name, key: next!.id } },
      { action: 'saml-key.used', details: { name, key: next!.id } },
      { action: 'saml-key.removed', details: { name, key: present!.id } },
    ]);
    expect(JSON.stringify([...(await list()), events])).not.toContain('PRIVATE');
    expect(JSON.stringify(await root().get(provider()).expect(200))).not.toContain('PRIVATE');
  });

  it('stays what it is when the settings change', async () => {
    const [, next] = await create();
    await root().patch(provider(), { allowIdpInitiated: true }).expect(200);
    await root().patch(provider(), { allowIdpInitiated: false }).expect(200);
    expect((await list()).map(({ id }) => id)).toContain(next!.id);
  });

  it('is told before it expires: by doctor, the test of the provider, the System page, a notification and metrics', async () => {
    const secretKey = SecretKey.load(path.join(world.server.dataDir, 'secret.key'));
    const [{ sealed }] = (await world.server.sql<{ sealed: Buffer }>(
      `SELECT secrets_sealed AS sealed FROM identity_provider`,
    )) as [{ sealed: Buffer }];
    const certified = async (days: number): Promise<void> => {
      const keys = await newServiceKey(new Date(Date.now() + (days - 3650) * 86_400_000));
      await world.server.sql('UPDATE identity_provider SET secrets_sealed = $1', [
        secretKey.seal(JSON.stringify(keys)),
      ]);
    };
    const told = async (): Promise<string[]> => {
      const env = { DATABASE_URL: world.server.databaseUrl, DATA_DIR: world.server.dataDir };
      const { output } = await licenseServer(env, ['doctor', '--json']);
      const findings = JSON.parse(output) as { name: string; level: string; words: string }[];
      return findings.filter(({ name }) => name.startsWith('SAML')).map(({ level, words }) => `${level}: ${words}`);
    };
    const daysLeft = async (use: string): Promise<number> =>
      new Samples(await root().get('/metrics').expect<string & Record<string, unknown>>(200)).value(
        'license_server_saml_certificate_days_left',
        { use },
      ) ?? NaN;
    const noticed = async (): Promise<object[]> =>
      (await root().get('/api/v1/users/me/notifications').expect<{ kind: string; facts: object }[]>(200))
        .filter(({ kind }) => kind === 'certificate-expiring')
        .map(({ facts }) => facts);
    const isRegistered = async (): Promise<boolean | undefined> => {
      const { steps } = await root()
        .post(`${provider()}/test`, {})
        .expect<{ steps: { step: string; ok: boolean }[] }>(200);
      return steps.find(({ step }) => step === 'register')?.ok;
    };
    expect(await told()).toEqual([
      expect.stringMatching(/^ok: The server's certificate for Company login is valid until/),
    ]);
    expect(await isRegistered()).toBe(true);
    expect(await noticed()).toEqual([]);
    await certified(20);
    await until(async () => (await daysLeft('saml-server')) < 21, 10, 'the certificate that ends');
    const ofSaml = { name: 'Company login', providerId: world.id, expiresAt: expect.any(String) };
    expect(await root().get('/api/v1/server-certificates').expect(200)).toEqual([
      { use: 'saml-server', ...ofSaml },
      { use: 'saml-provider', ...ofSaml },
    ]);
    expect(await noticed()).toEqual([
      { use: 'saml-server', provider: 'Company login', providerId: world.id, expiresAt: expect.any(String) },
    ]);
    expect(await daysLeft('saml-provider')).toBeGreaterThan(30);
    expect(await told()).toEqual([expect.stringMatching(/^warning: .* It expires in 20 days\.$/)]);
    await certified(-1);
    expect(await told()).toEqual([
      expect.stringMatching(/^wrong: The server's certificate for Company login expired on/),
    ]);
    expect(await isRegistered()).toBe(false);
    await world.server.sql('UPDATE identity_provider SET secrets_sealed = $1', [sealed]);
    const metadata = await (await fetch(`${world.provider.url}/metadata`)).text();
    await root().patch(provider(), { metadata }).expect(200);
    expect(await told()).toEqual([
      expect.stringMatching(/^ok: The server's certificate for Company login is valid until/),
      expect.stringMatching(/^ok: The certificate of Company login in the metadata entered here is valid until/),
    ]);
    await root().patch(provider(), { metadata: '' }).expect(200);
  });
});

describe('A sign-in that begins at the provider', () => {
  /** The page of the provider that nobody here has asked for. */
  const start = async (relayState = '') => {
    await world.provider.set({ present: 'ada-1' });
    const page = await fetch(`${world.provider.url}/start?RelayState=${encodeURIComponent(relayState)}`);
    return formIn(await page.text());
  };

  it('is refused', async () => {
    const browser = world.browser();
    expect(await world.send(await start(), browser)).toBe(`${serverUrl}/sign-in?refused=provider-unsolicited`);
    expect(browser.session).toBe('');
  });

  it('is accepted where an administrator allows it, once', async () => {
    await world.server.root.patch(provider(), { allowIdpInitiated: true }).expect(200);
    const form = await start('/profile');
    const browser = world.browser();
    expect(await world.send(form, browser)).toBe(`${serverUrl}/profile`);
    expect(await statusOf(browser)).toBe(200);
    const thief = world.browser();
    expect(await world.send(form, thief)).toBe(`${serverUrl}/sign-in?refused=provider-answer-invalid`);
    expect(thief.session).toBe('');
    expect(await world.send(await start('https://evil.test/'), world.browser())).toBe(`${serverUrl}/`);
    await world.server.root.patch(provider(), { allowIdpInitiated: false }).expect(200);
  });
});

describe('Signing out', () => {
  it('leads to the provider with a signed request, and back to the sign-in page', async () => {
    const { browser } = await world.signIn('ada-1');
    const api = world.server.api.withHeaders({ cookie: browser.session });
    const { url } = await api.post('/api/v1/auth/sign-out').expect<{ url: string }>(200);
    expect(url).toMatch(new RegExp(`^${world.provider.url}/slo\\?SAMLRequest=`));
    expect(await statusOf(browser)).toBe(401);
    expect(await browser.go(url, (at) => at.startsWith(`${serverUrl}/sign-in`))).toBe(`${serverUrl}/sign-in`);
    expect(await world.provider.lastRequest()).toMatchObject({
      ...{ kind: 'LogoutRequest', isSigned: true, nameId: 'ada-1', sessionIndex: 'session of ada-1' },
      destination: `${world.provider.url}/slo`,
    });
  });

  it('ends here alone for a person who has signed in with a password', async () => {
    const root = await world.server.api.browser(rootAccount.email, rootAccount.password);
    await root.post('/api/v1/auth/sign-out').expect(204);
  });
});

describe('Signing out at the provider', () => {
  const send = (request: { query?: string; form?: string }, browser = world.browser()): Promise<string> => {
    const at = `${serverUrl}${world.path}/logout`;
    const { query, form } = request;
    const isElsewhere = (address: string): boolean => !address.includes('/auth/');
    if (query !== undefined) return browser.go(`${at}?${query}`, isElsewhere);
    return browser.post(at, { SAMLRequest: form ?? '', RelayState: 'of the provider' }, world.provider.url);
  };

  it.each(['query', 'form'] as const)('ends the sessions here, and tells the provider so (%s)', async (binding) => {
    const ada = await world.signIn('ada-1');
    const bob = await world.signIn('bob-2');
    const sessionIndex = 'session of ada-1';
    const arrived = await send(await world.provider.logoutRequest({ nameId: 'ada-1', sessionIndex, binding }));
    expect(arrived).toMatch(
      new RegExp(`^${world.provider.url}/slo\\?SAMLResponse=.+&RelayState=of\\+the\\+provider.*&Signature=`),
    );
    expect(await withinASecond(() => statusOf(ada.browser), 401)).toBe(401);
    expect(await statusOf(bob.browser)).toBe(200);
    const [event] = await world.server.sql<{ details: object; actor: string }>(
      `SELECT details, actor FROM audit_event WHERE action = 'session.ended' ORDER BY id DESC LIMIT 1`,
    );
    expect(event).toEqual({ details: { reason: 'provider-sign-out' }, actor: 'Company login' });
  });

  it('ends all sessions of a person, when it names the person alone, and none of another session', async () => {
    const { browser } = await world.signIn('ada-1');
    await send(await world.provider.logoutRequest({ nameId: 'ada-1', sessionIndex: 'another', binding: 'query' }));
    expect(await statusOf(browser)).toBe(200);
    await send(await world.provider.logoutRequest({ nameId: 'ada-1', binding: 'query' }));
    expect(await withinASecond(() => statusOf(browser), 401)).toBe(401);
  });

  it('is not done by a stranger, and by a request once', async () => {
    const { browser } = await world.signIn('ada-1');
    const bob = await world.signIn('bob-2');
    const refused = `${serverUrl}/sign-in?refused=provider-answer-invalid`;
    for (const binding of ['query', 'form'] as const) {
      const mine = { nameId: 'ada-1', binding };
      expect(await send(await world.provider.logoutRequest({ ...mine, unsigned: true }))).toBe(refused);
      expect(await send(await world.provider.logoutRequest({ ...mine, altered: 'bob-2' }))).toBe(refused);
      for (const lie of [{ foreignKey: true }, { issuer: 'https://evil.test' }, { destination: 'https://evil.test' }]) {
        await world.provider.set({ lie });
        expect(await send(await world.provider.logoutRequest(mine))).toBe(refused);
      }
      await world.provider.set({ lie: { issued: -600 } });
      const clock = `${serverUrl}/sign-in?refused=provider-clock`;
      expect(await send(await world.provider.logoutRequest(mine))).toBe(clock);
      await world.provider.set({ lie: {} });
    }
    for (const query of ['SAMLRequest=x', 'SAMLRequest=x&SigAlg=y&Signature=z']) {
      expect(await send({ query })).toMatch(/refused=|sign-in$/);
    }
    expect(await statusOf(browser)).toBe(200);
    expect(await statusOf(bob.browser)).toBe(200);
    const request = await world.provider.logoutRequest({ nameId: 'ada-1', binding: 'query' });
    await send(request);
    const again = await world.signIn('ada-1');
    expect(await send(request)).toBe(refused);
    expect(await statusOf(again.browser)).toBe(200);
  });
});

describe('The test of a SAML provider', () => {
  it('shows each step, and what to enter at the provider', async () => {
    await forget();
    const { ok, steps } = await world.server.root
      .post(`${provider()}/test`, {})
      .expect<{ ok: boolean; steps: { step: string; ok: boolean; message: string }[] }>(200);
    expect(ok).toBe(true);
    expect(steps.map(({ step }) => step)).toEqual(['metadata', 'keys', 'sign-on', 'support', 'register', 'acs']);
    expect(steps[0]?.message).toContain(`${world.provider.url}/entity`);
    expect(steps.at(-1)?.message).toContain(`${serverUrl}${world.path}/acs`);
  });
});

let renamed = 0;
/** Changes settings, so that nothing is remembered of the provider. */
function forget(): Promise<unknown> {
  return world.server.root.patch(provider(), { domains: ['company.test', `d${++renamed}.test`] }).expect(200);
}
