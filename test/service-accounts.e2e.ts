import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KatalonClient } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  cli,
  everybodyCreatesOrganizations,
  everyScope,
  gui,
  member,
  readyServer,
  type ReadyServer,
  userId,
  withinASecond,
} from './support/test-server.js';

let server: ReadyServer;
let admin: Api;
/** The routes of the organization, and of its service accounts. */
let organization: string;
let path: string;

const seats = [
  { product: 'KSE', model: 'floating', quantity: 5, features: [gui] },
  { product: 'KRE', model: 'floating', quantity: 5, features: [cli] },
  { product: 'KRE', model: 'per-user', quantity: 2, features: [cli] },
];

beforeAll(async () => {
  server = await readyServer(seats);
  organization = `/api/v1/organizations/${server.organizationId}`;
  path = `${organization}/service-accounts`;
  admin = await member(server, 'admin@example.com', 'ADMIN');
});
afterAll(() => server.close());

interface ServiceAccount {
  id: number;
  name: string;
  role: string;
}
interface Key {
  id: number;
  key: string;
  scopes: string[];
}
interface Page<Row> {
  content: Row[];
  totalElements: number;
}

const create = (name: string, more: object = {}, api = admin) =>
  api.post(path, { name, ...more }).expect<ServiceAccount>(201);
const keyOf = (id: number, more: object = {}, api = admin) =>
  api.post(`${path}/${id}/keys`, { name: 'CI', ...more }).expect<Key>(201);

/** A service account, and a program with a key of it. */
async function program(name: string, more: object = {}): Promise<ServiceAccount & { api: Api; key: string }> {
  const account = await create(name, more);
  const { key } = await keyOf(account.id, { scopes: ['seats', 'read', 'write'] });
  return { ...account, key, api: server.api.withBearer(key) };
}

const lease = (name: string, more: object = {}) => {
  return {
    organizationId: server.organizationId,
    product: 'KRE',
    machineId: machineIdOf(name),
    sessionId: name,
    ...more,
  };
};

describe('A service account', () => {
  it('is made by an administrator, has keys that are shown once, and is listed by name', async () => {
    const { id, ...made } = await create('Nightly tests');
    expect(made).toEqual({
      name: 'Nightly tests',
      role: 'USER',
      createdAt: expect.any(String),
      lastAccessAt: null,
      keyCount: 0,
      version: 0,
    });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const { key, ...shown } = await keyOf(id, { expiresAt });
    expect(key).toMatch(/^lsk_/);
    expect(shown).toMatchObject({ name: 'CI', scopes: ['seats'], expiresAt });
    const details = await admin.get(`${path}/${id}`).expect<{ keys: object[] }>(200);
    expect(details).toMatchObject({
      id,
      name: 'Nightly tests',
      keyCount: 1,
      keys: [{ name: 'CI', hint: key.slice(0, 8) }],
    });
    expect(JSON.stringify(details)).not.toContain(key);
    const { content } = await admin.get(`${path}?search=NIGHTLY&sort=name`).expect<Page<ServiceAccount>>(200);
    expect(content.map(({ name }) => name)).toEqual(['Nightly tests']);
  });

  it('is no person: it is not among the members or the users of the server, and outlives the administrator', async () => {
    const maker = await member(server, 'maker@example.com', 'ADMIN');
    const { id } = await create('Outlives its maker', {}, maker);
    const { key } = await keyOf(id, {}, maker);
    await server.root.delete(`/api/v1/users/${await userId(server, 'maker@example.com')}/personal-data`).expect(204);
    await server.api.withBearer(key).get('/api/v1/users/me').expect(200);
    for (const list of [`${organization}/members?size=500`, '/api/v1/users?size=500']) {
      expect(JSON.stringify(await server.root.get(list).expect(200))).not.toContain('Outlives its maker');
    }
    const both = await admin.get(`${organization}/members?serviceAccounts=true&size=500`).expect<Page<object>>(200);
    expect(both.content).toContainEqual(expect.objectContaining({ userId: id, email: 'Outlives its maker' }));
    for (const [method, address, body] of [
      ['PATCH', `/api/v1/users/${id}`, { root: true }],
      ['GET', `/api/v1/users/${id}`],
      ['POST', `/api/v1/users/${id}/reset-password`],
      ['DELETE', `/api/v1/users/${id}/personal-data`],
      ['PATCH', `${organization}/members/${id}`, { role: 'ADMIN' }],
      ['DELETE', `${organization}/members/${id}`],
      ['POST', `${organization}/transfer-ownership`, { userId: id }],
    ] as const) {
      const answer = server.root.request(method, address, body, {});
      expect([method, address, await answer.status()]).toEqual([method, address, 404]);
    }
  });

  it('never signs in with a password, even one that is set by SQL', async () => {
    const { name, id } = await create('no password');
    await server.api.post('/api/v1/auth/sign-in', { email: name, password: '' }).refused(400);
    await server.api.token({ grant_type: 'password', username: name, password: 'anything at all' }).refused(401);
    await server.api.post('/api/v1/auth/forgot-password', { email: name }).refused(400);
    const byHand = `UPDATE user_account SET password = 'plain text', password_encrypted = false WHERE id = ${id}`;
    await expect(server.sql(byHand)).rejects.toThrow('user_account_service_check');
    await expect(server.sql(`UPDATE user_account SET root = true WHERE id = ${id}`)).rejects.toThrow('service_check');
  });

  it('holds seats of native programs under its name: for its holders, refusals, utilization, audit log', async () => {
    const { name, api } = await program('Pipeline of the shop');
    const { id } = await api.post('/api/v1/leases', lease('shop')).expect<{ id: string }>(201);
    const listed = await admin.get(`${organization}/online-licenses`).expect<Page<object>>(200);
    expect(listed.content).toContainEqual(expect.objectContaining({ email: name }));
    for (let held = 2; held <= 5; held++) await api.post('/api/v1/leases', lease(`shop-${held}`)).expect(201);
    const refused = admin.post('/api/v1/leases', lease('late'));
    expect(await refused.refused(409)).toContain(name);
    const own = await api.post('/api/v1/leases', lease('shop-6')).expect<{ code: string }>(409);
    expect(own.code).toBe('seats-exhausted');
    const denials = await admin.get(`${organization}/denials`).expect<Page<object>>(200);
    expect(denials.content).toContainEqual(expect.objectContaining({ email: name }));
    await api.delete(`/api/v1/leases/${id}`).expect(204);
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const to = new Date(Date.now() + 3_600_000).toISOString();
    const use = await admin.get(`${organization}/utilization?from=${from}&to=${to}`).expect(200);
    expect(JSON.stringify(use)).toContain(`"user":"${name}"`);
    const events = await admin
      .get(`${organization}/audit-events?actor=${encodeURIComponent(name)}&action=lease.granted`)
      .expect<Page<{ actor: string }>>(200);
    expect(new Set(events.content.map(({ actor }) => actor))).toEqual(new Set([name]));
    await admin.delete(`${path}/${await idOf(name)}`).expect(204);
  });

  const idOf = async (name: string): Promise<number> =>
    (await admin.get(`${path}?search=${encodeURIComponent(name)}`).expect<Page<ServiceAccount>>(200)).content[0]!.id;

  it('runs Runtime Engine with its key: activation, renewal, release', async () => {
    const { key, name } = await program('Engine');
    const engine = new KatalonClient({ serverUrl: server.url, package: 'FLOATING_ENGINE', apiKey: key });
    await engine.activate();
    const { content } = await admin.get(`${organization}/online-licenses`).expect<Page<object>>(200);
    expect(content).toContainEqual(expect.objectContaining({ email: name, product: 'KRE' }));
    expect(await engine.heartbeat(new Date(engine.license!.renewTime * 1000))).toBe('renewed');
    await engine.release();
    const after = await admin.get(`${organization}/online-licenses`).expect<Page<{ email: string }>>(200);
    expect(after.content.filter(({ email }) => email === name)).toEqual([]);
  });

  it('may be in a team, and get an assigned seat', async () => {
    const { id, name } = await create('In a team');
    const team = await admin.post(`${organization}/teams`, { name: 'CI' }).expect<{ id: number }>(201);
    await admin.put(`${organization}/teams/${team.id}/members/${id}`, { role: 'USER' }).expect(200);
    const { content } = await admin.get(`${organization}/teams/${team.id}/members`).expect<Page<object>>(200);
    expect(content).toContainEqual(expect.objectContaining({ userId: id, email: name }));
    const seat = { product: 'KRE', model: 'per-user' };
    await admin.post(`${organization}/licensed-users`, { ...seat, userId: id }).expect(204);
    const assigned = await admin.get(`${organization}/licensed-users`).expect<Page<object>>(200);
    expect(assigned.content).toContainEqual(expect.objectContaining({ userId: id, email: name }));
  });

  it('is never mailed: neither about its team and role, nor as an administrator', async () => {
    const sender = 'licenses@example.com';
    await server.root.put('/api/v1/mail-server', { host: '127.0.0.1', port: 9, protocol: 'SMTP', sender }).expect(200);
    const { id, name } = await create('No mailbox', { role: 'ADMIN' });
    const { content } = await admin.get(`${organization}/teams`).expect<Page<{ id: number }>>(200);
    await admin.put(`${organization}/teams/${content[0]!.id}/members/${id}`, { role: 'USER' }).expect(200);
    await admin.patch(`${path}/${id}`, { role: 'USER' }).expect(200);
    await admin.delete(`${path}/${id}`).expect(204);
    expect(await server.sql('SELECT FROM outbox_mail WHERE recipient = $1', [name])).toEqual([]);
    await server.root.delete('/api/v1/mail-server').expect(204);
  });

  it('takes another name and another role at once', async () => {
    const { id, api } = await program('Old name');
    expect(await api.get(`${organization}/members`).status()).toBe(403);
    const changed = await admin.patch(`${path}/${id}`, { name: 'New name', role: 'ADMIN' }).expect(200);
    expect(changed).toMatchObject({ id, name: 'New name', role: 'ADMIN' });
    expect(await withinASecond(() => api.get(`${organization}/members`).status(), 200)).toBe(200);
    expect(await api.get('/api/v1/users/me').expect(200)).toMatchObject({ email: 'New name', firstName: 'New name' });
    await admin.patch(`${path}/${id}`, { role: 'USER' }).expect(200);
    expect(await withinASecond(() => api.get(`${organization}/members`).status(), 403)).toBe(403);
  });

  it('ends at once when it is deleted: keys, tokens and seats; the history keeps its name', async () => {
    const { id, key, api, name } = await program('To be deleted');
    const { access_token: token } = await server.api
      .token({ grant_type: 'password', password: key })
      .expect<{ access_token: string }>(200);
    const held = await api.post('/api/v1/leases', lease('deleted')).expect<{ id: string }>(201);
    await admin.delete(`${path}/${id}`).expect(204);
    expect(await withinASecond(() => api.get('/api/v1/users/me').status(), 401)).toBe(401);
    await server.api.withBearer(token).get('/api/v1/users/me').refused(401);
    await server.api.token({ grant_type: 'password', password: key }).refused(401);
    await api.post(`/api/v1/leases/${held.id}/renew`).refused(401);
    const online = await admin.get(`${organization}/online-licenses`).expect<Page<{ email: string }>>(200);
    expect(online.content.filter(({ email }) => email === name)).toEqual([]);
    await admin.get(`${path}/${id}`).refused(404);
    await admin.post(`${path}/${id}/keys`, { name: 'x' }).refused(404);
    const events = await admin.get(`${organization}/audit-events?search=${id}`).expect<Page<{ action: string }>>(200);
    expect(events.content.map(({ action }) => action)).toContain('service-account.deleted');
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const use = await admin.get(`${organization}/utilization?from=${from}`).expect(200);
    expect(JSON.stringify(use)).toContain(`"user":"${name}"`);
    // The name is free again.
    await create(name);
  });

  it('ends with its organization', async () => {
    await everybodyCreatesOrganizations(server);
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Short-lived' }).expect<{ id: number }>(201);
    const here = `/api/v1/organizations/${id}`;
    const account = await server.root.post(`${here}/service-accounts`, { name: 'Engine' }).expect<{ id: number }>(201);
    const { key } = await server.root
      .post(`${here}/service-accounts/${account.id}/keys`, { name: 'CI' })
      .expect<Key>(201);
    const api = server.api.withBearer(key);
    await api.get('/api/v1/users/me').expect(200);
    await server.root.delete(here).expect(204);
    expect(await withinASecond(() => api.get('/api/v1/users/me').status(), 401)).toBe(401);
    expect(await server.sql('SELECT FROM api_key WHERE user_id = $1', [account.id])).toEqual([]);
  });

  it('does not make organizations, rename itself, make keys, or mail itself', async () => {
    const { id, api } = await program('Modest', { role: 'ADMIN' });
    for (const [method, address, body] of [
      ['POST', '/api/v1/organizations', { name: 'Mine' }],
      ['PATCH', '/api/v1/users/me', { firstName: 'Root' }],
    ] as const) {
      expect(await api.request(method, address, body, {}).expect(403)).toMatchObject({
        code: 'service-account-refused',
      });
    }
    expect(await api.post(`${path}/${id}/keys`, { name: 'x' }).expect(403)).toMatchObject({ code: 'person-required' });
    await api.delete(`/api/v1/users/me/organizations/${server.organizationId}`).refused(404);
    const run = { suite: 'Smoke', status: 'PASSED', totals: { passed: 1 }, url: 'https://ci.example.com/1' };
    expect(await api.post(`${organization}/execution-notifications`, run).refused(400)).toContain('no mailbox');
  });
});

describe('Who may have service accounts', () => {
  it('is the owner, administrators and root; nobody may give the role OWNER or the scope server', async () => {
    for (const role of ['USER', 'BILLING_MANAGER']) {
      const api = await member(server, `service-${role.toLowerCase()}@example.com`, role);
      await api.get(path).refused(403);
      await api.post(path, { name: 'x' }).refused(403);
    }
    await (await member(server, 'service-stranger@example.com', null)).get(path).refused(404);
    await admin.post(path, { name: 'Owner', role: 'OWNER' }).refused(400);
    const { id } = await create('Bounded');
    await admin.patch(`${path}/${id}`, { role: 'OWNER' }).refused(400);
    expect(await admin.post(`${path}/${id}/keys`, { name: 'x', scopes: ['server'] }).refused(400)).toContain(
      'seats, read, write',
    );
    expect(await server.root.post(`${path}/${id}/keys`, { name: 'x', scopes: ['server'] }).status()).toBe(400);
  });

  it('is asked for a confirmation where power is given', async () => {
    const browser = await server.api.browser('admin@example.com', 'admin@example.com password');
    const { id } = await create('Confirmed');
    await server.later({ minutes: 6 });
    for (const [method, address] of [
      ['POST', path],
      ['PATCH', `${path}/${id}`],
      ['POST', `${path}/${id}/keys`],
    ] as const) {
      const answer = await browser.request(method, address, { name: 'x' }, {}).expect(403);
      expect(answer).toMatchObject({ code: 'confirmation-required' });
    }
    await server.later({ minutes: -6 });
  });

  it('does not reach into another organization', async () => {
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    const there = `/api/v1/organizations/${id}/service-accounts`;
    const other = await server.root.post(there, { name: 'Elsewhere' }).expect<{ id: number }>(201);
    const { id: keyId } = await server.root.post(`${there}/${other.id}/keys`, { name: 'x' }).expect<Key>(201);
    const mine = await create('Elsewhere');
    for (const [method, address] of [
      ['GET', `${path}/${other.id}`],
      ['PATCH', `${path}/${other.id}`],
      ['DELETE', `${path}/${other.id}`],
      ['POST', `${path}/${other.id}/keys`],
      ['DELETE', `${path}/${other.id}/keys/${keyId}`],
      ['DELETE', `${path}/${mine.id}/keys/${keyId}`],
      ['DELETE', `${path}/${await userId(server, 'admin@example.com')}`],
    ] as const) {
      const body = method === 'POST' || method === 'PATCH' ? { name: 'x' } : undefined;
      expect([method, address, await admin.request(method, address, body, {}).status()]).toEqual([
        method,
        address,
        404,
      ]);
    }
  });
});

describe('The name of a service account', () => {
  it('is unique in its organization, whatever the case and however it is typed', async () => {
    await create('Café runner');
    for (const name of ['café RUNNER', ' Café runner ', 'Café\u200b runner', 'Cafe\u0301 runner', 'Café ｒunner']) {
      expect(await admin.post(path, { name }).expect(409)).toMatchObject({ code: 'service-account-name-taken' });
    }
    const { id } = await create('Another runner');
    await admin.patch(`${path}/${id}`, { name: 'CAFÉ RUNNER' }).refused(409);
    await admin.patch(`${path}/${id}`, { name: 'ANOTHER runner' }).expect(200);
  });

  it('of two requests at the same moment is given once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => admin.post(path, { name: 'Race' }).status()));
    expect(made.sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it('is nothing that people take for an address, for the server, or for nothing at all', async () => {
    const refused = [
      'root@example.com',
      'Jenkins＠example.com',
      'server',
      'SERVER',
      'user 5',
      'erased',
      '',
      ' ',
      '\u200b\u200b',
    ];
    for (const name of [...refused, 'a\nb', 'x'.repeat(101), 5, null]) {
      expect([name, await admin.post(path, { name }).status()]).toEqual([name, 400]);
    }
  });
});

it('An organization has a limited number of service accounts, and each a limited number of keys', async () => {
  const strict = await readyServer(
    seats,
    {},
    {
      MAX_SERVICE_ACCOUNTS_PER_ORGANIZATION: '2',
      MAX_API_KEYS_PER_USER: '2',
    },
  );
  const there = `/api/v1/organizations/${strict.organizationId}/service-accounts`;
  const first = await strict.root.post(there, { name: 'One' }).expect<{ id: number }>(201);
  await strict.root.post(there, { name: 'Two' }).expect(201);
  expect(await strict.root.post(there, { name: 'Three' }).expect(409)).toMatchObject({
    code: 'too-many-service-accounts',
    most: 2,
  });
  await strict.root.post(`${there}/${first.id}/keys`, { name: 'x' }).expect(201);
  await strict.root.post(`${there}/${first.id}/keys`, { name: 'x' }).expect(201);
  expect(await strict.root.post(`${there}/${first.id}/keys`, { name: 'x' }).expect(409)).toMatchObject({
    code: 'too-many-api-keys',
  });
  await strict.close();
});

it('A key of a service account does all that its scopes and role allow, and the account is listed for root', async () => {
  const { id } = await create('Keyed');
  const { id: keyId, key } = await keyOf(id, { scopes: everyScope.slice(0, 2) });
  expect(await server.api.withBearer(key).post(`${organization}/teams`, { name: 'x' }).expect(403)).toMatchObject({
    code: 'scope-missing',
  });
  const { content } = await server.root
    .get('/api/v1/api-keys?size=500')
    .expect<Page<{ id: number; email: string }>>(200);
  expect(content.find((each) => each.id === keyId)).toMatchObject({ email: 'Keyed', userId: id });
  await admin.delete(`${path}/${id}/keys/${keyId}`).expect(204);
  expect(await withinASecond(() => server.api.withBearer(key).get('/api/v1/users/me').status(), 401)).toBe(401);
});
