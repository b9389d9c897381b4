import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Answer, type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  cli,
  gui,
  issue,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  specification,
  userId,
} from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
afterEach(() => server.close());

interface Lease {
  id: string;
  model: string;
  expiresAt: string;
}

const seats = (model: string, quantity: number, more: object = {}) => ({
  product: 'KSE',
  model,
  quantity,
  features: [gui],
  offline: true,
  ...more,
});
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const organization = (id: number) => `/api/v1/organizations/${id}`;

const offline = (machine: string, id = server.organizationId, expiresAt = inDays(300)): Answer =>
  server.root.post(`${organization(id)}/offline-licenses`, {
    product: 'KSE',
    machineId: machineIdOf(machine),
    expiresAt,
  });
const lease = (machine: string, id = server.organizationId, api: Api = server.root): Answer =>
  api.post('/api/v1/leases', { organizationId: id, product: 'KSE', machineId: machine, sessionId: `s-${machine}` });
const take = (machine: string, id?: number, api?: Api) => lease(machine, id, api).expect<Lease>(201);
const allocate = (id: number, quantity: number | null, model = 'floating') =>
  server.root.put(`${organization(id)}/allocations`, [{ product: 'KSE', model, quantity }]).expect(200);
const policy = (change: object) => server.root.patch(`${organization(server.organizationId)}/license-policy`, change);

async function newOrganization(name: string): Promise<number> {
  return (await server.root.post('/api/v1/organizations', { name }).expect<{ id: number }>(201)).id;
}

async function codeOf(answer: Answer, status: number): Promise<string> {
  return (await answer.expect<{ code: string }>(status)).code;
}

/** As many as can be had, up to ten. */
async function countOf(ask: (index: number) => Promise<number>): Promise<number> {
  for (let count = 0; count < 10; count++) if ((await ask(count)) !== 201) return count;
  return 10;
}

async function subscription(id = server.organizationId, model = 'floating'): Promise<Record<string, unknown>> {
  const all = await server.root.get(`${organization(id)}/licenses`).expect<{ model: string }[]>(200);
  return all.find((each) => each.model === model) ?? {};
}

async function later(change: { minutes?: number; days?: number }): Promise<void> {
  await server.later(change);
  server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
}

describe('Offline licenses', () => {
  it('of an organization that is deleted and created again take their seats until they expire', async () => {
    server = await readyServer([seats('floating', 5)]);
    let id = server.organizationId;
    for (let machine = 0; machine < 5; machine++) await offline(`first-${machine}`, id).expect(201);
    for (let round = 0; round < 2; round++) {
      await server.root.delete(organization(id)).expect(204);
      id = await newOrganization('Acme');
      expect(await codeOf(offline(`round-${round}`, id), 409)).toBe('no-offline-seat');
      await lease(`round-${round}`, id).expect(403);
    }
    await later({ days: 301 });
    expect(await countOf((index) => lease(`after-${index}`, id).status())).toBe(5);
  });

  it('beyond a lowered allocation are withheld from the organization that was given the seats', async () => {
    server = await readyServer([seats('floating', 5)]);
    for (let machine = 0; machine < 3; machine++) await offline(`m-${machine}`).expect(201);
    const other = await newOrganization('Other');
    await allocate(server.organizationId, 2);
    await allocate(other, 3);
    const allocations = await server.root.get(`${organization(other)}/allocations`).expect<object[]>(200);
    expect(allocations.find((each) => 'model' in each && each.model === 'floating')).toMatchObject({
      quantity: 3,
      quota: 2,
      withheld: 1,
    });
    expect(await countOf((index) => lease(`other-${index}`, other).status())).toBe(2);
    await lease('own').refused(409);
  });

  it('count against a smaller license that replaces the one they came from', async () => {
    server = await readyServer([seats('floating', 5)]);
    for (let machine = 0; machine < 3; machine++) await offline(`m-${machine}`).expect(201);
    const license = await issue(specification([seats('floating', 3)]));
    await server.root.post('/api/v1/licenses', { license }).expect(201);
    await lease('more').refused(409);
    await offline('more').refused(409);
  });

  it('last and are as many as the license allows', async () => {
    server = await readyServer([seats('floating', 5, { offlineMaxDays: 30, offlineMaxShare: 0.4 })]);
    expect(await offline('m-0', server.organizationId, inDays(31)).refused(400)).toContain('more than 30 days');
    for (let machine = 0; machine < 2; machine++) {
      await offline(`m-${machine}`, server.organizationId, inDays(29)).expect(201);
    }
    const refused = await offline('m-2', server.organizationId, inDays(29)).expect<{ reason: string }>(409);
    expect(refused).toMatchObject({ code: 'no-offline-seat', reason: 'share-used' });
    expect(await countOf((index) => lease(`on-${index}`).status())).toBe(3);
  });
});

describe('Tokens of sessions beyond a lowered allocation', () => {
  it('keep their seats from another organization until they expire', async () => {
    server = await readyServer([seats('floating', 3)]);
    await policy({ leaseMinutes: 600 }).expect(200);
    for (const machine of ['m-0', 'm-1', 'm-2']) await take(machine);
    const other = await newOrganization('Other');
    await allocate(server.organizationId, 1);
    await allocate(other, 2);
    expect(await subscription()).toMatchObject({ online: 1, held: 2 });
    await lease('other-0', other).expect(403);
    await later({ minutes: 601 });
    for (const machine of ['other-0', 'other-1']) await take(machine, other);
  });
});

describe('A seat whose token lives on for long', () => {
  it('is held after its release until the token expires, and the console says so', async () => {
    server = await readyServer([seats('floating', 1)]);
    await policy({ leaseMinutes: 600 }).expect(200);
    const { id, expiresAt } = await take('desk-1');
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    expect(await subscription()).toMatchObject({ available: 0, online: 0, held: 1, heldUntil: expiresAt });
    expect(await lease('desk-2').refused(409)).toContain('one is held until the token of a released session expires');
    await later({ minutes: 601 });
    await take('desk-2');
  });

  it('goes to the same machine when it comes back, for as long as its token lives', async () => {
    server = await readyServer([seats('floating', 1)]);
    await policy({ leaseMinutes: 600 }).expect(200);
    const { id, expiresAt } = await take('desk-1');
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await policy({ leaseMinutes: 15 }).expect(200);
    const back = await take('desk-1');
    expect(Date.parse(back.expiresAt)).toBe(Date.parse(expiresAt));
    expect(await subscription()).toMatchObject({ online: 1, held: 0 });
    await server.root.delete(`/api/v1/leases/${back.id}`).expect(204);
    await lease('desk-2').refused(409);
  });

  it('is free at once when it has at most two hours to live', async () => {
    server = await readyServer([seats('floating', 1)]);
    await policy({ leaseMinutes: 120 }).expect(200);
    const { id } = await take('desk-1');
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await take('desk-2');
  });

  it('is held whoever ends the session, and as the license file says', async () => {
    server = await readyServer([seats('floating', 3, { freeOnReleaseMinutes: 10 })]);
    await member(server, 'leaver@example.com', 'USER');
    const leaver = await server.api.signedIn('leaver@example.com', 'leaver@example.com password');
    const { id } = await take('desk-1');
    await take('desk-2', server.organizationId, leaver);
    await server.root.delete(`${organization(server.organizationId)}/online-licenses/${id}`).expect(204);
    const leaverId = await userId(server, 'leaver@example.com');
    await server.root.delete(`${organization(server.organizationId)}/members/${leaverId}`).expect(204);
    expect(await subscription()).toMatchObject({ available: 1, held: 2 });
    await server.root.delete(organization(server.organizationId)).expect(204);
    const again = await newOrganization('Again');
    expect(await countOf((index) => lease(`again-${index}`, again).status())).toBe(1);
  });

  it('is held by the machine that is removed, and by the user who is unassigned', async () => {
    server = await readyServer([seats('node-locked', 1), { ...seats('per-user', 1), product: 'KRE', features: [cli] }]);
    await policy({ leaseMinutes: 600 }).expect(200);
    const path = organization(server.organizationId);
    await take('desk-1');
    await server.root.delete(`${path}/machines/desk-1`).expect(204);
    await lease('desk-2').refused(409);
    await take('desk-1');

    const other = await member(server, 'other@example.com', 'USER');
    const seat = { product: 'KRE', model: 'per-user' };
    const me = await userId(server, rootAccount.email);
    const assign = (user: number) => server.root.post(`${path}/licensed-users`, { ...seat, userId: user });
    await assign(me).expect(204);
    const kre = { organizationId: server.organizationId, product: 'KRE', machineId: 'ci-1', sessionId: 's' };
    await server.root.post('/api/v1/leases', kre).expect(201);
    await server.root.delete(`${path}/licensed-users/${me}?product=KRE&model=per-user`).expect(204);
    expect(await codeOf(assign(await userId(server, 'other@example.com')), 409)).toBe('no-seat-to-assign');
    await other.post('/api/v1/leases', { ...kre, machineId: 'ci-2' }).expect(403);
    await assign(me).expect(204);
    expect(await codeOf(server.root.post('/api/v1/leases', { ...kre, machineId: 'ci-2' }), 409)).toBe(
      'seat-used-elsewhere',
    );
    await server.root.post('/api/v1/leases', kre).expect(201);
  });
});

describe('A policy', () => {
  it('is bounded by the license, and says the bound', async () => {
    server = await readyServer([seats('floating', 10, { maxLeaseMinutes: 60, maxOveragePercent: 20 })]);
    expect(await policy({ leaseMinutes: 61 }).refused(400)).toContain('at most 60 minutes');
    expect(await codeOf(policy({ overQuotaPercent: 21 }), 400)).toBe('policy-beyond-license');
    await policy({ leaseMinutes: 60, overQuotaPercent: 20 }).expect(200);
    expect(await countOf((index) => lease(`m-${index}`).status())).toBe(10);
  });

  it('of before is clamped in effect', async () => {
    server = await readyServer([seats('floating', 2)]);
    await server.sql('UPDATE organization SET lease_minutes = 43200, over_quota_percent = 100');
    expect(await policy({}).expect(200)).toMatchObject({ leaseMinutes: 1440, overQuotaPercent: 0 });
    const { id, expiresAt } = await take('m-0');
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 60_000)).toBe(1440);
    const renewed = await server.root.post(`/api/v1/leases/${id}/renew`).expect<Lease>(200);
    expect(Math.round((Date.parse(renewed.expiresAt) - Date.now()) / 60_000)).toBe(1440);
    await take('m-1');
    await lease('m-2').refused(409);
    expect(await policy({ overQuotaPercent: 1 }).refused(400)).toContain('no seats beyond the quota');
    expect(await policy({ leaseMinutes: 1441 }).refused(400)).toContain('1440');
  });
});

describe('When many seats return at once that were out beyond a share', () => {
  it('the seats are divided once more, and everyone else goes on', async () => {
    server = await readyServer([seats('floating', 2)]);
    const waiting = async (): Promise<number> => {
      const rows = await server.sql(
        `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%installation%'`,
      );
      return rows.length;
    };
    const locker = new pg.Client({ connectionString: server.databaseUrl });
    await locker.connect();
    await locker.query('BEGIN; SELECT FROM installation FOR UPDATE');
    for (let message = 0; message < 50; message++) await server.sql(`SELECT pg_notify('seats_returned', '')`);
    await until(async () => (await waiting()) > 0, 30, 'a division of the seats');
    // Each of these needs a connection of the server's.
    for (let request = 0; request < 20; request++)
      await server.root.get(organization(server.organizationId)).expect(200);
    // The heartbeat and the newest time are written to the same row. Fifty divisions would take all twelve connections.
    expect(await waiting()).toBeLessThanOrEqual(3);
    await locker.query('COMMIT');
    await until(async () => (await waiting()) === 0, 30, 'the end of the divisions');
    await locker.end();
    await take('m-1');
  });
});
