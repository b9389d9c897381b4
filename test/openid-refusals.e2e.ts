import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type Lie, OpenidProvider } from './support/identity/openid-provider.js';
import { openidClient, openidWorld, type OpenidWorld, people, serverUrl } from './support/identity/openid-world.js';
import { rootAccount } from './support/test-server.js';
import { privateAuthority } from './support/network/private-authority.js';

// What a license server must notice when an OpenID provider, or whoever stands in between, does what it must not.

const refused = (code: string): string => `${serverUrl}/sign-in?refused=${code}`;

describe('An answer of an OpenID provider', () => {
  let world: OpenidWorld;
  beforeAll(async () => {
    world = await openidWorld();
  });
  afterEach(() => world.provider.set({ lie: null, instead: null, people }));
  afterAll(() => world.close());

  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  const lies: [string, Lie, string][] = [
    ['has another nonce', { claims: { nonce: 'of another sign-in' } }, 'provider-answer-invalid'],
    ['has no nonce', { claims: { nonce: null } }, 'provider-answer-invalid'],
    ['is of another issuer', { claims: { iss: 'https://evil.test' } }, 'provider-answer-invalid'],
    ['is for another client', { claims: { aud: 'another client' } }, 'provider-answer-invalid'],
    [
      'is for several clients, and made for another one',
      { claims: { aud: ['license-server', 'another client'], azp: 'another client' } },
      'provider-answer-invalid',
    ],
    ['is not signed (alg none)', { unsigned: true }, 'provider-answer-invalid'],
    ['is signed with the client secret (alg HS256)', { secret: openidClient.clientSecret }, 'provider-answer-invalid'],
    ['is signed with the key of a stranger', { foreignKey: true }, 'provider-answer-invalid'],
    ['is signed with a key that does not exist', { header: { kid: 'unknown' } }, 'provider-answer-invalid'],
    ['has no subject', { claims: { sub: null } }, 'provider-answer-invalid'],
    ['has expired', { claims: { iat: hourAgo - 60, exp: hourAgo } }, 'provider-clock'],
    ['is of another time', { claims: { iat: hourAgo } }, 'provider-clock'],
    ['is of a time to come', { claims: { iat: hourAgo + 7200, exp: hourAgo + 9000 } }, 'provider-clock'],
    [
      'names another issuer on the way back',
      { authorization: { iss: 'https://evil.test' } },
      'provider-answer-invalid',
    ],
  ];
  it.each(lies)('that %s signs nobody in', async (_what, lie, code) => {
    await world.provider.set({ lie });
    const { browser, arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(refused(code));
    expect(browser.session).toBe('');
    expect(await world.server.sql('SELECT FROM user_identity')).toEqual([]);
    expect(await world.server.sql(`SELECT FROM user_account WHERE email = 'ada@company.test'`)).toEqual([]);
    const [refusal] = await world.refusals();
    expect(refusal).toMatchObject({ reason: code, provider: 'Company login', message: expect.stringMatching(/./) });
  });

  it.each([
    ['was let through as before', { auth_time: hourAgo }],
    ['may have been let through', { auth_time: null }],
  ])('for a person who %s confirms nothing', async (_what, claims) => {
    await world.provider.set({ lie: { claims } });
    const { browser, arrived } = await world.signIn('ada-1', undefined, '?again');
    expect(arrived).toBe(refused('provider-not-asked-again'));
    expect(browser.session).toBe('');
  });

  it('that says no is told on the sign-in page', async () => {
    const { arrived } = await world.signIn(null);
    expect(arrived).toBe(refused('provider-refused'));
    expect((await world.refusals())[0]).toMatchObject({ message: 'access_denied Not today.' });
  });
});

describe('The way back from an OpenID provider', () => {
  let world: OpenidWorld;
  beforeAll(async () => {
    world = await openidWorld();
  });
  afterAll(() => world.close());

  /** The address with which a provider sends a browser back, not visited yet. */
  async function wayBack(browser = world.browser()): Promise<{ callback: string; browser: typeof browser }> {
    await world.provider.set({ present: 'ada-1' });
    const isCallback = (at: string): boolean => at.startsWith(`${serverUrl}${world.path}/callback`);
    return { callback: await browser.go(`${serverUrl}${world.path}/sign-in`, isCallback), browser };
  }
  const page = (at: string): boolean => at.startsWith(serverUrl) && !at.includes('/auth/');

  it('works once', async () => {
    const { callback, browser } = await wayBack();
    const cookies = browser.copy();
    expect(await browser.go(callback, page)).toBe(`${serverUrl}/`);
    expect(await browser.go(callback, page)).toBe(refused('sign-in-expired'));
    // Not even with the cookie that the browser has given back.
    expect(await cookies.go(callback, page)).toBe(refused('sign-in-expired'));
    expect(cookies.session).toBe('');
  });

  it('works in the browser that began, and in no other', async () => {
    const { callback } = await wayBack();
    const other = world.browser();
    expect(await other.go(callback, page)).toBe(refused('sign-in-expired'));
    expect(other.session).toBe('');
  });

  it('is not of another sign-in of the same browser', async () => {
    const { callback, browser } = await wayBack();
    const { callback: second } = await wayBack(browser);
    const mixed = new URL(callback);
    mixed.searchParams.set('code', new URL(second).searchParams.get('code') ?? '');
    expect(await browser.go(mixed.href, page)).toMatch(/refused=/);
    // Two tabs do not disturb each other.
    const { callback: third } = await wayBack(browser);
    expect(await browser.go(third, page)).toBe(`${serverUrl}/`);
  });

  it('is not that from another provider', async () => {
    const evil = await OpenidProvider.start();
    try {
      const { id } = await world.server.root
        .post('/api/v1/identity-providers', {
          ...{ kind: 'oidc', name: 'Evil', issuer: evil.issuer, domains: ['evil.test'], provisioning: 'create' },
          ...openidClient,
        })
        .expect<{ id: number }>(201);
      const path = `/auth/providers/${id}`;
      const { clientId: client_id, clientSecret: client_secret } = openidClient;
      const redirect_uris = [`${serverUrl}${path}/callback`];
      await evil.set({ people, present: 'ada-1', clients: [{ client_id, client_secret, redirect_uris }] });
      const browser = world.browser();
      const isCallback = (at: string): boolean => at.includes('/callback');
      const fromEvil = (): Promise<string> => browser.go(`${serverUrl}${path}/sign-in`, isCallback);
      // Its code, its state or both for the other provider, and what the other one says for it.
      const { callback: own } = await wayBack(browser);
      const mixed = new URL(own);
      mixed.searchParams.set('code', new URL(await fromEvil()).searchParams.get('code') ?? '');
      const ways = [mixed.href, (await fromEvil()).replace(path, world.path), own.replace(world.path, path)];
      for (const way of ways) expect(await browser.go(way, page)).toBe(refused('sign-in-expired'));
      const nameless = new URL(await fromEvil());
      nameless.searchParams.set('iss', world.provider.issuer);
      expect(await browser.go(nameless.href, page)).toBe(refused('provider-answer-invalid'));
      expect(browser.session).toBe('');
    } finally {
      await evil.close();
    }
  });

  it('is open for ten minutes', async () => {
    const { callback, browser } = await wayBack();
    await world.server.later({ minutes: 11 });
    expect(await browser.go(callback, page)).toBe(refused('sign-in-expired'));
    expect(browser.session).toBe('');
  });

  it('is closed to clocks that differ by five minutes, with words about clocks', async () => {
    // The server's clock is eleven minutes ahead by now.
    const { arrived } = await world.signIn('ada-1');
    expect(arrived).toBe(refused('provider-clock'));
    await world.server.later({ minutes: -6 });
    expect((await world.signIn('ada-1')).arrived).toBe(refused('provider-clock'));
    await world.server.later({ minutes: -10 });
    expect((await world.signIn('ada-1')).arrived).toBe(refused('provider-clock'));
    await world.server.later({ minutes: 5 });
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
  });

  it('takes nonsense without an error', async () => {
    for (const query of [
      '',
      '?code=x',
      '?code=x&state=y',
      '?state=y&state=z',
      '?error=<script>',
      `?state=${'x'.repeat(4000)}`,
    ]) {
      expect(await world.browser().go(`${serverUrl}${world.path}/callback${query}`, page)).toBe(
        refused('sign-in-expired'),
      );
    }
    expect(await world.server.api.get('/auth/providers/999/callback').refused(404)).toContain('identity provider');
    await world.server.api.get('/auth/providers/x/callback').refused(400);
  });
});

describe('An OpenID provider', () => {
  let world: OpenidWorld;
  beforeAll(async () => {
    world = await openidWorld();
  });
  afterEach(() => world.provider.set({ instead: null }));
  afterAll(() => world.close());

  /** Changes settings, so that nothing is remembered of the provider. */
  const change = (settings: object): Promise<unknown> =>
    world.server.root.patch(`/api/v1/identity-providers/${world.id}`, settings).expect(200);
  let renamed = 0;
  const forget = (): Promise<unknown> => change({ name: `Login ${++renamed}` });

  it('that is down keeps nobody from signing in with a password', async () => {
    const other = await OpenidProvider.start();
    await other.close();
    const { id } = await world.server.root
      .post('/api/v1/identity-providers', {
        ...{ kind: 'oidc', name: 'Gone', issuer: other.issuer, domains: ['gone.test'], provisioning: 'existing' },
        ...openidClient,
      })
      .expect<{ id: number }>(201);
    const at = `${serverUrl}/auth/providers/${id}/sign-in`;
    const arrived = await world.browser().go(at, (address) => !address.includes('/auth/'));
    expect(arrived).toBe(refused('provider-unavailable'));
    expect((await world.refusals())[0]).toMatchObject({
      provider: 'Gone',
      message: expect.stringContaining('refuses connections'),
    });
    await world.server.api.browser(rootAccount.email, rootAccount.password);
  });

  it.each([
    ['answers with an error', { status: 503 }, 'provider-misconfigured'],
    ['answers with something else', { status: 200, body: '<html>' }, 'provider-misconfigured'],
    ['is another one', { status: 200, body: '{"issuer":"https://evil.test"}' }, 'provider-misconfigured'],
    ['sends more than a megabyte', { status: 200, body: ' '.repeat(1_100_000) }, 'provider-unavailable'],
    [
      'redirects to the metadata of a cloud',
      { status: 302, headers: { location: 'http://169.254.169.254/' } },
      'provider-unavailable',
    ],
  ])('that %s is not talked to', async (_what, instead, code) => {
    await forget();
    await world.provider.set({ instead });
    expect((await world.signIn('ada-1')).arrived).toBe(refused(code));
    await world.provider.set({ instead: null });
    expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
  });

  // Nothing repeats in it, so that the database cannot make it shorter.
  const longName = randomBytes(3000).toString('hex');
  it.each([
    ['an empty name', { sub: ' ' }, 'provider-answer-invalid'],
    ['a name that is no text', { sub: 'ada\u0000-1' }, 'provider-answer-invalid'],
    ['a name without end', { sub: longName }, 'provider-answer-invalid'],
    ['too many groups', { groups: Array.from({ length: 60_000 }, () => 'g') }, 'provider-too-many-groups'],
    ['an address that is no text', { sub: 'new-9', email: 'ada\u0000@company.test' }, 'address-invalid'],
  ])('that gives a person %s signs nobody in', async (_what, claims, code) => {
    await world.provider.set({ lie: { claims } });
    const { browser, arrived } = await world.signIn('ada-1');
    await world.provider.set({ lie: null });
    expect(arrived).toBe(refused(code));
    expect(browser.session).toBe('');
    expect((await world.refusals())[0]).toMatchObject({ reason: code });
  });

  it('that names an address inside of the cloud for its keys is not followed there', async () => {
    await forget();
    await world.provider.set({ lie: { discovery: { jwks_uri: 'http://169.254.169.254/keys' } } });
    expect((await world.signIn('ada-1')).arrived).toBe(refused('provider-unavailable'));
    await world.provider.set({ lie: null });
    await forget();
  });

  it('that does not answer is waited for ten seconds', async () => {
    await forget();
    await world.provider.set({ instead: 'nothing' });
    const signIn = world.signIn('ada-1');
    await stepUntil(signIn, world);
    expect((await signIn).arrived).toBe(refused('provider-unavailable'));
  });
});

/** Steps the server's clock until something that waits for it is over. */
async function stepUntil(over: Promise<unknown>, { server }: OpenidWorld): Promise<void> {
  const ended = { yet: false };
  void over.finally(() => (ended.yet = true));
  while (!ended.yet) await server.later({ seconds: 3 });
}

describe('An OpenID provider can be reached', () => {
  it('through a private authority', async () => {
    const authority = privateAuthority();
    const world = await openidWorld({ settings: { caCertificate: authority.ca }, tls: authority });
    try {
      // Its own process has to trust it, too: this is the browser.
      expect(world.provider.issuer).toMatch(/^https:/);
      const steps = await test(world);
      expect(steps.filter(({ ok }) => !ok)).toEqual([]);
      await world.server.root.patch(`/api/v1/identity-providers/${world.id}`, { caCertificate: '' }).expect(200);
      expect((await test(world)).find(({ ok }) => !ok)).toMatchObject({
        step: 'discovery',
        message: expect.stringContaining('CA certificate'),
      });
    } finally {
      await world.close();
    }
  });

  it.each(['client_secret_basic', 'private_key_jwt'])('as a client that proves itself with %s', async (method) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const isKey = method === 'private_key_jwt';
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const world = await openidWorld({ settings: isKey ? { clientSecret: pem } : {} });
    try {
      const key = { ...publicKey.export({ format: 'jwk' }), kid: 'mine', use: 'sig', alg: 'ES256' };
      const member = { token_endpoint_auth_method: method };
      if (!isKey) await world.provider.set({ lie: { discovery: { token_endpoint_auth_methods_supported: [method] } } });
      await world.register(isKey ? { ...member, client_secret: undefined, jwks: { keys: [key] } } : member);
      expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
    } finally {
      await world.close();
    }
  });

  it('with metadata that was entered by hand', async () => {
    const world = await openidWorld();
    try {
      const address = `${world.provider.issuer}/.well-known/openid-configuration`;
      const metadata = await (await fetch(address)).text();
      const provider = `/api/v1/identity-providers/${world.id}`;
      await world.server.root.patch(provider, { metadata, clientSecret: openidClient.clientSecret }).expect(200);
      await world.provider.set({ lie: { discovery: { issuer: 'https://evil.test' } } });
      expect((await world.signIn('ada-1')).arrived).toBe(`${serverUrl}/`);
      const refusal = await world.server.root.patch(provider, { metadata: 'nonsense' }).refused(400);
      expect(refusal).toContain('metadata');
      expect(refusal).not.toContain('..');
    } finally {
      await world.close();
    }
  });

  async function test(world: OpenidWorld): Promise<{ step: string; ok: boolean; message: string }[]> {
    const answer = world.server.root.post(`/api/v1/identity-providers/${world.id}/test`, {});
    return (await answer.expect<{ steps: { step: string; ok: boolean; message: string }[] }>(200)).steps;
  }
});
