import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accessTable } from './support/documents/access-table.js';
import { type Api } from './support/api.js';
import {
  everybodyCreatesOrganizations,
  everyScope,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  userId,
  usualSeats,
} from './support/test-server.js';

const { callers, rows } = accessTable();
const me = '/api/v1/users/me';

let server: ReadyServer;
/** Requests that people sign in for, and no key may send. */
let peopleOnly: Set<string>;
/** By the columns of the table. */
const apis: Record<string, Api> = {};
/** Callers who are as good as nobody. */
const nobodies: Record<string, Api> = {};
const names: Record<string, string | number> = {};

/** The holder of an API key, which outlives "sign out everywhere". */
async function keyOf(api: Api): Promise<{ id: number; holder: Api }> {
  const { id, key } = await api
    .post(`${me}/api-keys`, { name: 'Key', scopes: everyScope })
    .expect<{ id: number; key: string }>(201);
  return { id, holder: server.api.withBearer(key) };
}

beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { CLIENT_HOLD_SECONDS: '0' });
  const { organizationId } = server;
  const path = `/api/v1/organizations/${organizationId}`;
  const owner = await member(server, 'owner@example.com', 'ADMIN');
  const ownerId = await userId(server, 'owner@example.com');
  const rootId = await userId(server, 'root@example.com');
  await server.root.post(`${path}/transfer-ownership`, { userId: ownerId }).expect(200);
  await owner.delete(`${path}/members/${rootId}`).expect(204);

  apis.nobody = server.api;
  apis.stranger = (await keyOf(await member(server, 'stranger@example.com', null))).holder;
  await everybodyCreatesOrganizations(server);
  await apis.stranger.post('/api/v1/organizations', { name: 'Elsewhere' }).expect(201);
  await server.root.patch('/api/v1/server-settings', { organizationCreation: 'root' }).expect(200);
  for (const role of ['USER', 'BILLING_MANAGER', 'ADMIN']) {
    apis[role] = (await keyOf(await member(server, `${role.toLowerCase()}@example.com`, role))).holder;
  }
  apis.OWNER = (await keyOf(owner)).holder;
  apis.root = (await keyOf(server.root)).holder;
  const { paths } = await server.api
    .get('/api-json')
    .expect<{ paths: Record<string, Record<string, { 'x-scope'?: string[] }>> }>(200);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );
  peopleOnly = new Set(
    operations.filter(({ operation }) => operation['x-scope']?.length === 0).map(({ name }) => name),
  );

  const disabled = await keyOf(await member(server, 'disabled@example.com', 'ADMIN'));
  await server.sql(`UPDATE user_account SET disabled_at = now() WHERE email = 'disabled@example.com'`);
  const revoked = await keyOf(owner);
  await owner.delete(`${me}/api-keys/${revoked.id}`).expect(204);
  Object.assign(nobodies, { 'a disabled account': disabled.holder, 'a revoked key': revoked.holder });

  const team = await owner.post(`${path}/teams`, { name: 'Team' }).expect<{ id: number }>(201);
  // As long as a seat is in use the organization cannot be deleted.
  const seat = { organizationId, product: 'KSE', machineId: 'm-1', sessionId: 's' };
  await owner.post('/api/v1/leases', seat).expect(201);
  Object.assign(names, { organizationId, teamId: team.id });
});
afterAll(() => server.close());

/** Ids that are not set up are of things that do not exist; neither is what would be deleted. */
function addressOf(method: string, address: string): string {
  return address.replace(/\{(\w+)\}/g, (_, name: string) => {
    const leaves =
      address.startsWith('/api/v1/users/me/organizations/') || (address.endsWith('/{teamId}') && name === 'teamId');
    if (method === 'DELETE' && leaves) return '999999';
    const unknown =
      /^(leaseId|factorId|notificationId|id)$/.test(name) && !/api-keys|client-passwords/.test(address)
        ? '00000000-0000-4000-8000-000000000000'
        : '999999';
    return String(names[name] ?? unknown);
  });
}

/** Somebody who has just signed in, for some requests sign out everywhere. */
function browserOf(caller: string): Promise<Api> {
  const { email, password } = rootAccount;
  if (caller === 'root') return server.api.browser(email, password);
  const address = `${caller.toLowerCase()}@example.com`;
  return server.api.browser(address, `${address} password`);
}

describe('The table in docs/access.md', () => {
  it('has a row for each route, and no other', async () => {
    const { paths } = await server.api.get('/api-json').expect<{ paths: Record<string, object> }>(200);
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...new Set(rows.map(({ method, route }) => `${method} ${route}`))].sort()).toEqual(routes.sort());
    expect(Object.keys(apis).sort()).toEqual([...callers].sort());
  });

  it.each(rows.map((row) => [`${row.method} ${row.address}`, row] as const))(
    'says who may call %s',
    async (_, { method, route, address, body, statuses }) => {
      const path = addressOf(method, address);
      const answers: Record<string, number> = {};
      for (const caller of callers) {
        const byPerson = caller !== 'nobody' && peopleOnly.has(`${method} ${route}`);
        const api = byPerson ? await browserOf(caller) : apis[caller]!;
        const answer = api.request(method, path, body, {});
        answers[caller] = await answer.status();
        if (answers[caller] !== 404 || caller === 'nobody') continue;
        // To strangers the organization itself does not exist; to others something in it.
        const strange = caller === 'stranger' && address.startsWith('/api/v1/organizations/{organizationId}');
        expect([caller, (await answer.refused(404)) === 'The organization was not found.']).toEqual([caller, strange]);
      }
      expect(answers).toEqual(statuses);
      // What is open to everybody is open to them too.
      const expected = statuses.nobody === 401 ? 401 : statuses.stranger;
      for (const [who, api] of Object.entries(nobodies)) {
        expect([who, await api.request(method, path, body, {}).status()]).toEqual([who, expected]);
      }
    },
  );
});
