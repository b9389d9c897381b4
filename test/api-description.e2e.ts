import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readyServer, type ReadyServer, rootAccount } from './support/test-server.js';

interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  summary?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  responses: Record<string, { content?: Record<string, { schema: Schema; examples?: Record<string, Schema> }> }>;
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  minimum?: number;
  additionalProperties?: unknown;
  allOf?: Schema[];
  anyOf?: Schema[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    securitySchemes: Record<string, { type: string }>;
    schemas: Record<string, Schema>;
    examples: Record<string, { value: { code: string } }>;
  };
}

let server: ReadyServer;
let document: Document;
let operations: { name: string; method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  server = await readyServer();
  document = await server.api.get('/api-json').expect<Document>(200);
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })),
  );
});
afterAll(() => server.close());

/** Routes that anybody may call, the whole list: a new one has to be added here on purpose. */
const open = [
  'get /.well-known/jwks.json',
  'get /.well-known/security.txt',
  'get /api/v1/auth/methods',
  'get /api/v1/invitations/{token}',
  'get /api/v1/logo',
  'get /api/v1/signing-key.pem',
  'get /auth/providers/{providerId}/arrival',
  'get /auth/providers/{providerId}/callback',
  'get /auth/providers/{providerId}/logout',
  'get /auth/providers/{providerId}/metadata',
  'get /auth/providers/{providerId}/sign-in',
  'get /health/late',
  'get /health/live',
  'get /health/ready',
  'get /info',
  'post /api/v1/auth/forgot-password',
  'post /api/v1/auth/passkey',
  'post /api/v1/auth/passkey/options',
  'post /api/v1/auth/reset-password',
  'post /api/v1/auth/second-factor',
  'post /api/v1/auth/second-factor/options',
  'post /api/v1/auth/sign-in',
  'post /api/v1/auth/verify-email',
  'post /api/v1/invitations/{token}/accept',
  'post /api/v1/setup/account',
  'post /api/v1/setup/evaluation',
  'post /api/v1/setup/license',
  'post /api/v1/setup/license/preview',
  'post /auth/providers/{providerId}/acs',
  'post /auth/providers/{providerId}/backchannel-logout',
  'post /auth/providers/{providerId}/logout',
  'post /oauth/token',
];

/** Where an answer is not what its schema says: a member that is missing or null, or one that nobody has declared. */
function differences(value: unknown, schema: Schema, at = 'answer'): string[] {
  const {
    type = [],
    items,
    properties = {},
    required = [],
    anyOf,
  } = schema.$ref ? document.components.schemas[schema.$ref.split('/').pop() ?? '']! : schema;
  if (anyOf) {
    const wrong = anyOf.map((each) => differences(value, each, at));
    return wrong.find((each) => each.length === 0) ?? wrong[0]!;
  }
  if (value === null) return type.includes('null') ? [] : [`${at} is null`];
  if (!type.includes('object') && !type.includes('array')) return [];
  if (type.includes('array')) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((each) => differences(each, items ?? {}, `${at}[]`));
  }
  if (typeof value !== 'object' || Array.isArray(value)) return [`${at} is no object`];
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  if (Object.keys(properties).length === 0) return missing;
  return Object.entries(value).reduce((found, [name, inner]) => {
    const declared = properties[name];
    return [...found, ...(declared ? differences(inner, declared, `${at}.${name}`) : [`${at}.${name} is undeclared`])];
  }, missing);
}

describe('Swagger', () => {
  it('shows its page', async () => {
    const page = await server.api.get('/api').expect<string>(200);
    expect(page).toContain('swagger-ui');
    await server.api.get('/api/swagger-ui-bundle.js').expect(200);
  });

  it('says of every route that sets a password that the check may be busy', () => {
    const setting = [
      'post /api/v1/auth/reset-password',
      'post /api/v1/invitations/{token}/accept',
      'post /api/v1/setup/account',
      'put /api/v1/users/me/password',
    ];
    const busy = operations.filter(({ operation }) => operation.responses[503] && operation.responses[429]);
    expect(busy.map(({ name }) => name)).toEqual(expect.arrayContaining(setting));
  });

  it('describes every route: what it is for, what it answers, how it refuses', () => {
    expect(operations.length).toBeGreaterThan(25);
    for (const { name, path, operation } of operations) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/.{8}/)]);
      expect([name, operation.tags]).toEqual([name, [expect.any(String)]]);
      const statuses = Object.keys(operation.responses);
      expect([name, statuses.some((status) => /^[23]/.test(status))]).toEqual([name, true]);
      expect([name, statuses]).toEqual([name, expect.arrayContaining(['default'])]);
      for (const status of statuses.filter((each) => each.startsWith('4') || each === 'default')) {
        // SCIM has a form of its own, but for what is refused before its routes are reached.
        const ofScim = ['application/scim+json', ...(status === 'default' ? ['application/problem+json'] : [])];
        const types = path.startsWith('/scim/') ? ofScim : ['application/problem+json'];
        expect([name, Object.keys(operation.responses[status]!.content ?? {})]).toEqual([name, types]);
      }
    }
    expect(document.components.schemas).toHaveProperty('Problem');
  });

  it('names the codes of every refusal, each with an example', () => {
    const { examples } = document.components;
    for (const { name, operation } of operations) {
      for (const [status, { content = {} }] of Object.entries(operation.responses)) {
        if (!/^[45]|default/.test(status)) continue;
        for (const [type, described] of Object.entries(content)) {
          const named = Object.entries(described.examples ?? {});
          expect([name, status, type, named.length]).not.toEqual([name, status, type, 0]);
          for (const [code, { $ref }] of named) expect(examples[$ref!.split('/').pop()!]?.value.code).toBe(code);
        }
      }
    }
  });

  it('describes forms by the same rules, without null, and says which may have more fields', () => {
    const { PluginUpload: upload, LogoutForm: logout, TokenRequest: token } = document.components.schemas;
    expect(upload).toMatchObject({
      additionalProperties: false,
      properties: { name: { type: 'string', maxLength: 100 } },
    });
    expect(logout).toMatchObject({
      additionalProperties: true,
      properties: { RelayState: { type: 'string', pattern: expect.any(String) } },
    });
    expect(token).toMatchObject({ additionalProperties: true });
    const people = document.paths['/api/v1/organizations/{organizationId}/people']!.post!;
    expect(people.requestBody?.content['text/csv']?.schema).toEqual({
      type: 'string',
      minLength: 1,
      maxLength: 400_000,
    });
  });

  it('says of which fields one group has to be there, and the server refuses bodies without any', async () => {
    const inGroups = operations.filter(({ operation }) => {
      const name = operation.requestBody?.content['application/json']?.schema.$ref?.split('/').pop();
      return document.components.schemas[name ?? '']?.allOf?.[0]?.anyOf;
    });
    expect(inGroups.map(({ name }) => name).sort()).toEqual([
      'patch /api/v1/organizations/{organizationId}',
      'patch /api/v1/server-settings',
      'post /api/v1/auth/confirm',
      'post /api/v1/identity-providers',
      'post /api/v1/organizations/{organizationId}/invitations',
      'post /api/v1/organizations/{organizationId}/people',
      'post /api/v1/organizations/{organizationId}/people/preview',
    ]);
    const browser = await server.api.browser(rootAccount.email, rootAccount.password);
    for (const { name, method, path, operation } of inGroups) {
      expect([name, operation.requestBody!.required]).toEqual([name, true]);
      const answer = browser.request(method.toUpperCase(), path.replace('{organizationId}', '1'), {}, {});
      expect([name, await answer.refused(400)]).toEqual([name, expect.stringContaining('is missing')]);
    }
    expect(document.components.schemas.GroupRule!.allOf![0]!.anyOf).toHaveLength(2);
  });

  it.each([
    ['/api/v1/users/me', '/api/v1/users/me', 200],
    ['/api/v1/users/me/api-keys', '/api/v1/users/me/api-keys', 200],
    ['/api/v1/users/me/sessions', '/api/v1/users/me/sessions', 200],
    ['/api/v1/organizations', '/api/v1/organizations', 200],
    ['/api/v1/organizations/{organizationId}/members', '/api/v1/organizations/1/members', 200],
    ['/api/v1/organizations/{organizationId}/members', '/api/v1/organizations/1/members?sort=password', 400],
    ['/api/v1/organizations/{organizationId}/invitations', '/api/v1/organizations/1/invitations', 200],
    ['/api/v1/organizations/{organizationId}/utilization', '/api/v1/organizations/1/utilization', 200],
    ['/api/v1/organizations/{organizationId}/license-policy', '/api/v1/organizations/1/license-policy', 200],
    ['/api/v1/audit-events', '/api/v1/audit-events', 200],
    ['/api/v1/users', '/api/v1/users', 200],
  ])('is true of %s: what comes from %s is what it says', async (route, address, status) => {
    const { root } = server;
    await root.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect(201);
    await root
      .post('/api/v1/organizations/1/invitations', { emails: [`${randomUUID()}@example.com`], role: 'USER' })
      .expect(201);
    const lease = { organizationId: 1, product: 'KSE', machineId: 'm-1', sessionId: randomUUID() };
    await root.post('/api/v1/leases', lease).expect(201);
    await root
      .patch('/api/v1/organizations/1/license-policy', { reservations: [{ product: 'KSE', seats: 1, userId: 1 }] })
      .expect(200);
    const { email, password } = rootAccount;
    await server.api.browser(email, password);
    const answer = await root.get(address).expect<unknown>(status);
    const { responses } = document.paths[route]!.get!;
    const [content] = Object.values((responses[status] ?? responses.default)?.content ?? {});
    expect(differences(answer, content!.schema)).toEqual([]);
  });

  it('says what each list is sorted by, and every list is', async () => {
    const { root } = server;
    const { id: teamId } = await root.post('/api/v1/organizations/1/teams', { name: 'A' }).expect<{ id: number }>(201);
    const webhook = { url: 'https://203.0.113.1/hook', events: ['seats.exhausted'] };
    const { id: webhookId } = await root.post('/api/v1/webhooks', webhook).expect<{ id: number }>(201);
    const ofOrganization = '/api/v1/organizations/1/webhooks';
    const { id: itsWebhookId } = await root.post(ofOrganization, webhook).expect<{ id: number }>(201);
    const lists = operations.flatMap(({ path, operation }) => {
      const pattern = operation.parameters?.find(({ name }) => name === 'sort')?.schema.pattern;
      return pattern === undefined ? [] : [{ path, names: /^\^\(([\w|]+)\)/.exec(pattern)![1]!.split('|') }];
    });
    expect(lists.length).toBeGreaterThan(25);
    for (const { path, names } of lists) {
      const address = path
        .replace('{organizationId}', '1')
        .replace('{teamId}', String(teamId))
        .replace('{webhookId}', String(path.includes('{organizationId}') ? itsWebhookId : webhookId));
      for (const name of names) await root.get(`${address}?sort=${name},desc`).expect(200);
      expect(await root.get(`${address}?sort=constructor`).refused(400)).toContain(
        `one of ${names.join(', ')}, optionally`,
      );
    }
  });

  it('says what may be null, and null says the same as nothing at all', async () => {
    const { Profile } = document.components.schemas;
    expect(Profile?.properties?.lastName?.type).toEqual(['string', 'null']);
    await server.root.patch('/api/v1/users/me', { firstName: 'Ada', lastName: null }).expect(200);
    expect(await server.root.get('/api/v1/users/me').expect(200)).toMatchObject({ lastName: rootAccount.lastName });
    await server.root.request('PATCH', '/api/v1/users/me', 'null', { 'content-type': 'application/json' }).refused(400);
  });

  it('says which bodies refuse unknown members, and they do', async () => {
    const closed = operations.filter(({ operation }) => {
      const schema = operation.requestBody?.content['application/json']?.schema;
      const { additionalProperties } = document.components.schemas[schema?.$ref?.split('/').pop() ?? ''] ?? {};
      return additionalProperties === false;
    });
    expect(closed.length).toBeGreaterThan(50);
    const wrong: unknown[] = [];
    for (const { name, method, path } of closed) {
      // Setting up is over, and half a sign-in is not there: these answer so first.
      if (/setup|second-factor/.test(path)) continue;
      const address = path.replace(/\{leaseId\}/g, randomUUID()).replace(/\{[^}]*\}/g, '1');
      const answer = server.root.request(method.toUpperCase(), address, { unheardOf: 1 }, {});
      const status = await answer.status();
      const { message } = await answer.expect<{ message?: string }>(status);
      if (status !== 400 || !message?.includes('unheardOf')) wrong.push([name, status, message]);
    }
    expect(wrong).toEqual([]);
  });

  it('says that ids in paths are whole numbers from 1 or UUIDs, and others are refused', async () => {
    // SCIM answers ids as texts, and any other one with 404 (RFC 7644).
    const ofPaths = operations
      .filter(({ path }) => !path.startsWith('/scim/'))
      .flatMap(({ operation: { parameters = [] } }) => parameters.filter((each) => each.in === 'path'));
    expect(ofPaths.filter(({ schema }) => schema.type === 'number')).toEqual([]);
    expect(ofPaths.filter(({ schema }) => schema.type === 'integer' && schema.minimum !== 1)).toEqual([]);
    for (const id of ['0', '1.5', '-1', '9007199254740992', 'x']) {
      await server.root.get(`/api/v1/organizations/${id}/members`).refused(400);
    }
    const { parameters } = document.paths['/api/v1/leases/{leaseId}/renew']!.post!;
    expect(parameters).toMatchObject([{ name: 'leaseId', schema: { format: 'uuid' } }]);
    await server.root.post('/api/v1/leases/1/renew').refused(400);
  });

  it('has no number that may be a fraction without saying so', () => {
    const all: Schema[] = [];
    JSON.stringify(document, (_, value: Schema | null) => {
      if ([value?.type].flat().includes('number')) all.push(value!);
      return value;
    });
    expect(all.filter(({ format }) => format !== 'double')).toEqual([]);
    const { LicensePolicy } = document.components.schemas;
    expect(LicensePolicy?.properties?.renewalShare).toMatchObject({ format: 'double', minimum: 0.1 });
  });

  it('says in which part of a form a license file is sent, and it is read there', async () => {
    const license = operations.filter(({ path }) => /license(s|\/preview|s\/preview)?$/.test(path));
    const forms = license.flatMap(({ operation }) => operation.requestBody?.content['multipart/form-data'] ?? []);
    expect(forms).toHaveLength(4);
    for (const { schema } of forms) {
      const form = document.components.schemas[schema.$ref?.split('/').pop() ?? ''];
      const { properties = {}, required, additionalProperties } = form ?? {};
      // What else a form brings is passed over.
      expect([required, additionalProperties]).toEqual([['file'], true]);
      expect(properties).toEqual({ file: expect.objectContaining({ type: 'string', format: 'binary' }) });
    }
    const form = new FormData();
    form.set('file', new Blob(['no license']), 'company.lic');
    const answer = server.root.post('/api/v1/licenses/preview', form);
    expect(await answer.expect<{ code: string }>(400)).toMatchObject({ code: expect.stringMatching(/^license-/) });
  });

  it('offers exports no pages and no order, which they do not have', async () => {
    const exported = operations.filter(({ path }) => path.endsWith('.csv'));
    expect(exported.length).toBeGreaterThanOrEqual(4);
    for (const { name, path, operation } of exported) {
      const inQuery = (operation.parameters ?? []).filter((each) => each.in === 'query').map((each) => each.name);
      expect([name, inQuery]).toEqual([name, expect.arrayContaining(['search', 'from', 'to'])]);
      expect(inQuery.filter((each) => ['page', 'size', 'sort', 'interval'].includes(each))).toEqual([]);
      const address = path.replace('{organizationId}', '1');
      const all = await server.root.get(address).expect<string>(200);
      const lines = (await server.root.get(`${address}?page=7&size=0`).expect<string>(200)).split('\r\n');
      // The log of exports grows with each.
      expect(lines.length).toBeGreaterThanOrEqual(all.split('\r\n').length);
    }
  });

  it('says which bodies may be absent, and they may', async () => {
    const lease = { organizationId: 1, product: 'KRE', machineId: 'm-1', sessionId: randomUUID() };
    const { id } = await server.root.post('/api/v1/leases', lease).expect<{ id: string }>(201);
    const { post: checkOut } = document.paths['/api/v1/leases']!;
    const { post: renew } = document.paths['/api/v1/leases/{leaseId}/renew']!;
    expect([checkOut?.requestBody?.required, renew?.requestBody?.required]).toEqual([true, false]);
    await server.root.post(`/api/v1/leases/${id}/renew`).expect(200);
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await server.root.post('/api/v1/leases').refused(400);
  });

  it('says which routes need credentials, and they do', async () => {
    const { bearer, password, session } = document.components.securitySchemes;
    expect([bearer?.type, password?.type, session?.type]).toEqual(['http', 'oauth2', 'apiKey']);
    const declaredOpen = operations.filter(
      ({ operation }) => !operation.security?.some((each) => 'bearer' in each || 'scim' in each),
    );
    expect(declaredOpen.map(({ name }) => name).sort()).toEqual(open);
    for (const { name, method, path } of operations.filter((each) => !open.includes(each.name))) {
      const address = path.replace(/\{[^}]*\}/g, '1');
      expect([name, await server.api.request(method.toUpperCase(), address, undefined, {}).status()]).toEqual([
        name,
        401,
      ]);
    }
  });

  it("authorizes: its token address gives tokens for its users' passwords", async () => {
    const { password } = document.components.securitySchemes as unknown as {
      password: { flows: { password: { tokenUrl: string } } };
    };
    const { tokenUrl } = password.flows.password;
    expect(new URL(tokenUrl, server.url).pathname).toBe('/oauth/token');
    const form = { grant_type: 'password', username: rootAccount.email, password: rootAccount.password };
    await server.api.token(form, { authorization: 'Basic Og==' }).expect(200);
  });
});

describe('Every refusal is JSON with a message', () => {
  it.each<[string, string, unknown, Record<string, string>, number]>([
    ['GET', '/nowhere', undefined, {}, 404],
    ['GET', '/api/v1/%E0%A4%A', undefined, {}, 400],
    ['PUT', '/info', undefined, {}, 405],
    ['POST', '/api/v1/auth/sign-in', '{"email":', { 'content-type': 'application/json' }, 400],
    ['POST', '/api/v1/auth/sign-in', 'x'.repeat(1_100_000), { 'content-type': 'application/json' }, 413],
    ['POST', '/api/v1/auth/sign-in', '<a/>', { 'content-type': 'application/xml' }, 415],
    ['POST', '/api/v1/auth/sign-in', '"text"', { 'content-type': 'application/json' }, 400],
    ['POST', '/oauth/token', 'x', { 'content-type': 'text/plain' }, 400],
    ['GET', '/info', undefined, { 'x-long': 'h'.repeat(20_000) }, 431],
  ])('%s %s', async (method, path, body, headers, status) => {
    expect(await server.api.request(method, path, body, headers).refused(status)).toBeTruthy();
  });
});

describe('What the logs and answers never hold', () => {
  it('is a password, a key or a token', async () => {
    const { key } = await server.root.post('/api/v1/users/me/api-keys', { name: 'x' }).expect<{ key: string }>(201);
    const rows = await server.sql<{ text: string }>('SELECT audit_event::text AS text FROM audit_event');
    for (const { text } of rows) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(rootAccount.password);
    }
  });
});
