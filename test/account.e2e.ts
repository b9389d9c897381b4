import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Api } from './support/api.js';
import { member, readyServer, type ReadyServer, userId, withinASecond } from './support/test-server.js';

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer();
});
afterAll(() => server.close());

const me = '/api/v1/users/me';
const status = (api: Api) => api.get(me).status();

describe('The profile', () => {
  it('has names that its owner changes, stored as typed', async () => {
    const api = await member(server, 'names@example.com', 'USER');
    const names = { firstName: "Robert'); DROP TABLE user_account;--", lastName: '<script>alert(1)</script>' };
    expect(await api.patch(me, names).expect(200)).toMatchObject(names);
    expect(await api.patch(me, { lastName: '' }).expect(200)).toMatchObject({ ...names, lastName: '' });
    expect(await api.patch(me, {}).expect(200)).toMatchObject({ firstName: names.firstName });
  });

  it.each([
    { firstName: 1 },
    { firstName: ['a'] },
    { firstName: 'a'.repeat(101) },
    { firstName: 'a\0' },
    { email: 'new@example.com' },
    { root: true },
    { id: 1 },
  ])('does not become %j', async (body) => {
    await server.root.patch(me, body).refused(400);
  });
});

describe('Saved views', () => {
  const views = `${me}/views`;
  const page = '/organizations/1/audit-log';

  it("are one's own, found by name, and replaced by one of the same name and page", async () => {
    const ada = await member(server, 'views@example.com', 'USER');
    const other = await member(server, 'other-views@example.com', 'USER');
    const first = await ada
      .post(views, { name: 'CI', page, query: 'search=ci&sort=actor,desc' })
      .expect<{ id: number }>(201);
    const second = await ada.post(views, { name: ' CI ', page, query: 'search=build%20farm' }).expect(201);
    expect(second).toEqual({ id: first.id, name: 'CI', page, query: 'search=build%20farm' });
    await ada.post(views, { name: 'CI', page: '/organizations/2/audit-log', query: '' }).expect(201);
    expect(await ada.get(views).expect(200)).toHaveLength(2);
    expect(await other.get(views).expect(200)).toEqual([]);
    await other.delete(`${views}/${first.id}`).refused(404);
    await ada.delete(`${views}/${first.id}`).expect(204);
    await ada.delete(`${views}/${first.id}`).refused(404);
    expect(await ada.get(views).expect(200)).toMatchObject([{ page: '/organizations/2/audit-log' }]);
  });

  it.each([
    { name: '', page, query: '' },
    { name: 'a'.repeat(81), page, query: '' },
    { name: 'Elsewhere', page: '//evil.example', query: '' },
    { name: 'Elsewhere', page: 'https://evil.example', query: '' },
    { name: 'Elsewhere', page: '/a/../b', query: '' },
    { name: 'Script', page, query: '<script>' },
    { name: 'Fragment', page, query: '#top' },
    { name: 'Long', page, query: 'a'.repeat(2001) },
    { name: 'Incomplete', page },
  ])('are not %j', async (body) => {
    await server.root.post(views, body).refused(400);
  });

  it('are at most 100, also when two are saved at once', async () => {
    const api = await member(server, 'many-views@example.com', 'USER');
    const id = await userId(server, 'many-views@example.com');
    await server.sql(
      `INSERT INTO saved_view (user_id, page, name, query) SELECT $1, '/users', n::text, '' FROM generate_series(1, 99) n`,
      [id],
    );
    const both = await Promise.all(['a', 'b'].map((name) => api.post(views, { name, page, query: '' }).status()));
    expect(both.sort()).toEqual([201, 409]);
    await api.post(views, { name: '7', page: '/users', query: 'search=x' }).expect(201);
    await api.post(views, { name: 'c', page, query: '' }).refused(409);
  });
});

describe('A new password', () => {
  it('needs the current one, and ends the other sessions and the tokens of programs, not the API keys', async () => {
    const email = 'change@example.com';
    const token = await member(server, email, 'USER');
    const here = await server.api.browser(email, `${email} password`);
    const there = await server.api.browser(email, `${email} password`);
    const { key } = await here.post(`${me}/api-keys`, { name: 'CI' }).expect<{ key: string }>(201);
    const change = (currentPassword: string, newPassword: string) =>
      here.put(`${me}/password`, { currentPassword, newPassword });
    expect(await change('wrong', 'a new good password').refused(403)).toContain('current password');
    expect(await change(`${email} password`, 'short').refused(400)).toContain('8 to 128');
    expect(await change(`${email} password`, 'Password123').refused(400)).toContain('most used');
    expect(await change(`${email} password`, `${email} password`).refused(400)).toContain('another');
    await change(`${email} password`, 'a new good password').expect(204);
    await here.get(me).expect(200);
    for (const other of [there, token]) await expect(withinASecond(() => status(other), 401)).resolves.toBe(401);
    await server.api.withBearer(key).get(me).expect(200);
    await server.api.signedIn(email, 'a new good password');
    const old = { grant_type: 'password', username: email, password: `${email} password` };
    await server.api.token(old).refused(401);
  });

  it.each([
    {},
    { currentPassword: 'x' },
    { newPassword: 'long enough to be one' },
    { currentPassword: ['x'], newPassword: {} },
    { currentPassword: 'x', newPassword: 'a'.repeat(1001) },
    { currentPassword: 'x\0', newPassword: 'long enough to be one' },
  ])('is not set by %j', async (body) => {
    await server.root.put(`${me}/password`, body).refused(400);
  });
});

describe('A forgotten password', () => {
  it('gets the same honest answer whether there is an account, in a server without mail', async () => {
    const answers = await Promise.all(
      ['root@example.com', 'nobody@example.com'].map((email) =>
        server.api.post('/api/v1/auth/forgot-password', { email }).expect<{ message: string }>(202),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.message).toContain('Ask your administrator');
    for (const body of [{}, { email: 'x' }, { email: ['a@example.com'] }, { email: { $ne: '' } }]) {
      await server.api.post('/api/v1/auth/forgot-password', body).refused(400);
    }
  });
});

describe('The sessions', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox', 'Linux'],
    ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36 Edg/126.0', 'Edge', 'Windows'],
    ['<b>Reset your password at evil.example</b>', null, null],
  ])('have the name of their browser, if the server knows it: %s', async (userAgent, browser, system) => {
    const email = `${browser ?? 'unknown'}@example.com`.toLowerCase();
    const token = await member(server, email, 'USER');
    const credentials = { email, password: `${email} password` };
    await server.api.post('/api/v1/auth/sign-in', credentials, { 'user-agent': userAgent }).expect(204);
    const [session] = await token.get(`${me}/sessions`).expect<object[]>(200);
    expect(session).toMatchObject({ userAgent, browser, system });
  });

  it('are listed, ended one by one, and all at once: "sign out everywhere"', async () => {
    const email = 'sessions@example.com';
    const token = await member(server, email, 'USER');
    const [first, second, third] = [
      await server.api.browser(email, `${email} password`),
      await server.api.browser(email, `${email} password`),
      await server.api.browser(email, `${email} password`),
    ];
    const sessions = await second.get(`${me}/sessions`).expect<{ id: string; current: boolean }[]>(200);
    expect(sessions.map(({ current }) => current)).toEqual([false, true, false]);
    expect(sessions[0]).toMatchObject({ address: '127.0.0.1', userAgent: expect.any(String) });
    expect(sessions[0]).toMatchObject({ browser: null, system: null });
    await second.delete(`${me}/sessions/${sessions[0]?.id}`).expect(204);
    expect(await status(third)).toBe(401);
    await second.delete(`${me}/sessions/${sessions[0]?.id}`).refused(404);
    await server.root.delete(`${me}/sessions/${sessions[1]?.id}`).refused(404);
    await second.delete(`${me}/sessions/x`).refused(400);
    await second.delete(`${me}/sessions`).expect(204);
    for (const ended of [first, second, token]) expect(await status(ended)).toBe(401);
    await server.api.signedIn(email, `${email} password`);
  });

  it('get a new cookie with each sign-in, which ends the one before', async () => {
    const email = 'rotate@example.com';
    await member(server, email, 'USER');
    const before = await server.api.browser(email, `${email} password`);
    const after = await before.browser(email, `${email} password`);
    await after.get(me).expect(200);
    await expect(withinASecond(() => status(before), 401)).resolves.toBe(401);
  });

  it('end with a password that was set by SQL, too', async () => {
    const email = 'by-sql@example.com';
    await member(server, email, 'USER');
    const browser = await server.api.browser(email, `${email} password`);
    await server.sql(`UPDATE user_account SET password = 'set by hand', password_encrypted = false WHERE email = $1`, [
      email,
    ]);
    await server.api.signedIn(email, 'set by hand');
    await expect(withinASecond(() => status(browser), 401)).resolves.toBe(401);
  });
});

describe('A credential in use', () => {
  it('costs no query, and yet ends within a second on every server', async () => {
    const second = await server.second();
    const email = 'warm@example.com';
    const token = await member(server, email, 'ADMIN');
    const browser = await server.api.browser(email, `${email} password`);
    const { key } = await token.post(`${me}/api-keys`, { name: 'CI', scopes: ['write'] }).expect<{ key: string }>(201);
    const path = `/api/v1/organizations/${server.organizationId}`;
    const everywhere = [token, browser, server.api.withBearer(key)].flatMap((api) => [api, api.at(second.url)]);
    // Refused for the missing name: after all guards, before any query.
    const use = (api: Api) => api.patch(path, {}).status();
    for (const api of everywhere) expect(await use(api)).toBe(400);

    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    await client.query(
      'BEGIN; LOCK TABLE user_account, session, api_key, membership, organization IN ACCESS EXCLUSIVE MODE',
    );
    // Whoever asked the database now would wait for the end of this transaction.
    for (const api of everywhere) for (let time = 0; time < 20; time++) expect(await use(api)).toBe(400);
    await client.query('ROLLBACK');

    const id = await userId(server, email);
    const settled = async (change: Promise<unknown>, wanted: number) => {
      await change;
      for (const api of everywhere) await expect(withinASecond(() => use(api), wanted)).resolves.toBe(wanted);
    };
    await settled(server.root.patch(`${path}/members/${id}`, { role: 'USER' }).expect(200), 403);
    await settled(client.query(`UPDATE membership SET role = 'ADMIN' WHERE user_id = $1`, [id]), 400);
    await settled(server.root.delete(`${path}/members/${id}`).expect(204), 404);
    await settled(server.root.patch(`/api/v1/users/${id}`, { disabled: true }).expect(200), 401);
    await client.end();
  });

  it('that is revoked on one server is revoked on the other within a second', async () => {
    const second = await server.second();
    const email = 'revoked@example.com';
    await member(server, email, 'USER');
    const browser = await server.api.browser(email, `${email} password`);
    const { id, key } = await browser.post(`${me}/api-keys`, { name: 'CI' }).expect<{ id: number; key: string }>(201);
    const there = [browser.at(second.url), server.api.withBearer(key).at(second.url)] as const;
    for (const api of there) expect(await status(api)).toBe(200);
    await browser.delete(`${me}/api-keys/${id}`).expect(204);
    await expect(withinASecond(() => status(there[1]), 401)).resolves.toBe(401);
    await browser.post('/api/v1/auth/sign-out').expect(204);
    await expect(withinASecond(() => status(there[0]), 401)).resolves.toBe(401);
  });
});
