import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForwardProxy } from './support/network/forward-proxy.js';
import { Navigator, OpenidProvider } from './support/identity/openid-provider.js';
import { openidClient, openidWorld, type OpenidWorld, people, serverUrl } from './support/identity/openid-world.js';
import { Mailbox } from './support/network/smtp-server.js';
import { privateAuthority } from './support/network/private-authority.js';
import { member, rootAccount, withinASecond } from './support/test-server.js';

// What people see who sign in with Entra ID, Okta, Keycloak or Google: a real provider, over HTTP, with a browser's cookies.

let proxy: ForwardProxy;
let world: OpenidWorld;
beforeAll(async () => {
  proxy = await ForwardProxy.open('gate:keeper', ['login.invalid']);
  world = await openidWorld({ env: { OUTGOING_PROXY: proxy.url } });
});
afterAll(async () => {
  await world.close();
  proxy.close();
});

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

describe('Signing in with an OpenID provider', () => {
  it('is offered on the sign-in page', async () => {
    const { providers } = await world.server.api.get('/api/v1/auth/methods').expect<{ providers: object[] }>(200);
    const url = `${serverUrl}${world.path}/sign-in`;
    expect(providers).toEqual([{ id: world.id, name: 'Company login', kind: 'oidc', url }]);
  });

  it('is told with what the console asks for first', async () => {
    const { signInMethods } = await world.server.api.get('/info').expect<{ signInMethods: object }>(200);
    expect(signInMethods).toEqual(await world.server.api.get('/api/v1/auth/methods').expect(200));
  });

  it('is offered to people of its domains first', async () => {
    const methods = (domain: string) =>
      world.server.api.get(`/api/v1/auth/methods?domain=${domain}`).expect<{ providers: object[] }>(200);
    expect((await methods('Company.test')).providers).toHaveLength(1);
    expect((await methods('other.test')).providers).toEqual([]);
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
    expect(events.map(({ action }) => action)).toEqual(['identity.linked', 'session.started', 'user.created'].sort());
  });

  it('asks the provider with a code, PKCE, state and nonce, and comes back to SERVER_URL', async () => {
    const browser = world.browser();
    const address = await browser.go(`${serverUrl}${world.path}/sign-in`, (at) => at.startsWith(world.provider.issuer));
    const asked = Object.fromEntries(new URL(address).searchParams);
    expect(asked).toEqual({
      ...{ client_id: openidClient.clientId, response_type: 'code', code_challenge_method: 'S256' },
      redirect_uri: `${serverUrl}${world.path}/callback`,
      scope: 'openid email profile groups',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('goes on where the person wanted to go', async () => {
    const { arrived } = await world.signIn('ada-1', undefined, '?next=%2Fprofile%3Ftab%3Dkeys');
    expect(arrived).toBe(`${serverUrl}/profile?tab=keys`);
  });

  it.each(['https://evil.test/', '//evil.test/', '/\\evil.test', '/\t/evil.test', 'javascript:alert(1)', 'profile'])(
    'never goes on to %j',
    async (next) => {
      const { arrived } = await world.signIn('ada-1', undefined, `?next=${encodeURIComponent(next)}`);
      expect(arrived).toBe(`${serverUrl}/`);
    },
  );

  it('links the account that has the address, when the provider vouches for it', async () => {
    await member(world.server, 'bob@company.test', 'ADMIN');
    const { browser } = await world.signIn('bob-2');
    const { session } = browser;
    const organizations = world.server.api.withHeaders({ cookie: session }).get('/api/v1/organizations');
    expect(await organizations.expect<{ content: object[] }>(200)).toMatchObject({ content: [{ name: 'Acme' }] });
  });

  it('does not give an account to a person whose address is not verified', async () => {
    await world.provider.set({ people: { ...people, 'eve-3': { email: 'bob@company.test', email_verified: false } } });
    const { browser, arrived } = await world.signIn('eve-3');
    expect(arrived).toBe(`${serverUrl}/sign-in?refused=address-not-verified`);
    expect(browser.session).toBe('');
  });

  it('does not give an account of another domain to anybody, not even with a verified address', async () => {
    await world.provider.set({ people: { ...people, 'eve-3': { email: rootAccount.email, email_verified: true } } });
    const { browser, arrived } = await world.signIn('eve-3');
    expect(arrived).toBe(`${serverUrl}/sign-in?refused=domain-not-allowed`);
    expect(browser.session).toBe('');
  });

  it('refuses a second person with the address of the first', async () => {
    await world.signIn('ada-1');
    await world.provider.set({ people: { ...people, 'eve-3': { email: 'ada@company.test', email_verified: true } } });
    const { browser, arrived } = await world.signIn('eve-3');
    expect(arrived).toBe(`${serverUrl}/sign-in?refused=identity-taken`);
    expect(browser.session).toBe('');
    await world.provider.set({ people });
  });

  it('gives what the groups of the person give, and takes it again at the next sign-in', async () => {
    const { organizationId, root } = world.server;
    const groups = [{ group: 'testers', organizationId, role: 'ADMIN' }];
    await root.patch(`/api/v1/identity-providers/${world.id}`, { groups }).expect(200);
    const { browser } = await world.signIn('ada-1');
    const organization = `/api/v1/organizations/${organizationId}`;
    const api = world.server.api.withHeaders({ cookie: browser.session });
    await api.get(`${organization}/members`).expect(200);
    await world.provider.set({ people: { ...people, 'ada-1': { ...people['ada-1'], groups: [] } } });
    await world.signIn('ada-1', browser);
    expect(await world.server.api.withHeaders({ cookie: browser.session }).get(organization).status()).toBe(404);
    await world.provider.set({ people });
    await root.patch(`/api/v1/identity-providers/${world.id}`, { groups: [] }).expect(200);
  });

  it('does not take the roles of a person whose groups the provider leaves out', async () => {
    await world.provider.set({ lie: { claims: { groups: null, _claim_names: { groups: 'src1' } } } });
    const { arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(`${serverUrl}/sign-in?refused=provider-too-many-groups`);
    await world.provider.set({ lie: null });
  });

  it('reads the address from the userinfo endpoint, where the token is short', async () => {
    await world.provider.set({ lie: { claims: { email: null, email_verified: null, given_name: null } } });
    const { browser } = await world.signIn('ada-1');
    expect(await meOf(browser)).toMatchObject({ email: 'ada@company.test', firstName: 'Ada' });
    await world.provider.set({ lie: null });
  });

  it('gives the account the new address of the person, when the provider vouches for that, too', async () => {
    await world.signIn('ada-1');
    const ada = people['ada-1'] ?? {};
    await world.provider.set({ people: { ...people, 'ada-1': { ...ada, email: 'ada@other.test' } } });
    expect(await meOf((await world.signIn('ada-1')).browser)).toMatchObject({ email: 'ada@company.test' });
    await world.provider.set({ people: { ...people, 'ada-1': { ...ada, email: 'a.king@company.test' } } });
    expect(await meOf((await world.signIn('ada-1')).browser)).toMatchObject({ email: 'a.king@company.test' });
    await world.provider.set({ people });
    expect(await meOf((await world.signIn('ada-1')).browser)).toMatchObject({ email: 'ada@company.test' });
    const kept = await world.server.sql(`SELECT details FROM audit_event WHERE action = 'identity.address-kept'`);
    expect(kept).toEqual([
      { details: { email: 'ada@other.test', provider: 'Company login', reason: 'domain-not-allowed' } },
    ]);
  });

  it('keeps the password of a person who has none here: nothing to change, and a forgotten one is told where it is', async () => {
    const mailbox = await Mailbox.open();
    const settings = { host: '127.0.0.1', port: mailbox.port, protocol: 'SMTP', sender: 'licenses@example.com' };
    await world.server.root.put('/api/v1/mail-server', settings).expect(200);
    const { browser } = await world.signIn('ada-1');
    const ada = world.server.api.withHeaders({ cookie: browser.session });
    expect(await ada.get('/api/v1/users/me').expect(200)).toMatchObject({ passwordKeptBy: ['Company login'] });
    const passwords = { currentPassword: 'none', newPassword: 'correct horse battery staple' };
    expect(await ada.put('/api/v1/users/me/password', passwords).expect(409)).toMatchObject({
      ...{ code: 'kept-by-provider', providers: 'Company login' },
    });
    const email = { email: 'ada.new@company.test' };
    expect(await ada.post('/api/v1/users/me/email', email).expect(409)).toMatchObject({ code: 'kept-by-provider' });
    const forgot = (address: string) => world.server.api.post('/api/v1/auth/forgot-password', { email: address });
    const answer = await forgot('ada@company.test').expect(202);
    expect(answer).toEqual(await forgot('nobody@company.test').expect(202));
    const [mail] = await mailbox.to('ada@company.test', 1);
    expect(mail?.subject).toBe('Your password is not kept on the license server');
    expect(mail?.text).toContain('Company login');
    expect(await world.server.sql('SELECT FROM password_reset')).toEqual([]);
    await mailbox.close();
  });

  it('goes on when the provider turns its keys, without a restart', async () => {
    await world.signIn('ada-1');
    await world.provider.rotateKeys();
    const { browser } = await world.signIn('ada-1');
    expect(await statusOf(browser)).toBe(200);
  });

  it('asks the person once more at the provider, where the console wants to be sure', async () => {
    const { browser } = await world.signIn('ada-1');
    await world.signIn('ada-1', browser, '?again');
    const asked = browser.visited.map((at) => new URL(at).searchParams).find((query) => query.has('prompt'));
    expect(Object.fromEntries(asked ?? [])).toMatchObject({ prompt: 'login', max_age: '0' });
    expect(await statusOf(browser)).toBe(200);
  });

  it('is over when an administrator switches the provider off, and the sessions that began there with it', async () => {
    const provider = `/api/v1/identity-providers/${world.id}`;
    const { browser } = await world.signIn('ada-1');
    expect(await statusOf(browser)).toBe(200);
    await world.server.root.patch(provider, { enabled: false }).expect(200);
    expect(await withinASecond(() => statusOf(browser), 401)).toBe(401);
    const status = (): Promise<number> => world.server.api.get(`${world.path}/sign-in`).status();
    expect(await withinASecond(status, 404)).toBe(404);
    expect(await world.server.api.get('/api/v1/auth/methods').expect(200)).toMatchObject({ providers: [] });
    await world.server.root.patch(provider, { enabled: true }).expect(200);
    expect(await withinASecond(status, 302)).toBe(302);
  });
});

describe('Katalon Studio', () => {
  it('asks people with single sign-on for a client password, and says where to make one', async () => {
    const { browser } = await world.signIn('bob-2');
    const own = { grant_type: 'password', username: 'bob@company.test', password: 'bob@company.test password' };
    const refusal = await world.server.api.token(own).refused(401);
    expect(refusal).toContain(`client password for this account: make one at ${serverUrl}/profile`);
    const { password } = await world.server.api
      .withHeaders({ cookie: browser.session })
      .post('/api/v1/users/me/client-passwords', { name: 'Studio' })
      .expect<{ password: string }>(201);
    await world.server.api.token({ ...own, password }).expect(200);
  });
});

describe('Signing out', () => {
  it('leads to the provider, which signs the person out too', async () => {
    const { browser } = await world.signIn('ada-1');
    const api = world.server.api.withHeaders({ cookie: browser.session });
    const { url } = await api.post('/api/v1/auth/sign-out').expect<{ url: string }>(200);
    const asked = new URL(url);
    expect(`${asked.origin}${asked.pathname}`).toBe(`${world.provider.issuer}/session/end`);
    expect(asked.searchParams.get('post_logout_redirect_uri')).toBe(`${serverUrl}/sign-in`);
    expect(await statusOf(browser)).toBe(401);
    const page = await (await browser.fetch(url)).text();
    expect(page).toContain('xsrf');
  });

  it('leads there also for a person in many groups, without the token that no address has room for', async () => {
    const groups = Array.from({ length: 400 }, (_, index) => `${index}-0000-1111-2222-333333333333`);
    await world.provider.set({ lie: { claims: { groups, sid: 'a\u0000b' } } });
    const { browser } = await world.signIn('ada-1');
    await world.provider.set({ lie: null });
    const api = world.server.api.withHeaders({ cookie: browser.session });
    const { url } = await api.post('/api/v1/auth/sign-out').expect<{ url: string }>(200);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      client_id: openidClient.clientId,
      post_logout_redirect_uri: `${serverUrl}/sign-in`,
    });
    expect(await (await browser.fetch(url)).text()).toContain('xsrf');
  });

  it('ends here alone for a person who has signed in with a password', async () => {
    const root = await world.server.api.browser(rootAccount.email, rootAccount.password);
    await root.post('/api/v1/auth/sign-out').expect(204);
  });

  it('at the provider ends the sessions here at once', async () => {
    const { browser } = await world.signIn('ada-1');
    const other = await world.signIn('ada-1');
    expect(await statusOf(browser)).toBe(200);
    const end = `${world.provider.issuer}/session/end`;
    const page = await (await browser.fetch(end)).text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ xsrf, logout: 'yes' });
    await browser.fetch(`${end}/confirm`, { method: 'POST', body });
    expect(await withinASecond(() => statusOf(browser), 401)).toBe(401);
    // Another session at the provider is not meant.
    expect(await statusOf(other.browser)).toBe(200);
    const [event] = await world.server.sql<{ details: object; actor: string }>(
      `SELECT details, actor FROM audit_event WHERE action = 'session.ended' ORDER BY id DESC LIMIT 1`,
    );
    expect(event).toEqual({ details: { reason: 'provider-sign-out' }, actor: 'Company login' });
  });

  const logout = (token: string) =>
    world.server.api.request(
      'POST',
      `${world.path}/backchannel-logout`,
      new URLSearchParams({ logout_token: token }),
      {},
    );

  it('at the provider ends all sessions of a person, when it names the person alone', async () => {
    const first = await world.signIn('ada-1');
    const second = await world.signIn('ada-1');
    const bob = await world.signIn('bob-2');
    await logout(await world.provider.logoutToken({ aud: openidClient.clientId, sub: 'ada-1' })).expect(200);
    expect(await withinASecond(() => statusOf(first.browser), 401)).toBe(401);
    expect(await withinASecond(() => statusOf(second.browser), 401)).toBe(401);
    expect(await statusOf(bob.browser)).toBe(200);
  });

  it('is not done by a token of a stranger', async () => {
    const { browser } = await world.signIn('ada-1');
    const mine = { aud: openidClient.clientId, sub: 'ada-1' };
    const secret = openidClient.clientSecret;
    const tokens = await Promise.all([
      world.provider.logoutToken(mine, { foreignKey: true }),
      world.provider.logoutToken(mine, { unsigned: true }),
      world.provider.logoutToken(mine, { secret }),
      world.provider.logoutToken({ ...mine, aud: 'another client' }),
      world.provider.logoutToken({ ...mine, iss: 'https://evil.test' }),
      world.provider.logoutToken({ ...mine, events: {} }),
      world.provider.logoutToken({ ...mine, nonce: 'an ID token' }),
      world.provider.logoutToken({ ...mine, jti: null }),
      world.provider.logoutToken({ aud: mine.aud }),
      world.provider.logoutToken({ ...mine, sub: 'ada\u0000-1' }),
      world.provider.logoutToken({ ...mine, iat: 1_000_000_000, exp: 1_000_000_120 }),
    ]);
    for (const token of [...tokens, 'nonsense']) {
      const answer = logout(token);
      expect(await answer.refused(400)).toContain('logout token');
      expect(await answer.expect(400)).toMatchObject({ code: 'invalid_request', error: 'invalid_request' });
    }
    await logout('').refused(400);
    expect(await statusOf(browser)).toBe(200);
  });

  it('is done once by a logout token', async () => {
    const token = await world.provider.logoutToken({ aud: openidClient.clientId, sub: 'ada-1' });
    await logout(token).expect(200);
    const { browser } = await world.signIn('ada-1');
    expect(await logout(token).refused(400)).toContain('used before');
    expect(await statusOf(browser)).toBe(200);
  });
});

describe('A provider outside of the network', () => {
  it('is reached through the proxy, and one inside directly', async () => {
    const authority = privateAuthority('DNS:login.invalid');
    const outside = await OpenidProvider.start(authority, 'login.invalid');
    try {
      const redirect_uris = [`${serverUrl}/callback`];
      const client = { client_id: openidClient.clientId, client_secret: openidClient.clientSecret, redirect_uris };
      await outside.set({ clients: [{ ...client, token_endpoint_auth_method: 'client_secret_post' }] });
      const fields = { kind: 'oidc', name: 'Outside', issuer: outside.issuer, domains: ['outside.test'] };
      const { id } = await world.server.root
        .post('/api/v1/identity-providers', { ...fields, ...openidClient, caCertificate: authority.ca })
        .expect<{ id: number }>(201);
      const { steps } = await world.server.root
        .post(`/api/v1/identity-providers/${id}/test`, {})
        .expect<{ steps: { step: string; ok: boolean }[] }>(200);
      // Metadata, keys, and the endpoint for tokens.
      const asked = steps.filter(({ step }) => ['discovery', 'keys', 'client'].includes(step));
      expect(asked.map(({ step, ok }) => [step, ok])).toEqual([
        ['discovery', true],
        ['keys', true],
        ['client', true],
      ]);
      expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT ${new URL(outside.issuer).host}`]));
      await world.server.root.delete(`/api/v1/identity-providers/${id}`).status();
    } finally {
      await outside.close();
    }
  });
});
