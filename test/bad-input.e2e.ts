import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, METHODS, request as httpRequest } from 'node:http';
import { type Answer, type Api } from './support/api.js';
import { everyScope, readyServer, rootAccount, type ReadyServer } from './support/test-server.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
}

interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

let server: ReadyServer;
/** Root, by an API key, which outlives "sign out everywhere". */
let root: Api;
/** An identity provider, by its token. */
let scim: Api;
let operations: { method: string; path: string; operation: Operation }[];
let schemas: Record<string, Schema>;

beforeAll(async () => {
  // `GET /health/late` answers after the hold.
  server = await readyServer(undefined, {}, { CLIENT_HOLD_SECONDS: '0' });
  const { key } = await server.root
    .post('/api/v1/users/me/api-keys', { name: 'Key', scopes: everyScope })
    .expect<{ key: string }>(201);
  root = server.api.withBearer(key);
  const provider = {
    kind: 'oidc',
    name: 'Company',
    issuer: 'https://login.example.test',
    clientId: 'x',
    clientSecret: 'x',
  };
  const { id } = await server.root.post('/api/v1/identity-providers', provider).expect<{ id: number }>(201);
  const { token } = await server.root
    .post(`/api/v1/identity-providers/${id}/scim-tokens`)
    .expect<{ token: string }>(201);
  scim = server.api.withBearer(token);
  const { paths, components } = await root
    .get('/api-json')
    .expect<{ paths: Record<string, Record<string, Operation>>; components: { schemas: typeof schemas } }>(200);
  ({ schemas } = components);
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});
afterAll(() => server.close());

/** Who may call a route. */
function callerOf(path: string): Api {
  return path.startsWith('/scim/') ? scim : root;
}

/** Answered without a failure inside the server; and if refused, then with words for whoever asked. */
async function isHandled(what: string, answer: Answer): Promise<void> {
  const status = await answer.status();
  expect([what, status < 500]).toEqual([what, true]);
  if (status >= 400) expect([what, (await answer.refused(status)).length > 5]).toEqual([what, true]);
}

/** The fields of a request's body that hold an object, or a list of objects. */
function nestedFieldsOf({ requestBody }: Operation): { field: string; isList: boolean }[] {
  const isObject = (schema?: Schema): boolean => {
    const { properties, $ref, allOf, anyOf } = schema ?? {};
    return properties !== undefined || (!!$ref && isObject(named($ref))) || (allOf ?? anyOf ?? []).some(isObject);
  };
  const named = ($ref: string): Schema | undefined => schemas[$ref.split('/').at(-1) ?? ''];
  const schema = requestBody?.content['application/json']?.schema;
  const { properties = {} } = (schema?.$ref ? named(schema.$ref) : schema) ?? {};
  return Object.entries(properties)
    .map(([field, each]) => ({ field, isList: isObject(each.items), isNested: isObject(each) }))
    .filter(({ isList, isNested }) => isList || isNested);
}

const ids = [
  '0',
  '-1',
  'abc',
  '1.5',
  '9223372036854775808',
  '99999999999999999999',
  '%00',
  "1'--",
  '__proto__',
  '%F0%9F%8D%8B',
];

const bodies = [
  'null',
  '[]',
  '[{}]',
  '1',
  '"text"',
  'true',
  '{}',
  '{"__proto__": {"root": true}}',
  '{"constructor": {"prototype": {"root": true}}}',
  `{"a": ${'['.repeat(2000)}${']'.repeat(2000)}}`,
  '{"name": "\\u0000"}',
  '{"broken": ',
];

/** What a text, a number or a list must not be. */
const values = [
  null,
  1,
  -1,
  2 ** 63,
  true,
  '',
  'x'.repeat(200_000),
  '\0',
  '\ud800',
  ['a'],
  [[]],
  {},
  { length: 5 },
  { $ne: null },
];

const fields = ['name', 'email', 'emails', 'password', 'role', 'assign', 'userId', 'expiresAt', 'disabled', 'license'];

const queries = [
  'size=1000000000',
  'size=-1',
  'page=9223372036854775808',
  'sort=password',
  'sort=constructor',
  'sort=,,,',
  'sort[]=name',
  'search[a]=b',
  'search=%00',
  `search=${'x'.repeat(256)}`,
  'page=1&page=2',
  '__proto__[root]=true',
  'state=unknown',
];

describe('Nonsense', () => {
  it('as an id is refused, or not found', async () => {
    for (const { method, path } of operations.filter((each) => each.path.includes('{'))) {
      for (const id of ids) {
        const address = path.replace(/\{\w+\}/g, id);
        await isHandled(`${method} ${address}`, callerOf(path).request(method, address, undefined, {}));
      }
    }
  });

  it('as a body is refused', async () => {
    const known = (path: string) =>
      path.replace('{organizationId}', String(server.organizationId)).replace(/\{\w+\}/g, '999999');
    for (const { method, path } of operations.filter((each) => each.operation.requestBody)) {
      for (const body of bodies) {
        const headers = { 'content-type': 'application/json' };
        const answer = callerOf(path).request(method, known(path), body, headers);
        await isHandled(`${method} ${path} ${body.slice(0, 60)}`, answer);
      }
      for (const value of values) {
        const body = Object.fromEntries(fields.map((field) => [field, value]));
        await isHandled(`${method} ${path} ${typeof value}`, callerOf(path).request(method, known(path), body, {}));
      }
    }
  });

  it('in a field of the body is refused', async () => {
    const path = `/api/v1/organizations/${server.organizationId}`;
    const requests: [string, string, Record<string, unknown>][] = [
      ['POST', '/api/v1/organizations', { name: 'Acme' }],
      ['POST', `${path}/invitations`, { emails: ['a@example.com'], role: 'USER', assign: [] }],
      ['POST', `${path}/teams`, { name: 'Team' }],
      ['POST', `${path}/transfer-ownership`, { userId: 1 }],
      ['POST', `${path}/licensed-users`, { userId: 1, product: 'KSE', model: 'per-user' }],
      ['PUT', `${path}/teams/1/members/1`, { role: 'USER' }],
      ['PATCH', `${path}/members/1`, { role: 'USER' }],
      ['PATCH', '/api/v1/users/me', { firstName: 'Ada', lastName: 'L.' }],
      ['PUT', '/api/v1/users/me/password', { currentPassword: 'a', newPassword: 'b' }],
      ['POST', '/api/v1/users/me/api-keys', { name: 'Key', scopes: ['seats'], expiresAt: '2999-01-01T00:00:00Z' }],
      ['PATCH', '/api/v1/users/1', { disabled: false, root: true }],
      ['PATCH', '/api/v1/server-settings', { organizationCreation: 'everybody' }],
      ['POST', '/api/v1/auth/sign-in', { email: 'nobody@example.com', password: 'x' }],
      ['POST', '/api/v1/auth/reset-password', { token: 'x', password: 'correct horse battery' }],
      ['POST', '/api/v1/auth/forgot-password', { email: 'a@example.com' }],
      ['POST', '/api/v1/invitations/x/accept', { password: 'correct horse', firstName: 'a', lastName: 'b' }],
      [
        'POST',
        '/api/v1/leases',
        { organizationId: 1, product: 'KSE', machineId: 'm-1', sessionId: 's', hostname: 'h' },
      ],
    ];
    for (const [method, address, good] of requests) {
      for (const field of Object.keys(good)) {
        for (const value of values) {
          const answer = root.request(method, address, { ...good, [field]: value }, {});
          await isHandled(`${method} ${address} ${field}: ${JSON.stringify(value).slice(0, 60)}`, answer);
        }
      }
    }
    expect(await root.get('/api/v1/server-settings').expect(200)).toMatchObject({ organizationCreation: 'root' });
  });

  it('in a list of objects, or in the place of an object, is named by its field', async () => {
    const asked: string[] = [];
    // Some of them are closed to API keys.
    const person = await server.api.signedIn(rootAccount.email, rootAccount.password);
    // SCIM passes over what it does not keep.
    for (const { method, path, operation } of operations.filter((each) => !each.path.startsWith('/scim/'))) {
      const address = path.replace('{organizationId}', String(server.organizationId)).replace(/\{\w+\}/g, '1');
      for (const { field, isList } of nestedFieldsOf(operation)) {
        asked.push(field);
        for (const value of [[[]], [null], ['x'], [1], ...(isList ? [{}, [[{}]]] : [[], 'x', 1])]) {
          const answer = person.request(method, address, { [field]: value }, {});
          await answer.refused(400);
          const { errors = [] } = await answer.expect<{ errors?: { field: string }[] }>(400);
          expect([method, path, JSON.stringify(value), ...errors.map((each) => each.field)]).toContain(field);
        }
      }
    }
    expect([...new Set(asked)].sort()).toEqual([
      ...['assign', 'attributes', 'caps', 'groups', 'passkey', 'people', 'reservations', 'response', 'totals'],
    ]);
  });

  it('as a time of a zone that is nowhere is refused, and of the last one on Earth is not', async () => {
    const events = (to: string) => server.root.get(`/api/v1/audit-events?to=${encodeURIComponent(to)}`);
    expect(await events('2027-02-04T04:55:01+18:16').refused(400)).toContain('to must be a time with its zone');
    await events('2027-02-04T04:55:01+14:00').expect(200);
  });

  it('by leaving out what is needed is told as that', async () => {
    expect(await server.root.post('/api/v1/leases', { product: null }).refused(400)).toBe(
      'organizationId is missing; product is missing; machineId is missing; sessionId is missing.',
    );
    expect(await server.root.post('/api/v1/leases', { surplus: null }).refused(400)).toContain(
      'surplus should not exist',
    );
  });

  it('of another type is told as that, not as too great a number or too long a list', async () => {
    const seat = { organizationId: '1', product: 'KSE', machineId: 'm-1', sessionId: 's', waitSeconds: '5' };
    expect(await root.post('/api/v1/leases', seat).refused(400)).toBe(
      'organizationId must be an integer number; waitSeconds must be an integer number.',
    );
    const path = `/api/v1/organizations/${server.organizationId}`;
    expect(await root.patch(`${path}/license-policy`, { reservations: 'x', renewalShare: '0.5' }).refused(400)).toBe(
      'renewalShare must be a number conforming to the specified constraints; reservations must be an array.',
    );
    expect(await root.get(`${path}/members?page=-1&size=x`).refused(400)).toBe(
      'page must not be less than 0; size must be an integer number.',
    );
  });

  it('in the times of a report is passed over', async () => {
    const report = { organizationId: server.organizationId, machineId: 'm-1', sessionId: 's' };
    for (const startTime of ['-271821-04-20T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', 'x']) {
      await server.root.post('/api/v1/tracking', { ...report, startTime, endTime: startTime }).expect(204);
    }
  });

  it('in a list is told by the name of the list', async () => {
    const path = `/api/v1/organizations/${server.organizationId}/invitations`;
    const message = await root.post(path, { emails: ['a@example.com', '\0'], role: 'USER' }).refused(400);
    expect(message).toMatch(/^emails must not contain/);
  });

  it('as an address is not found, or not valid', async () => {
    for (const address of ['/api/v1//organizations', `/api/v1/${'x'.repeat(9000)}`]) {
      expect(await root.get(address).status()).toBeLessThan(500);
      expect(await root.get(address).refused(await root.get(address).status())).not.toBe('Forbidden');
    }
  });

  it('in a query is refused, or ignored', async () => {
    for (const { method, path } of operations.filter((each) => each.method === 'GET')) {
      const address = path.replace('{organizationId}', String(server.organizationId)).replace(/\{\w+\}/g, '999999');
      for (const query of queries)
        await isHandled(`${method} ${path}?${query}`, callerOf(path).get(`${address}?${query}`));
    }
  });

  it('in a name is stored as typed, and never executed', async () => {
    for (const name of [
      "'; DROP TABLE organization; --",
      '<img src=x onerror=alert(1)>',
      '${7*7}{{7*7}}',
      '🍋'.repeat(50),
    ]) {
      const { id } = await root.post('/api/v1/organizations', { name }).expect<{ id: number }>(201);
      expect(await root.get(`/api/v1/organizations/${id}`).expect(200)).toMatchObject({ name });
      const found = await root
        .get(`/api/v1/organizations?search=${encodeURIComponent(name)}`)
        .expect<{ totalElements: number }>(200);
      expect(found.totalElements).toBe(1);
    }
  });
});

describe('A method that an address does not have', () => {
  const allowed = async (api: Api, method: string, path: string): Promise<string | null> => {
    const answer = api.request(method, path, undefined, {});
    expect(await answer.refused(405)).toContain('Allow');
    return (await answer.headers()).get('allow');
  };

  it('is answered with 405 and the methods that it has, at every address of the API', async () => {
    const methods = new Map<string, Set<string>>();
    for (const { method, path } of operations) {
      const known = methods.get(path) ?? new Set();
      methods.set(path, known.add(method));
      if (method === 'GET') known.add('HEAD');
    }
    for (const [path, known] of methods) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'SEARCH']) {
        if (known.has(method)) continue;
        const address = path.replace(/\{\w+\}/g, '1');
        expect([method, path, await allowed(root, method, address)]).toEqual([
          method,
          path,
          [...known].sort().join(', '),
        ]);
      }
    }
  });

  it('is answered so to strangers too, before their body is read', async () => {
    expect(await allowed(server.api, 'GET', '/oauth/token')).toBe('POST');
    expect(await allowed(server.api, 'PUT', '/api/v1/license-keys/activate?machineKey=m-1')).toBe('POST');
    expect(await allowed(server.api, 'POST', '/api/v1/machine')).toBe('DELETE');
    expect(await allowed(server.api, 'POST', '/api')).toBe('GET, HEAD');
    const broken = server.api.request('PUT', '/api/v1/leases', '{', { 'content-type': 'application/json' });
    await broken.refused(405);
  });

  it.each(METHODS.filter((method) => !['CONNECT', 'GET', 'HEAD', 'DELETE'].includes(method)))(
    '%s is one of them, at a known address and at no other',
    async (method) => {
      const status = async (path: string): Promise<[number, unknown]> => {
        const { hostname, port } = new URL(server.url);
        const sent = httpRequest({ hostname, port, path, method }).end();
        const [answer] = (await once(sent, 'response')) as [IncomingMessage];
        answer.resume();
        return [answer.statusCode!, answer.headers.allow];
      };
      expect(await status('/api/v1/machine')).toEqual([405, 'DELETE']);
      expect(await status('/health/live')).toEqual([405, 'GET, HEAD']);
      expect(await status('/api/v1/nothing')).toEqual([404, undefined]);
    },
  );

  it('says nothing of addresses that there are not, nor of pages', async () => {
    await root.post('/api/v1/nothing', {}).refused(404);
    await root.request('POST', '/api/v1/nothing', '{', { 'content-type': 'application/json' }).refused(404);
    await root.request('POST', '/api/v1/nothing', 'x', { 'content-type': 'text/strange' }).refused(404);
    await root.delete('/nothing').refused(404);
    await root.get('/api/v1/nothing').refused(404);
    await root.get('/organizations/1/licenses', { accept: 'application/json' }).refused(404);
    await root.get('/nothing').refused(404);
    // A program that takes anything gets the page.
    expect(await root.get('/organizations/1/licenses', { accept: '*/*' }).expect<string>(200)).toContain(
      '<!doctype html>',
    );
    expect(await root.get('/organizations/1/licenses', { accept: 'text/html' }).status()).toBe(200);
    expect(await allowed(root, 'POST', '/')).toBe('GET, HEAD');
  });
});
