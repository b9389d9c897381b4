import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { member, readyServer, type ReadyServer, rootAccount, withinASecond } from './support/test-server.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
});
afterAll(() => server.close());

const { email, password } = rootAccount;
const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

async function newKey(body: object = { name: 'CI' }): Promise<{ id: number; key: string }> {
  return server.root.post('/api/v1/users/me/api-keys', body).expect<{ id: number; key: string }>(201);
}

describe('POST /oauth/token', () => {
  it('gives a token for e-mail and password, whatever well-formed client asks', async () => {
    for (const headers of [{}, basic('kit_uploader:kit_uploader'), basic('anything:')]) {
      const form = { grant_type: 'password', username: ` ${email.toUpperCase()} `, password };
      const answer = await server.api.token(form, headers).expect<{ access_token: string }>(200);
      expect(answer).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: expect.any(String) });
      await server.api.withBearer(answer.access_token).get('/api/v1/users/me').expect(200);
    }
  });

  it('gives a token for an API key, with or without a name', async () => {
    const { key } = await newKey();
    const forms: Record<string, string>[] = [{}, { username: '' }, { username: 'ci' }];
    for (const form of forms) {
      const { access_token } = await server.api
        .token({ grant_type: 'password', ...form, password: key })
        .expect<{ access_token: string }>(200);
      await server.api.withBearer(access_token).get('/api/v1/users/me').expect(200);
    }
  });

  it('gives a new token for a refresh token, and for nothing else', async () => {
    const first = await server.api
      .token({ grant_type: 'password', username: email, password })
      .expect<{ access_token: string; refresh_token: string }>(200);
    const refresh = (refresh_token: string) => server.api.token({ grant_type: 'refresh_token', refresh_token });
    const second = await refresh(first.refresh_token).expect<{ access_token: string }>(200);
    await server.api.withBearer(second.access_token).get('/api/v1/users/me').expect(200);
    expect(await refresh(first.access_token).refused(400)).toContain('refresh token');
    await server.api.withBearer(first.refresh_token).get('/api/v1/users/me').refused(401);
  });

  it.each([
    ['no grant type', {}, {}, 400, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'client_credentials' }, {}, 400, 'unsupported_grant_type'],
    ['no password', { grant_type: 'password', username: email }, {}, 400, 'invalid_request'],
    ['a wrong password', { grant_type: 'password', username: email, password: 'wrong' }, {}, 401, 'invalid_grant'],
    ['an unknown account', { grant_type: 'password', username: 'x@y.zz', password }, {}, 401, 'invalid_grant'],
    ['a wrong API key', { grant_type: 'password', password: 'lsk_wrong' }, {}, 401, 'invalid_grant'],
    [
      'a client that is no pair',
      { grant_type: 'password', username: email, password },
      basic('x'),
      401,
      'invalid_client',
    ],
    ['a malformed client', { grant_type: 'password', password }, { authorization: 'Basic %%%' }, 401, 'invalid_client'],
    ['no refresh token', { grant_type: 'refresh_token' }, {}, 400, 'invalid_request'],
    ['a NUL', { grant_type: 'password', username: email, password: 'a\0b' }, {}, 400, 'invalid_request'],
  ])('answers %s in the words of OAuth', async (_name, form, headers, status, error) => {
    const answer = server.api.token(form, headers);
    const message = await answer.refused(status);
    expect(await answer.expect(status)).toMatchObject({ error, error_description: message });
  });

  it('tells who types a name for the e-mail address what to type', async () => {
    const form = { grant_type: 'password', username: 'ada', password };
    expect(await server.api.token(form).refused(401)).toContain('Sign in with your e-mail address');
  });

  it('refuses a doubled field', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = 'grant_type=password&password=a&password=b';
    expect(await server.api.post('/oauth/token', form, headers).refused(400)).toContain('once');
  });
});

describe('A whole company at once', () => {
  it('is told apart: right keys, wrong keys, right and wrong passwords', async () => {
    const { key } = await newKey();
    const testers = Array.from({ length: 10 }, (_, index) => `tester-${index}@example.com`);
    for (const tester of testers) await member(server, tester, 'USER');
    const attempts = testers.flatMap((tester) => [
      { who: email, username: '', password: key },
      { who: undefined, username: '', password: `${key}x` },
      { who: tester, username: tester, password: `${tester} password` },
      { who: undefined, username: tester, password: 'wrong password' },
    ]);
    const found = await Promise.all(
      attempts.map(async ({ username, password }) => {
        const answer = server.api.token({ grant_type: 'password', username, password });
        if ((await answer.status()) === 401) return undefined;
        const { access_token } = await answer.expect<{ access_token: string }>(200);
        return (await server.api.withBearer(access_token).get('/api/v1/users/me').expect<{ email: string }>(200)).email;
      }),
    );
    expect(found).toEqual(attempts.map(({ who }) => who));
  });

  it('may come while the server is busy, with more connections than the kernel keeps without being asked', async () => {
    const { hostname, port } = new URL(server.url);
    process.kill(server.pid(), 'SIGSTOP');
    const people = Array.from({ length: 1500 }, () => connect(Number(port), hostname));
    try {
      await Promise.all(people.map((socket) => once(socket, 'connect')));
      process.kill(server.pid(), 'SIGCONT');
      const answers = await Promise.all(
        people.map((socket) => {
          socket.write('GET /health/live HTTP/1.1\r\nhost: licenses.test\r\nconnection: close\r\n\r\n');
          return text(socket);
        }),
      );
      expect(new Set(answers.map((answer) => answer.split('\r\n')[0]))).toEqual(new Set(['HTTP/1.1 200 OK']));
    } finally {
      process.kill(server.pid(), 'SIGCONT');
      for (const socket of people) socket.destroy();
    }
  });
});

describe('Bearer credentials', () => {
  it('may be an API key itself', async () => {
    const { key } = await newKey();
    await server.api.withBearer(key).get('/api/v1/users/me').expect(200);
  });

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Basic abc', 'nonsense', 'Bearer lsk_unknown', 'Bearer a.b.c'])(
    'are refused as %j',
    async (authorization) => {
      await server.api.withHeaders({ authorization }).get('/api/v1/users/me').refused(401);
    },
  );

  it('end after an hour', async () => {
    const api = await member(server, 'hour@example.com', 'USER');
    await api.get('/api/v1/users/me').expect(200);
    await server.later({ minutes: 61 });
    expect(await api.get('/api/v1/users/me').refused(401)).toContain('Sign in again');
    expect(await server.sql('SELECT FROM user_account WHERE email = $1', ['hour@example.com'])).toHaveLength(1);
    await server.later({ minutes: -61 });
  });

  it('end with the account, at once', async () => {
    const api = await member(server, 'leaver@example.com', 'USER');
    await api.get('/api/v1/users/me').expect(200);
    await server.sql('UPDATE user_account SET disabled_at = now() WHERE email = $1', ['leaver@example.com']);
    await expect(withinASecond(() => api.get('/api/v1/users/me').status(), 401)).resolves.toBe(401);
    const form = { grant_type: 'password', username: 'leaver@example.com', password: 'leaver@example.com password' };
    await server.api.token(form).refused(401);
  });
});

describe('API keys', () => {
  it('are shown once, and die when deleted, with the tokens got for them', async () => {
    const { id, key } = await newKey({ name: 'Jenkins' });
    const { access_token } = await server.api
      .token({ grant_type: 'password', password: key })
      .expect<{ access_token: string }>(200);
    const listed = await server.root.get('/api/v1/users/me/api-keys').expect<{ id: number }[]>(200);
    expect(listed.find((each) => each.id === id)).toMatchObject({ name: 'Jenkins', hint: key.slice(0, 8) });
    expect(JSON.stringify(listed)).not.toContain(key);
    expect(await server.sql('SELECT FROM api_key WHERE encode(key_hash, $1) = $2', ['escape', key])).toEqual([]);
    await server.api.withBearer(access_token).get('/api/v1/users/me').expect(200);
    await server.root.delete(`/api/v1/users/me/api-keys/${id}`).expect(204);
    for (const credential of [key, access_token]) {
      const api = server.api.withBearer(credential);
      await expect(withinASecond(() => api.get('/api/v1/users/me').status(), 401)).resolves.toBe(401);
    }
    await server.root.delete(`/api/v1/users/me/api-keys/${id}`).refused(404);
  });

  it('expire', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const api = server.api.withBearer((await newKey({ name: 'Short', expiresAt })).key);
    await api.get('/api/v1/users/me').expect(200);
    await server.later({ minutes: 61 });
    await api.get('/api/v1/users/me').refused(401);
    await server.later({ minutes: -61 });
  });

  it('are the business of their owner alone', async () => {
    const { id } = await newKey();
    const other = await member(server, 'curious@example.com', 'USER');
    await other.delete(`/api/v1/users/me/api-keys/${id}`).refused(404);
  });

  it.each([
    {},
    { name: '' },
    { name: 'a'.repeat(101) },
    { name: 'x', expiresAt: 'soon' },
    { name: 'x', expiresAt: '2020-01-01T00:00:00Z' },
  ])('are not made from %j', async (body) => {
    await server.root.post('/api/v1/users/me/api-keys', body).refused(400);
  });

  it('are at most 20', async () => {
    const api = await member(server, 'many@example.com', 'USER');
    const made = await Promise.all(
      Array.from({ length: 24 }, (_, index) => api.post('/api/v1/users/me/api-keys', { name: `${index}` }).status()),
    );
    expect(made.filter((status) => status === 201)).toHaveLength(20);
    expect(made.filter((status) => status === 409)).toHaveLength(4);
  });
});

describe('The session cookie', () => {
  it('is got by signing in, hidden from scripts, and ends by signing out', async () => {
    const answer = server.api.post('/api/v1/auth/sign-in', { email, password });
    await answer.expect(204);
    const cookie = (await answer.headers()).get('set-cookie') ?? '';
    expect(cookie).toMatch(/^session=[\w-]{43}; .*HttpOnly; SameSite=Lax/);
    const browser = server.api.withHeaders({ cookie: cookie.split(';')[0] ?? '' });
    await browser.get('/api/v1/users/me').expect(200);
    await browser.post('/api/v1/auth/sign-out').expect(204);
    expect(await browser.get('/api/v1/users/me').refused(401)).toContain('session');
  });

  it('is of no use to another site', async () => {
    const answer = server.api.post('/api/v1/auth/sign-in', { email, password });
    const cookie = ((await answer.headers()).get('set-cookie') ?? '').split(';')[0] ?? '';
    const browser = server.api.withHeaders({ cookie, 'sec-fetch-site': 'cross-site', origin: 'http://evil.test' });
    const message = await browser.post('/api/v1/organizations', { name: 'Stolen' }).refused(403);
    expect(message).toContain('page of another site');
    expect(message).toContain('Open the console at http://licenses.test:8080');
  });

  it('is not got with anything else', async () => {
    await server.api.post('/api/v1/auth/sign-in', { email, password: 'wrong' }).refused(401);
    await server.api.post('/api/v1/auth/sign-in', { email: 'x@y.zz', password }).refused(401);
    expect(await server.api.post('/api/v1/auth/sign-in', { email }).refused(400)).toContain('password');
    await server.api.post('/api/v1/auth/sign-in', undefined, { 'content-type': 'application/json' }).refused(400);
    await server.api.post('/api/v1/auth/sign-in', { email: ['a'], password: {} }).refused(400);
  });
});

describe('A password reset by SQL, for sites without mail', () => {
  it('lets the user sign in with the plain password, which is then hashed', async () => {
    const reset = `UPDATE public.user_account SET password='new plain one', password_encrypted=false WHERE email='sql@example.com'`;
    const before = await member(server, 'sql@example.com', 'USER');
    await before.get('/api/v1/users/me').expect(200);
    await server.sql(reset);
    const after = await server.api.signedIn('sql@example.com', 'new plain one');
    await after.get('/api/v1/users/me').expect(200);
    const [row] = await server.sql('SELECT password, password_encrypted FROM user_account WHERE email = $1', [
      'sql@example.com',
    ]);
    expect(row).toMatchObject({ password: expect.stringMatching(/^\$argon2id\$/), password_encrypted: true });
    // What was issued for the old password is no longer good.
    await expect(withinASecond(() => before.get('/api/v1/users/me').status(), 401)).resolves.toBe(401);
    const old = { grant_type: 'password', username: 'sql@example.com', password: 'sql@example.com password' };
    await server.api.token(old).refused(401);
  });
});
