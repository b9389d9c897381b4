import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type AccessRow, accessTable } from './support/documents/access-table.js';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { form, keywordsJar } from './support/packages.js';
import {
  everybodyCreatesOrganizations,
  gui,
  member,
  readyServer,
  type ReadyServer,
  userId,
} from './support/test-server.js';

jest.setTimeout(300_000);

/** In all that belongs to the organization under attack: no answer to a stranger may have it. */
const marker = /victim/i;
const privatePlugin = { key: 'private_plugin', name: 'Private plugins' };
const seats = [{ product: 'KSE', model: 'floating', quantity: 5, features: [gui, privatePlugin], offline: true }];

/** Answers that never end, or are late on purpose. */
const open = ['/api/v1/organizations/{organizationId}/events', '/api/v1/events', '/health/late'];
/** At the end, for the account is no member any more. */
const leaves = ({ route, method }: AccessRow): boolean =>
  method === 'DELETE' && route === '/api/v1/users/me/organizations/{organizationId}';
const rows = accessTable()
  .rows.filter(({ route }) => !open.includes(route))
  .toSorted((a, b) => Number(leaves(a)) - Number(leaves(b)));

let server: ReadyServer;
let ownOrganization: number;
/** Ids of the victim's things, by the names in the addresses. */
const ids: Record<string, string | number> = {};

beforeAll(async () => {
  server = await readyServer(seats, {}, { CLIENT_HOLD_SECONDS: '0' });
  const { root, organizationId } = server;
  const path = `/api/v1/organizations/${organizationId}`;
  await root.patch(path, { name: 'Victim Corp' }).expect(200);
  const admin = await member(server, 'admin@victim.example', 'ADMIN');
  const user = await member(server, 'person@victim.example', 'USER');
  await member(server, 'plain@example.com', 'USER');
  const attacker = await member(server, 'attacker@example.com', null);
  await everybodyCreatesOrganizations(server);
  ownOrganization = (await attacker.post('/api/v1/organizations', { name: 'Elsewhere' }).expect<{ id: number }>(201))
    .id;

  const created = async (answer: { expect: <T>(status: number) => Promise<T> }): Promise<string | number> =>
    (await answer.expect<{ id: string | number }>(201)).id;
  const lease = { organizationId, product: 'KSE', machineId: machineIdOf('victim'), sessionId: 'victim-session' };
  const expiresAt = new Date(Date.now() + 3 * 86_400_000).toISOString();
  const offline = { product: 'KSE', machineId: machineIdOf('victim offline'), expiresAt };
  const jar = await keywordsJar({ 'Implementation-Title': 'victim plugin', 'Implementation-Version': '1.0' });
  const mailServer = { host: 'mail.victim.example', port: 25, protocol: 'SMTP', sender: 'it@victim.example' };
  await admin.put(`${path}/mail-server`, mailServer).expect(200);
  const [invitation] = await admin
    .post(`${path}/invitations`, { emails: ['new@victim.example'], role: 'USER' })
    .expect<{ id: number }[]>(201);
  const [mail] = await server.sql<{ id: string }>('SELECT id FROM outbox_mail LIMIT 1');
  const team = await created(admin.post(`${path}/teams`, { name: 'Victim team' }));
  const victim = await userId(server, 'person@victim.example');
  await admin.put(`${path}/teams/${team}/members/${victim}`, { role: 'USER' }).expect(200);
  const key = await created(user.post('/api/v1/users/me/api-keys', { name: 'victim key' }));
  Object.assign(ids, {
    leaseId: await created(user.post('/api/v1/leases', lease)),
    offlineLicenseId: await created(admin.post(`${path}/offline-licenses`, offline)),
    pluginId: await created(admin.post(`${path}/plugins`, form(jar, 'victim.jar'))),
    machineId: lease.machineId,
    invitationId: invitation?.id ?? 0,
    mailId: mail?.id ?? '999999',
    licenseId: 1,
    teamId: team,
    userId: victim,
    keyId: key,
    apiKeyId: key,
    token: 'x'.repeat(43),
  });
});
afterAll(() => server.close());

/** A request of the table, aimed at the victim's things within an organization. */
function aimed({ address, body }: AccessRow, organizationId: number): { path: string; body: unknown } {
  const isKey = /api-keys|client-passwords/.test(address);
  const path = address.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'organizationId') return String(organizationId);
    if (name === 'id') return String(isKey ? ids.keyId : ids.leaseId);
    return String(ids[name] ?? '999999');
  });
  const named = JSON.stringify(body ?? null)
    .replaceAll('999999', String(ids.userId))
    .replaceAll('{organizationId}', String(organizationId));
  return { path, body: body === undefined ? undefined : (JSON.parse(named) as unknown) };
}

/** Tables that log requests, that a member fills by working, or that the server works on meanwhile. */
const ownWork = ['audit_event', 'denial', 'client_session', 'machine', 'daily_count', 'ended_session', 'outbox_mail'];

/** All that the victim has, and the server itself, as the database has it; without what belongs to one account. */
async function belongings(except: number): Promise<Record<string, string>> {
  const { organizationId } = server;
  const columns = await server.sql<{ name: string; columns: string[] }>(
    `SELECT table_name AS name, array_agg(column_name::text) AS columns FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name <> ALL($1) GROUP BY table_name`,
    [ownWork],
  );
  const whole = ['license_file', 'signing_key', 'retired_signing_key', 'mail_server', 'membership', 'team_member'];
  const state: Record<string, string> = {};
  for (const { name, columns: has } of columns) {
    const conditions = [
      ...(has.includes('organization_id') ? [`t.organization_id = ${organizationId}`] : []),
      ...(name === 'organization' ? [`t.id = ${organizationId}`] : []),
      ...(name === 'user_account' ? [`t.id <> ${except}`] : []),
      ...(whole.includes(name) || name === 'api_key' ? ['true'] : []),
    ];
    if (conditions.length === 0) continue;
    const others = has.includes('user_id') ? ` AND t.user_id IS DISTINCT FROM ${except}` : '';
    // When somebody was last there is no state that an attack could aim at.
    const [row] = await server.sql<{ text: string | null }>(
      `SELECT string_agg((to_jsonb(t) - 'last_used_at' - 'last_seen_at' - 'last_sign_in_at')::text, E'\\n' ORDER BY t::text) AS text
         FROM ${name} t WHERE (${conditions.join(' OR ')})${others}`,
    );
    state[name] = row?.text ?? '';
  }
  return state;
}

/** Sends every request of the table. @returns what was answered with the victim's data, and what failed in the server */
async function walk(signIn: () => Promise<Api>, organizationId: number): Promise<{ told: string[]; failed: string[] }> {
  const found = { told: [] as string[], failed: [] as string[] };
  let api = await signIn();
  for (const row of rows) {
    const { path, body } = aimed(row, organizationId);
    // Some of them sign out or end the account's own sessions.
    if (row.method !== 'GET' && row.route.startsWith('/api/v1/users/me')) api = await signIn();
    const response = await fetch(`${server.url}${path}`, {
      method: row.method,
      headers: { ...api.credentials, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await response.text();
    const name = `${row.method} ${path}: ${response.status}`;
    if (marker.test(text)) found.told.push(`${name} ${text.slice(0, 200)}`);
    if (response.status >= 500) found.failed.push(`${name} ${text.slice(0, 200)}`);
  }
  return found;
}

const signedIn = (email: string) => (): Promise<Api> => server.api.signedIn(email, `${email} password`);

describe('A walk over every route, with the ids of things of an organization in hand, gains nothing', () => {
  it('without credentials', async () => {
    const before = await belongings(0);
    const anonymous = await walk(() => Promise.resolve(server.api), server.organizationId);
    expect(anonymous).toEqual({ told: [], failed: [] });
    expect(await belongings(0)).toEqual(before);
  });

  it.each(['that organization', 'their own'])(
    'for an owner of another organization, through the addresses of %s',
    async (which) => {
      const attacker = await userId(server, 'attacker@example.com');
      const before = await belongings(attacker);
      const organizationId = which === 'their own' ? ownOrganization : server.organizationId;
      expect(await walk(signedIn('attacker@example.com'), organizationId)).toEqual({ told: [], failed: [] });
      expect(await belongings(attacker)).toEqual(before);
    },
  );

  it('for a member with the role USER, who changes nothing that is not theirs', async () => {
    const plain = await userId(server, 'plain@example.com');
    const before = await belongings(plain);
    const { failed } = await walk(signedIn('plain@example.com'), server.organizationId);
    expect(failed).toEqual([]);
    expect(await belongings(plain)).toEqual(before);
  });

  it('and would show if it did: an administrator of the organization changes and reads it', async () => {
    const admin = await userId(server, 'admin@victim.example');
    const before = await belongings(admin);
    const { told } = await walk(signedIn('admin@victim.example'), server.organizationId);
    expect(told.length).toBeGreaterThan(10);
    const after = await belongings(admin);
    expect(Object.keys(after).filter((table) => after[table] !== before[table]).length).toBeGreaterThan(2);
  });
});
