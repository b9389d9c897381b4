import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { machineIdOf } from './support/machine-id.js';
import { form, keywordsJar } from './support/packages.js';
import {
  emptyDatabase,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  usualSeats,
  userId,
} from './support/test-server.js';

interface Event {
  action: string;
  organizationId: number | null;
  actor: string;
  targetType: string | null;
  targetId: string | null;
  details: Record<string, unknown>;
  address: string | null;
}

/** Behind a proxy, so that requests can come from anywhere. */
let server: ReadyServer;
let tester: Api;
let keys = 0;
beforeAll(async () => {
  server = await readyServer(
    usualSeats.map((seats) => ({ ...seats, offline: true })),
    {},
    { TRUSTED_PROXIES: '127.0.0.1' },
  );
  tester = await member(server, 'tester@example.com', 'USER');
});
afterAll(() => server.close());

/** The newest first, as root reads them. */
async function events(action: string, more = ''): Promise<Event[]> {
  const page = await server.root
    .get(`/api/v1/audit-events?action=${action}&sort=id,desc&size=500${more}`)
    .expect<{ content: Event[] }>(200);
  return page.content;
}

const from = (api: Api, address: string): Api => api.withHeaders({ ...api.credentials, 'x-forwarded-for': address });

async function apiKey(): Promise<{ id: number; key: string }> {
  const request = { name: `key ${++keys}`, scopes: ['seats', 'read', 'write', 'server'] };
  return server.root.post('/api/v1/users/me/api-keys', request).expect<{ id: number; key: string }>(201);
}

describe('The audit log has refused authorizations', () => {
  it('of a role that is not enough: who, where, and from which address', async () => {
    const { organizationId } = server;
    const name = `/api/v1/organizations/${organizationId}`;
    await from(tester, '10.1.0.7').patch(name, { name: 'Mine' }).refused(403);
    const [event] = await events('access.refused');
    expect(event).toMatchObject({
      organizationId,
      actor: 'tester@example.com',
      address: '10.1.0.7',
      details: { method: 'PATCH', route: '/api/v1/organizations/:organizationId', code: 'forbidden' },
    });
    // The organization's own administrators see it, too.
    const own = await server.root
      .get(`${name}/audit-events?action=access.&sort=id,desc&size=1`)
      .expect<{ content: Event[] }>(200);
    expect(own.content).toEqual([event]);
  });

  it('of somebody who looks into another organization, which is told apart from a typing error by nobody but root', async () => {
    const stranger = await member(server, 'stranger@example.com', null);
    await stranger.get(`/api/v1/organizations/${server.organizationId}/members`).refused(404);
    expect((await events('access.refused'))[0]).toMatchObject({
      organizationId: null,
      actor: 'stranger@example.com',
      details: { code: 'not-found', route: '/api/v1/organizations/:organizationId/members' },
    });
  });

  it("of somebody who is not the server's administrator, and of an API key without the scope", async () => {
    await tester.get('/api/v1/audit-events').refused(403);
    expect((await events('access.refused'))[0]).toMatchObject({ actor: 'tester@example.com' });
    const { key } = await server.root
      .post('/api/v1/users/me/api-keys', { name: 'seats only', scopes: ['seats'] })
      .expect<{ key: string }>(201);
    await server.api.withBearer(key).get('/api/v1/audit-events').refused(403);
    expect((await events('access.refused'))[0]).toMatchObject({
      actor: 'root@example.com',
      details: { code: 'scope-missing' },
    });
  });

  it('of a credential that is not good, before and after the body was read; not of a visitor without one', async () => {
    const before = (await events('access.refused')).length;
    await server.api.get('/api/v1/users/me').refused(401);
    expect(await events('access.refused')).toHaveLength(before);
    const thief = from(server.api.withBearer('lsk_stolen'), '10.1.0.8');
    await thief.get('/api/v1/users/me').refused(401);
    await thief.post('/api/v1/organizations', { name: 'Mine' }).refused(401);
    const [second, first] = await events('access.refused');
    expect(second).toMatchObject({ actor: 'unknown account', address: '10.1.0.8', details: { method: 'POST' } });
    expect(first).toMatchObject({ actor: 'unknown account', details: { method: 'GET', code: 'not-signed-in' } });
  });

  it('one by one up to 20 a minute, then with a count', async () => {
    const before = (await events('access.refused', '&search=10.1.0.9')).length;
    const flood = from(server.api.withBearer('lsk_flood'), '10.1.0.9');
    for (let time = 0; time < 30; time++) await flood.get('/api/v1/users/me').refused(401);
    expect(await events('access.refused', '&search=10.1.0.9')).toHaveLength(before + 20);
    await server.later({ seconds: 61 });
    await flood.get('/api/v1/users/me').refused(401);
    const after = await events('access.refused', '&search=10.1.0.9');
    expect(after).toHaveLength(before + 22);
    expect(after.map(({ details }) => details.further).filter(Boolean)).toEqual([10]);
  });
});

describe('The audit log has sign-ins of programs', () => {
  it('the first of a day for an account, network and kind of credential, and not each renewal', async () => {
    await member(server, 'studio@example.com', 'USER');
    const form = { grant_type: 'password', username: 'studio@example.com', password: 'studio@example.com password' };
    const token = (address: string) => server.api.token(form, { 'x-forwarded-for': address }).expect(200);
    const id = await userId(server, 'studio@example.com');
    const recorded = async (): Promise<unknown[]> =>
      (await events('sign-in.token', '&actor=studio@example.com')).map(({ address }) => address).reverse();
    for (const address of ['10.2.0.1', '10.2.0.2', '10.2.0.1', '10.2.1.1']) await token(address);
    expect(await recorded()).toEqual(['127.0.0.1', '10.2.0.1', '10.2.1.1']);
    const [event] = await events('sign-in.token', '&actor=studio@example.com');
    expect(event).toMatchObject({
      targetType: 'user',
      targetId: String(id),
      details: { grant: 'password', network: '10.2.1.0/24' },
    });
    await server.later({ minutes: 24 * 60 + 1 });
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    await token('10.2.0.3');
    expect(await recorded()).toEqual(['127.0.0.1', '10.2.0.1', '10.2.1.1', '10.2.0.3']);
  });

  it('that fail with a key or refresh token which is not good', async () => {
    await server.api.token({ grant_type: 'password', password: 'lsk_unknown' }).expect(401);
    expect((await events('sign-in.failed'))[0]).toMatchObject({ details: { grant: 'api-key' } });
    await server.api.token({ grant_type: 'refresh_token', refresh_token: 'stolen' }).expect(400);
    expect((await events('sign-in.failed'))[0]).toMatchObject({ details: { grant: 'refresh-token' } });
  });

  it('records an API key that is used from a new network, /24 or /64, once a day', async () => {
    const { id, key } = await apiKey();
    const program = server.api.withBearer(key);
    for (const address of ['10.3.0.1', '10.3.0.2', '10.3.1.1', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::1']) {
      await from(program, address).get('/api/v1/users/me').expect(200);
    }
    const used = (await events('api-key.used')).filter(({ targetId }) => targetId === String(id)).reverse();
    expect(used.map(({ details }) => details.network)).toEqual([
      '10.3.0.0/24',
      '10.3.1.0/24',
      '2001:db8::/64',
      '2001:db8:0:1::/64',
    ]);
    expect(used[0]).toMatchObject({ actor: 'root@example.com', address: '10.3.0.1', targetType: 'api-key' });
  });
});

describe('The audit log has what leaves the server', () => {
  it('every export as CSV, with its filters', async () => {
    const organization = `/api/v1/organizations/${server.organizationId}`;
    await server.root.get('/api/v1/audit-events.csv?actor=tester@example.com').expect(200);
    expect((await events('audit-log.exported'))[0]).toMatchObject({
      organizationId: null,
      actor: 'root@example.com',
      details: { actor: 'tester@example.com' },
    });
    await server.root.get(`${organization}/audit-events.csv`).expect(200);
    expect((await events('audit-log.exported'))[0]).toMatchObject({ organizationId: server.organizationId });
    await server.root.get(`${organization}/utilization.csv`).expect(200);
    await server.root.get(`${organization}/utilization`, { accept: 'text/csv' }).expect(200);
    expect(await events('utilization.exported')).toHaveLength(2);
  });

  it('every download of an offline license', async () => {
    const licenses = `/api/v1/organizations/${server.organizationId}/offline-licenses`;
    const license = { product: 'KRE', machineId: machineIdOf('far away'), expiresAt: inDays(3) };
    const { id } = await server.root.post(licenses, license).expect<{ id: number }>(201);
    await server.root.get(`${licenses}/${id}/file`).expect(200);
    expect(await events('offline-license.downloaded')).toMatchObject([
      { actor: 'root@example.com', targetId: String(id), organizationId: server.organizationId },
    ]);
  });

  it('downloads of plugins: the first one of each in 24 hours, with the account, its address and the version', async () => {
    const library = '/api/v1/plugins';
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    const attributes = { 'Implementation-Title': 'Excel Keywords', 'Implementation-Version': '1.0.1' };
    const plugin = await server.root
      .post(library, form(await keywordsJar(attributes), 'excel.jar'))
      .expect<{ id: number }>(201);
    // Access tokens last an hour, and each of these tests may be the first.
    const signedIn = (): Promise<Api> => server.api.signedIn('tester@example.com', 'tester@example.com password');
    const person = await signedIn();
    const office = from(person, '10.4.0.1');
    for (let time = 0; time < 3; time++) await office.get(`${library}/${plugin.id}/download`).expect(200);
    const one = {
      actor: 'tester@example.com',
      address: '10.4.0.1',
      targetType: 'plugin',
      targetId: String(plugin.id),
      details: { name: 'Excel Keywords', version: '1.0.1' },
    };
    expect(await events('plugin.downloaded')).toMatchObject([one]);
    await from(person, '10.4.0.2').get(`${library}/${plugin.id}/download`).expect(200);
    expect(await events('plugin.downloaded')).toMatchObject([{ ...one, address: '10.4.0.2' }, one]);
    await office.get(`${library}/archive`).expect(200);
    expect((await events('plugin.downloaded'))[0]).toMatchObject({ targetId: null, details: { archive: true } });
    await server.later({ days: 1, minutes: 1 });
    await from(await signedIn(), '10.4.0.1')
      .get(`${library}/${plugin.id}/download`)
      .expect(200);
    server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(await events('plugin.downloaded')).toHaveLength(4);
  });

  it('exports of itself by the command line', async () => {
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    const made = await licenseServer(env, ['audit', 'export', 'audit.jsonl'], { cwd: server.dataDir });
    expect(made).toMatchObject({ code: 0 });
    const event = { actor: 'command line', organizationId: null, details: { file: 'audit.jsonl' } };
    expect((await events('audit-log.exported'))[0]).toMatchObject(event);
    expect(readFileSync(path.join(server.dataDir, 'audit.jsonl'), 'utf8')).toContain('"type":"checkpoint"');
  });

  it('backups and restores by the command line', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-audit-'));
    const file = path.join(folder, 'server.lsb');
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    const made = await licenseServer(env, ['backup', file]);
    expect(made).toMatchObject({ code: 0 });
    expect((await events('backup.created'))[0]).toMatchObject({
      actor: 'command line',
      details: { file: 'server.lsb', encrypted: false },
    });
    const database = await emptyDatabase();
    const place = { DATA_DIR: path.join(folder, 'data'), DATABASE_URL: database.url };
    expect(await licenseServer(place, ['restore', file])).toMatchObject({ code: 0 });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`SELECT actor, action FROM audit_event ORDER BY id DESC LIMIT 1`);
    await client.end();
    expect(rows).toEqual([{ actor: 'command line', action: 'backup.restored' }]);
    await database.drop();
    rmSync(folder, { recursive: true });
  });
});

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
