import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import {
  everyScope,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  userId,
  usualSeats,
} from './support/test-server.js';

type Scope = (typeof everyScope)[number];

let server: ReadyServer;
/** Root's keys, by their only scope. */
const keys = {} as Record<Scope, Api>;
let routes: { name: string; method: string; path: string; scopes: Scope[] | undefined }[];
const me = '/api/v1/users/me';

interface Key {
  id: number;
  key: string;
  scopes: Scope[];
  legacy: boolean;
}

async function newKey(api: Api, scopes?: readonly Scope[]): Promise<Key> {
  return api.post(`${me}/api-keys`, { name: 'Key', scopes }).expect<Key>(201);
}

beforeAll(async () => {
  server = await readyServer();
  for (const scope of everyScope) keys[scope] = server.api.withBearer((await newKey(server.root, [scope])).key);
  const { paths } = await server.api
    .get('/api-json')
    .expect<{ paths: Record<string, Record<string, { 'x-scope'?: Scope[] }>> }>(200);
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return { name: `${method.toUpperCase()} ${path}`, method, path, scopes: operation['x-scope'] };
    }),
  );
});
afterAll(() => server.close());

/** What the manual promises, once more: the routes that a pipeline's key opens. */
const forSeats = [
  'DELETE /api/v1/leases',
  'DELETE /api/v1/leases/{leaseId}',
  'DELETE /api/v1/machine',
  'DELETE /api/v1/users/me/leases/{leaseId}',
  'GET /api/v1/features',
  'GET /api/v1/files/upload-url',
  'GET /api/v1/organizations/list',
  'GET /api/v1/organizations/{organizationId}',
  'GET /api/v1/organizations/{organizationId}/plugins',
  'GET /api/v1/organizations/{organizationId}/plugins/archive',
  'GET /api/v1/organizations/{organizationId}/plugins/{pluginId}/download',
  'GET /api/v1/plugins',
  'GET /api/v1/plugins/archive',
  'GET /api/v1/plugins/{pluginId}/download',
  'GET /api/v1/projects',
  'GET /api/v1/projects/first',
  'GET /api/v1/search',
  'GET /api/v1/subscription/expiration',
  'GET /api/v1/users/me',
  'GET /api/v1/users/me/leases',
  'POST /api/v1/auth/sign-out',
  'POST /api/v1/leases',
  'POST /api/v1/leases/{leaseId}/renew',
  'POST /api/v1/license-keys/activate',
  'POST /api/v1/license-keys/release',
  'POST /api/v1/organizations',
  'POST /api/v1/organizations/{organizationId}/execution-notifications',
  'POST /api/v1/tracking',
];

/** Requests that no key may send. */
const forPeople = [
  'DELETE /api/v1/api-keys/{keyId}',
  'DELETE /api/v1/users/me/api-keys/{id}',
  'DELETE /api/v1/users/me/client-passwords/{id}',
  'DELETE /api/v1/users/me/sessions',
  'DELETE /api/v1/users/me/sessions/{id}',
  'DELETE /api/v1/users/{userId}/api-keys/{keyId}',
  'POST /api/v1/auth/confirm',
  'POST /api/v1/users/me/api-keys',
  'POST /api/v1/users/me/client-passwords',
  'POST /api/v1/users/{userId}/reset-password',
  'PUT /api/v1/users/me/password',
];

describe('The scopes of a key', () => {
  it('are decided for every route that needs credentials', () => {
    const named = (which: (scopes: Scope[]) => boolean): string[] =>
      routes.flatMap(({ name, scopes }) => (scopes && which(scopes) ? [name] : [])).sort();
    expect(named((scopes) => scopes.includes('seats'))).toEqual(expect.arrayContaining(forSeats));
    expect(named((scopes) => scopes.length === 0)).toEqual(expect.arrayContaining(forPeople));
    for (const { name, method, scopes } of routes) {
      if (!scopes || forPeople.includes(name) || scopes.includes('seats') || scopes.length === 0) continue;
      // One of the others, and a GET changes nothing.
      expect([name, scopes]).toEqual([
        name,
        method === 'get' ? [expect.stringMatching(/^(read|server)$/)] : [expect.any(String)],
      ]);
      if (method !== 'get') expect([name, scopes]).not.toEqual([name, ['read']]);
    }
  });

  it('open the routes that name one of them, and no other', async () => {
    for (const { name, method, path, scopes } of routes) {
      // A stream of events and an endless wait aside, ids that do not exist keep all of them from changing anything.
      if (!scopes || name === 'POST /api/v1/organizations') continue;
      const address = path
        .replaceAll(/\{(leaseId|id)\}/g, '00000000-0000-4000-8000-000000000000')
        .replaceAll(/\{\w+\}/g, '999999');
      for (const scope of everyScope) {
        const body = method === 'get' || method === 'delete' ? undefined : {};
        const answer = keys[scope].request(method.toUpperCase(), address, body, {});
        const status = await answer.status();
        const { code } = status === 403 ? await answer.expect<{ code: string }>(403) : { code: undefined };
        const refused = code === 'scope-missing' || code === 'person-required';
        expect([name, scope, refused, status]).toEqual([name, scope, !scopes.includes(scope), expect.any(Number)]);
        if (refused) expect([name, code]).toEqual([name, scopes.length === 0 ? 'person-required' : 'scope-missing']);
      }
    }
  });

  it('are named when one is missing', async () => {
    const path = `/api/v1/organizations/${server.organizationId}`;
    const refused = keys.seats.get(`${path}/members`);
    expect(await refused.expect(403)).toMatchObject({ code: 'scope-missing', needed: ['read'], scopes: ['seats'] });
    expect(await refused.refused(403)).toContain('"read"');
    expect(await keys.read.patch(path, { name: 'Acme' }).refused(403)).toContain('"write"');
    expect(await keys.write.get('/metrics').refused(403)).toContain('"server"');
    await keys.server.get('/metrics').expect(200);
    await keys.read.get(`${path}/members`).expect(200);
    await keys.write.patch(path, { name: 'Acme' }).expect(200);
  });

  it('never give more than the role of the account', async () => {
    const user = await member(server, 'scoped@example.com', 'USER');
    const key = server.api.withBearer((await newKey(user, everyScope)).key);
    const refused = key.get('/api/v1/users');
    expect(await refused.expect(403)).toMatchObject({ code: 'forbidden' });
    const path = `/api/v1/organizations/${server.organizationId}`;
    expect(await key.patch(path, { name: 'Mine' }).expect(403)).toMatchObject({ code: 'forbidden' });
  });

  it('are those for seats when none is named, and are listed', async () => {
    const { id, key, scopes } = await newKey(server.root);
    expect(scopes).toEqual(['seats']);
    const listed = await server.root.get(`${me}/api-keys`).expect<Key[]>(200);
    expect(listed.find((each) => each.id === id)).toMatchObject({ scopes: ['seats'], legacy: false });
    expect(await server.api.withBearer(key).get('/api/v1/users').expect(403)).toMatchObject({ code: 'scope-missing' });
  });

  it.each([[[]], [['admin']], [['seats', 'seats']], ['seats'], [[1]], [{}]])('cannot be %j', async (scopes) => {
    await server.root.post(`${me}/api-keys`, { name: 'Key', scopes }).refused(400);
  });

  it('pass on to the tokens that are got with the key, also to refreshed ones', async () => {
    const { key } = await newKey(server.root);
    const first = await server.api
      .token({ grant_type: 'password', password: key })
      .expect<{ access_token: string; refresh_token: string; scope: string }>(200);
    expect(first.scope).toBe('seats');
    const second = await server.api
      .token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })
      .expect<{ access_token: string; scope: string }>(200);
    expect(second.scope).toBe('seats');
    for (const { access_token } of [first, second]) {
      const api = server.api.withBearer(access_token);
      await api.get(me).expect(200);
      expect(await api.get('/api/v1/users').expect(403)).toMatchObject({ code: 'scope-missing' });
      expect(await api.post(`${me}/api-keys`, { name: 'x' }).expect(403)).toMatchObject({ code: 'person-required' });
    }
  });

  it('are all of them for a key from before there were any, which says so', async () => {
    const { id, key } = await newKey(server.root);
    // As the release before has left it.
    await server.sql('UPDATE api_key SET scopes = DEFAULT, legacy = DEFAULT WHERE id = $1', [id]);
    await server.api.withBearer(key).get('/api/v1/users').expect(200);
    const listed = await server.root.get(`${me}/api-keys`).expect<Key[]>(200);
    expect(listed.find((each) => each.id === id)).toMatchObject({ scopes: [...everyScope], legacy: true });
  });
});

describe('A key', () => {
  it('cannot make keys, nor a person who could', async () => {
    const id = await userId(server, rootAccount.email);
    const api = server.api.withBearer((await newKey(server.root, everyScope)).key);
    const attempts = [
      api.post(`${me}/api-keys`, { name: 'Another', scopes: ['seats'] }),
      api.put(`${me}/password`, { currentPassword: rootAccount.password, newPassword: 'a whole new password' }),
      api.post(`/api/v1/users/${id}/reset-password`),
      api.patch(`/api/v1/users/${id}`, { root: true }),
      api.delete(`${me}/sessions`),
    ];
    for (const attempt of attempts) expect(await attempt.expect(403)).toMatchObject({ code: 'person-required' });
  });

  it('accepts no invitation: it is not the person', async () => {
    const email = 'invited-by-key@example.com';
    const person = await member(server, email, null);
    const key = server.api.withBearer((await newKey(person, everyScope)).key);
    const path = `/api/v1/organizations/${server.organizationId}`;
    const [invitation] = await server.root
      .post(`${path}/invitations`, { emails: [email], role: 'USER' })
      .expect<{ link: string }[]>(201);
    await key.post(`/api/v1/invitations/${invitation?.link.split('/').pop()}/accept`, {}).status();
    const members = await server.root.get(`${path}/members`).expect<{ content: { email: string }[] }>(200);
    expect(members.content.some((each) => each.email === email)).toBe(false);
  });

  it('of anybody is seen and revoked by root, which the audit log tells', async () => {
    const email = 'keyholder@example.com';
    const user = await member(server, email, 'USER');
    const [first, second] = [await newKey(user), await newKey(user)];
    const id = await userId(server, email);
    const all = await server.root.get('/api/v1/api-keys?search=keyholder').expect<{ content: object[] }>(200);
    expect(all.content).toMatchObject([{ id: first.id, email, userId: id, scopes: ['seats'] }, { id: second.id }]);
    expect(JSON.stringify(all)).not.toContain(first.key);
    expect(await server.root.get(`/api/v1/users/${id}/api-keys`).expect(200)).toHaveLength(2);
    await server.root.get('/api/v1/users/999999/api-keys').refused(404);
    await user.get('/api/v1/api-keys').refused(403);
    await user.delete(`/api/v1/api-keys/${first.id}`).refused(403);
    await server.api.withBearer(first.key).get(me).expect(200);
    await server.root.delete(`/api/v1/api-keys/${first.id}`).expect(204);
    await server.api.withBearer(first.key).get(me).refused(401);
    await server.root.delete(`/api/v1/api-keys/${first.id}`).refused(404);
    const rootId = await userId(server, rootAccount.email);
    await server.root.delete(`/api/v1/users/${rootId}/api-keys/${second.id}`).refused(404);
    await server.root.delete(`/api/v1/users/${id}/api-keys/${second.id}`).expect(204);
    await server.api.withBearer(second.key).get(me).refused(401);
    const events = await server.root
      .get('/api/v1/audit-events?action=api-key.deleted')
      .expect<{ content: object[] }>(200);
    expect(events.content).toMatchObject([
      { actor: rootAccount.email, targetId: String(second.id), details: { name: 'Key', userId: id } },
      { actor: rootAccount.email, targetId: String(first.id) },
    ]);
  });
});

describe('API_KEY_MAX_DAYS', () => {
  it('bounds the life of new keys, in words', async () => {
    const strict = await readyServer(usualSeats, {}, { API_KEY_MAX_DAYS: '90' });
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    for (const expiresAt of [undefined, inDays(91), '2999-01-01T00:00:00Z']) {
      const refused = strict.root.post(`${me}/api-keys`, { name: 'Long', expiresAt });
      expect(await refused.refused(400)).toContain('at most 90 days');
      expect(await refused.expect(400)).toMatchObject({
        errors: [{ field: 'expiresAt', rule: 'key-life', limit: 90 }],
      });
    }
    const { key } = await strict.root
      .post(`${me}/api-keys`, { name: 'Short', expiresAt: inDays(90) })
      .expect<{ key: string }>(201);
    await strict.api.withBearer(key).get(me).expect(200);
    await strict.later({ days: 91 });
    await strict.api.withBearer(key).get(me).refused(401);
    await strict.close();
  });
});
