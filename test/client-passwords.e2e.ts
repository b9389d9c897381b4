import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KatalonClient } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { AuthenticatorApp } from './support/identity/authenticator-app.js';
import {
  everyScope,
  member,
  type ReadyServer,
  readyServer,
  rootAccount,
  userId,
  usualSeats,
  withinASecond,
} from './support/test-server.js';

let server: ReadyServer;
/** Katalon Studio's user, with a browser. */
let ada: Api;
const email = 'ada@example.com';
const ownPassword = `${email} password`;
const path = '/api/v1/users/me/client-passwords';

beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { TRUSTED_PROXIES: '127.0.0.1' });
  ada = await member(server, email, 'USER');
});
afterAll(() => server.close());
beforeEach(() => server.sql('DELETE FROM rate_limit'));

interface Created {
  id: number;
  password: string;
  hint: string;
}

async function newPassword(api = ada, more: object = {}): Promise<Created> {
  return api.post(path, { name: 'Laptop', ...more }).expect<Created>(201);
}

const token = (username: string, password: string, headers = {}) =>
  server.api.token({ grant_type: 'password', username, password }, headers);

async function signedIn(password: string): Promise<Api> {
  const { access_token } = await token(email, password).expect<{ access_token: string }>(200);
  return server.api.withBearer(access_token);
}

describe('A client password', () => {
  it('is shown once, has 118 random bits, and is easy to type', async () => {
    const { id, password, hint } = await newPassword();
    expect(password).toMatch(/^[a-hjkmnp-z2-9]{6}(-[a-hjkmnp-z2-9]{6}){3}$/);
    const listed = await ada.get(path).expect<Created[]>(200);
    expect(listed.find((each) => each.id === id)).toEqual({
      id,
      name: 'Laptop',
      hint: password.slice(0, 4),
      createdAt: expect.any(String),
      expiresAt: null,
      lastUsedAt: null,
    });
    expect(hint).toHaveLength(4);
    expect(JSON.stringify(await server.sql('SELECT * FROM api_key'))).not.toContain(password);
  });

  it('activates Katalon Studio, renews its license and gives the seat back', async () => {
    const { password } = await newPassword();
    const client = new KatalonClient({ serverUrl: server.url, package: 'KSE', email, password });
    const { expirationDate } = await client.activate();
    expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
    expect(Date.parse(client.activation!.expirationDate)).toBeGreaterThanOrEqual(Date.parse(expirationDate));
    await client.release();
    const seats = await server.root
      .get(`/api/v1/organizations/${server.organizationId}/online-licenses`)
      .expect<{ totalElements: number }>(200);
    expect(seats.totalElements).toBe(0);
  });

  it('may be typed in capital letters, with blanks and without hyphens', async () => {
    const { password } = await newPassword();
    for (const typed of [password.toUpperCase(), password.replaceAll('-', ''), ` ${password.replaceAll('-', ' ')} `]) {
      await token(` ${email.toUpperCase()}`, typed).expect(200);
    }
  });

  it('is good for seats only', async () => {
    const { password } = await newPassword();
    expect(await token(email, password).expect(200)).toMatchObject({ scope: 'seats' });
    const studio = await signedIn(password);
    await studio.get('/api/v1/users/me').expect(200);
    const organization = `/api/v1/organizations/${server.organizationId}`;
    expect(await studio.get(`${organization}/members`).expect(403)).toMatchObject({ code: 'scope-missing' });
    expect(await studio.post(path, { name: 'Another' }).expect(403)).toMatchObject({ code: 'person-required' });
    expect(await studio.put('/api/v1/users/me/password', {}).expect(403)).toMatchObject({ code: 'person-required' });
  });

  it('does not open the console, which says why', async () => {
    const { password } = await newPassword();
    const answer = server.api.post('/api/v1/auth/sign-in', { email, password });
    expect(await answer.expect(401)).toMatchObject({ code: 'client-password-misplaced' });
    expect(await answer.refused(401)).toContain('works in Katalon Studio only');
    await server.api.withBearer(password).get('/api/v1/users/me').refused(401);
    expect(await ada.post('/api/v1/auth/confirm', { password }).expect(403)).toMatchObject({
      code: 'wrong-current-password',
    });
  });

  it('belongs to one account, and needs its e-mail address', async () => {
    const { password } = await newPassword();
    await member(server, 'ben@example.com', 'USER');
    const refusal = await token('ben@example.com', password).refused(401);
    expect(refusal).toContain('This client password is not valid for this e-mail address (any more)');
    await token('nobody@example.com', password).refused(401);
    await token('', password).refused(401);
    await token('ada', password).refused(401);
  });

  it('ends with its expiry date, and the tokens that were got with it', async () => {
    const expiresAt = new Date(Date.now() + 30 * 60_000).toISOString();
    const { password } = await newPassword(ada, { expiresAt });
    const studio = await signedIn(password);
    await server.later({ minutes: 31 });
    await token(email, password).refused(401);
    expect(await studio.get('/api/v1/users/me').status()).toBe(401);
    await server.later({ minutes: -31 });
  });

  it('ends within a second when it is deleted, on every server', async () => {
    const { id, password } = await newPassword();
    const studio = await signedIn(password);
    await studio.get('/api/v1/users/me').expect(200);
    await ada.delete(`${path}/${id}`).expect(204);
    expect(await withinASecond(() => studio.get('/api/v1/users/me').status(), 401)).toBe(401);
    await token(email, password).refused(401);
    await ada.delete(`${path}/${id}`).refused(404);
  });

  it('of somebody else cannot be listed or deleted', async () => {
    const { id } = await newPassword();
    const eve = await member(server, 'eve@example.com', 'USER');
    expect(await eve.get(path).expect(200)).toEqual([]);
    await eve.delete(`${path}/${id}`).refused(404);
    await ada.delete(`/api/v1/users/me/api-keys/${id}`).refused(404);
    await ada.delete(`${path}/${id}`).expect(204);
  });

  it('is seen and revoked by root where API keys are', async () => {
    const { id, password } = await newPassword();
    const { content } = await server.root
      .get('/api/v1/api-keys?size=100')
      .expect<{ content: { id: number; kind: string; email: string }[] }>(200);
    expect(content.find((each) => each.id === id)).toMatchObject({ kind: 'client-password', email, scopes: ['seats'] });
    const ownKeys = await ada.get('/api/v1/users/me/api-keys').expect<{ id: number }[]>(200);
    expect(ownKeys.map((key) => key.id)).not.toContain(id);
    await server.root.delete(`/api/v1/users/${await userId(server, email)}/api-keys/${id}`).expect(204);
    await token(email, password).refused(401);
  });

  it('notes its last use to the minute, and is in the audit log', async () => {
    const { id, password } = await newPassword();
    await token(email, password, { 'x-forwarded-for': '198.51.100.7' }).expect(200);
    const listed = await ada.get(path).expect<{ id: number; lastUsedAt: string | null }[]>(200);
    expect(listed.find((each) => each.id === id)?.lastUsedAt).toEqual(expect.any(String));
    await ada.delete(`${path}/${id}`).expect(204);
    const events = await server.sql<{ action: string; details: object }>(
      `SELECT action, details FROM audit_event WHERE action LIKE 'client-password.%' AND target_id = $1 ORDER BY id`,
      [String(id)],
    );
    expect(events.map(({ action }) => action)).toEqual(['client-password.created', 'client-password.deleted']);
    const grants = await server.sql(
      `SELECT FROM audit_event WHERE action = 'sign-in.token' AND details->>'grant' = 'client-password'
          AND details->>'network' = '198.51.100.0/24'`,
    );
    expect(grants).toHaveLength(1);
  });

  it('cannot be made with a key, without a name, for the past, or without end where keys must end', async () => {
    const { key } = await ada
      .post('/api/v1/users/me/api-keys', { name: 'CI', scopes: everyScope.slice(0, 3) })
      .expect<{ key: string }>(201);
    expect(await server.api.withBearer(key).post(path, { name: 'x' }).expect(403)).toMatchObject({
      code: 'person-required',
    });
    for (const body of [{}, { name: '' }, { name: '\u200b' }, { name: 'x', expiresAt: '2020-01-01T00:00:00Z' }]) {
      await ada.post(path, body).refused(400);
    }
    const strict = await readyServer(usualSeats, {}, { API_KEY_MAX_DAYS: '90', MAX_CLIENT_PASSWORDS_PER_USER: '2' });
    expect(await strict.root.post(path, { name: 'x' }).refused(400)).toContain('90 days');
    const expiresAt = new Date(Date.now() + 89 * 86_400_000).toISOString();
    for (let count = 0; count < 2; count++) await strict.root.post(path, { name: 'x', expiresAt }).expect(201);
    expect(await strict.root.post(path, { name: 'x', expiresAt }).expect(409)).toMatchObject({
      code: 'too-many-client-passwords',
    });
    await strict.close();
  });

  it('is asked for a confirmation like an API key', async () => {
    const browser = await server.api.browser(email, ownPassword);
    await server.later({ minutes: 6 });
    expect(await browser.post(path, { name: 'x' }).expect(403)).toMatchObject({ code: 'confirmation-required' });
    await server.later({ minutes: -6 });
  });
});

describe('Client passwords end with the account', () => {
  async function person(name: string): Promise<{ id: number; api: Api; address: string; password: string }> {
    const address = `${name}@example.com`;
    const api = await member(server, address, 'USER');
    const { password } = await newPassword(api);
    await token(address, password).expect(200);
    return { id: await userId(server, address), api, address, password };
  }

  it('when it is disabled', async () => {
    const { id, address, password } = await person('disabled');
    await server.root.patch(`/api/v1/users/${id}`, { disabled: true }).expect(200);
    await token(address, password).refused(401);
  });

  it('when its password is reset, unless the person keeps the keys', async () => {
    const { id, address, password } = await person('reset');
    const { link } = await server.root.post(`/api/v1/users/${id}/reset-password`).expect<{ link: string }>(201);
    const reset = { token: link.split('/').at(-1), password: 'quite another battery staple' };
    await server.api.post('/api/v1/auth/reset-password', reset).expect(204);
    await token(address, password).refused(401);
    expect(await server.sql('SELECT FROM api_key WHERE user_id = $1', [id])).toEqual([]);
  });

  it('when its personal data is erased', async () => {
    const { id, address, password } = await person('erased');
    await server.root.delete(`/api/v1/users/${id}/personal-data`).expect(204);
    await token(address, password).refused(401);
    expect(await server.sql('SELECT FROM api_key WHERE user_id = $1', [id])).toEqual([]);
  });
});

describe('Guesses at client passwords', () => {
  it('count as wrong passwords do: of a thousand nearly all are refused unseen', async () => {
    const { password } = await newPassword();
    const from = { 'x-forwarded-for': '203.0.113.9' };
    let looked = 0;
    for (let guess = 0; guess < 1000; guess++) {
      const wrong = `${password.slice(0, -3)}${String(guess).padStart(3, '0').replaceAll(/[01]/g, 'x')}`;
      const answer = server.api.post('/api/v1/auth/sign-in', { email, password: wrong }, from);
      if ((await answer.status()) === 401) looked++;
    }
    expect(looked).toBeLessThanOrEqual(10);
    // The right one still works at once: it is random, and no guess.
    await token(email, password, from).expect(200);
  });

  it('wait for their turn at /oauth/token, where Studio signs in', async () => {
    const strict = await readyServer(usualSeats, {}, { CLIENT_HOLD_SECONDS: '0' });
    const form = { grant_type: 'password', username: rootAccount.email, password: 'aaaaaa-bbbbbb-cccccc-dddddd' };
    const statuses: number[] = [];
    for (let guess = 0; guess < 8; guess++) statuses.push(await strict.api.token(form).status());
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.slice(6)).toEqual([503, 503]);
    await strict.close();
  });
});

describe("Katalon Studio and the account's own password", () => {
  const refusal =
    'Katalon Studio needs a client password for this account: make one at http://licenses.test:8080/profile';

  /** A person who signs in to the console with a second step from now on. */
  async function withSecondFactor(name: string): Promise<{ address: string; browser: Api }> {
    const address = `${name}@example.com`;
    await member(server, address, 'USER');
    const browser = await server.api.browser(address, `${address} password`);
    // Remembered as a right one from here on.
    await token(address, `${address} password`).expect(200);
    const { secret } = await browser.post('/api/v1/users/me/second-factors/totp').expect<{ secret: string }>(201);
    const code = new AuthenticatorApp(secret).code(Date.now());
    await browser.post('/api/v1/users/me/second-factors/totp/confirm', { code }).expect(200);
    return { address, browser };
  }

  async function refusedOnce(address: string): Promise<void> {
    const answer = token(address, `${address} password`);
    expect(await answer.expect(401)).toMatchObject({ error: 'invalid_grant' });
    expect(await answer.refused(401)).toContain(refusal);
    const events = await server.sql(
      `SELECT FROM audit_event WHERE action = 'sign-in.failed' AND actor = $1 AND details->>'reason' = 'client-password-needed'`,
      [address],
    );
    expect(events).toHaveLength(1);
  }

  it('do not go together with a second factor: the refusal says where to make a client password', async () => {
    const { address, browser } = await withSecondFactor('two-steps');
    await refusedOnce(address);
    const studio = { serverUrl: server.url, package: 'KSE', email: address } as const;
    await expect(new KatalonClient({ ...studio, password: `${address} password` }).activate()).rejects.toThrow(refusal);
    const { password } = await newPassword(browser);
    const client = new KatalonClient({ ...studio, password });
    await client.activate();
    expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
    await client.release();
  });

  it('do not go together with single sign-on, as long as the provider is enabled', async () => {
    const address = 'sso@example.com';
    await member(server, address, 'USER');
    await server.sql(
      `WITH provider AS (
         INSERT INTO identity_provider (kind, name, provisioning, settings, created_at, updated_at)
           VALUES ('oidc', 'Company', 'existing', '{}', now(), now()) RETURNING id)
       INSERT INTO user_identity (provider_id, subject, user_id, email, created_at, last_seen_at)
         SELECT id, 'subject', $1, $2, now(), now() FROM provider`,
      [await userId(server, address), address],
    );
    await refusedOnce(address);
    await server.sql('UPDATE identity_provider SET enabled = false');
    await token(address, `${address} password`).expect(200);
    await server.sql('DELETE FROM identity_provider');
  });

  it('go together for everybody else, and a wrong password tells all the same', async () => {
    await token(email, ownPassword).expect(200);
    const { address } = await withSecondFactor('also-two-steps');
    const messages = [address, email, 'no-account@example.com'].map((each) => token(each, 'wrong').refused(401));
    expect(new Set(await Promise.all(messages)).size).toBe(1);
    expect(await messages[0]).toContain('make a client password at http://licenses.test:8080/profile');
  });
});
