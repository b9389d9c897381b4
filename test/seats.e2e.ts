import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compactVerify, importSPKI } from 'jose';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  everybodyCreatesOrganizations,
  cli,
  gui,
  issue,
  member,
  readyServer,
  type ReadyServer,
  specification,
  userId,
} from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
let path: string;
let user: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 3, features: [gui], offline: true, maxOveragePercent: 25 },
    { product: 'KSE', model: 'node-locked', quantity: 1, features: [gui], offline: true },
    { product: 'KRE', model: 'floating', quantity: 4, features: [cli], maxOveragePercent: 25 },
  ]);
  await everybodyCreatesOrganizations(server);
  path = `/api/v1/organizations/${server.organizationId}`;
  user = await member(server, 'user@example.com', 'USER');
});
afterAll(() => server.close());

interface Subscription {
  product: string;
  model: string;
  subscribed: number;
  available: number;
  offline: number;
}

function lease(api: Api, product: string, machineId: string, more: object = {}) {
  const seat = { organizationId: server.organizationId, product, machineId, sessionId: `s-${machineId}` };
  return api.post('/api/v1/leases', { ...seat, ...more });
}

async function take(api: Api, product: string, machineId: string, more: object = {}): Promise<string> {
  return (await lease(api, product, machineId, more).expect<{ id: string }>(201)).id;
}

async function subscription(product: string, model: string): Promise<Subscription> {
  const all = await server.root.get(`${path}/licenses`).expect<Subscription[]>(200);
  return all.find((each) => each.product === product && each.model === model)!;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

describe('A license file', () => {
  it('adds its seats, and takes them with it when removed, from the sessions that were granted last', async () => {
    const license = await issue(
      specification([{ product: 'KRE', model: 'floating', quantity: 2, features: [cli] }], { id: 'license-2' }),
    );
    const { id } = await server.root.post('/api/v1/licenses', { license }).expect<{ id: number }>(201);
    expect(await server.root.get(`/api/v1/licenses/${id}`).expect(200)).toMatchObject({ id, jti: 'license-2' });
    expect(await subscription('KRE', 'floating')).toMatchObject({ subscribed: 6 });
    const leases: string[] = [];
    for (let each = 1; each <= 6; each++) leases.push(await take(user, 'KRE', `ci-${each}`));
    await server.root.delete(`/api/v1/licenses/${id}`).expect(204);
    expect(await subscription('KRE', 'floating')).toMatchObject({ subscribed: 4, available: 0 });
    // The license allows one more than its quota of four.
    await user.post(`/api/v1/leases/${leases[4]}/renew`).expect(200);
    await user.post(`/api/v1/leases/${leases[5]}/renew`).refused(410);
    await lease(user, 'KRE', 'ci-7').refused(409);
    for (const each of leases) await user.delete(`/api/v1/leases/${each}`).expect(204);
    await server.root.delete(`/api/v1/licenses/${id}`).refused(404);
  });

  it('may say as many machines as it likes', async () => {
    const entitlement = {
      product: 'KRE',
      model: 'per-user',
      quantity: 1,
      features: [cli],
      machineQuota: 5_000_000_000,
    };
    const license = await issue(specification([entitlement], { id: 'license-2' }));
    const { id } = await server.root.post('/api/v1/licenses', { license }).expect<{ id: number }>(201);
    await server.root.delete(`/api/v1/licenses/${id}`).expect(204);
  });
});

describe('An allocation', () => {
  it('gives an organization its share; together never more than granted, also by two administrators at once', async () => {
    const made = await Promise.all(
      ['East', 'West'].map((name) => server.root.post('/api/v1/organizations', { name }).expect<{ id: number }>(201)),
    );
    const [east, west] = made.map(({ id }) => `/api/v1/organizations/${id}/allocations`);
    const seats = (quantity: number | null) => [{ product: 'KRE', model: 'floating', quantity }];
    const statuses = await Promise.all([east!, west!].map((each) => server.root.put(each, seats(3)).status()));
    expect(statuses.sort()).toEqual([200, 409]);
    const winner = statuses[0] === 200 ? east! : west!;
    const quotas = await server.sql<{ sum: string }>(
      `SELECT sum(quota) FROM seat_pool WHERE product = 'KRE' AND model = 'floating'`,
    );
    expect(Number(quotas[0]?.sum)).toBe(4);
    expect(await subscription('KRE', 'floating')).toMatchObject({ subscribed: 1 });
    const list = await server.root.get(`${path}/allocations`).expect<object[]>(200);
    const csv = await server.root.get(`${path}/allocations`, { accept: 'text/csv' }).expect<string>(200);
    const [columns, ...rows] = csv.replace('\uFEFF', '').trim().split('\r\n');
    expect(columns).toBe('product,model,quantity,quota,withheld,granted,allocatedElsewhere');
    expect(rows).toHaveLength(list.length);
    expect(rows).toContain('KRE,floating,,1,0,4,3');
    expect(list).toContainEqual({
      product: 'KRE',
      model: 'floating',
      quantity: null,
      quota: 1,
      withheld: 0,
      granted: 4,
      allocatedElsewhere: 3,
      version: expect.any(Number),
    });
    for (const each of [east!, west!, winner]) await server.root.put(each, seats(null)).expect(200);
    expect(await subscription('KRE', 'floating')).toMatchObject({ subscribed: 4 });
    for (const body of [{}, 'x', [{}], seats(-1), seats(1.5), [{ ...seats(1)[0], x: 1 }], [[1]], [null]]) {
      await server.root.put(east!, body).refused(400);
    }
    await server.root.put('/api/v1/organizations/999999/allocations', seats(1)).refused(404);
    expect(await server.root.put(`${path}/allocations`, [...seats(1), ...seats(2)]).refused(400)).toContain('once');
  });
});

describe('An offline license', () => {
  it('takes a seat until it expires, and is a file that the client can verify', async () => {
    const machineId = '0cc175b9c0f1b6a831c399e269772661';
    const create = (body: object) => server.root.post(`${path}/offline-licenses`, body);
    const expiresAt = inDays(30);
    const created = await create({ product: 'KSE', machineId, expiresAt }).expect<{ id: number }>(201);
    expect(created).toMatchObject({ product: 'KSE', model: 'node-locked', machineId, active: true });
    expect(await subscription('KSE', 'node-locked')).toMatchObject({ available: 0, offline: 1 });

    const answer = server.root.get(`${path}/offline-licenses/${created.id}/file`);
    const file = await answer.expect<string>(200);
    expect((await answer.headers()).get('content-disposition')).toContain('.lic');
    const pem = await server.api.get('/api/v1/signing-key.pem').expect<string>(200);
    const { payload } = await compactVerify(file, await importSPKI(pem, 'RS256'));
    const end = Math.floor(Date.parse(expiresAt) / 1000);
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      licenseType: 'ENTERPRISE',
      expirationDate: end,
      renewTime: end,
      machineId,
      organizationId: server.organizationId,
      features: [
        { id: 1, name: 'Studio', key: 'katalon_gui' },
        { id: 2, name: 'Offline', key: 'offline' },
      ],
      testing: false,
    });

    // The node-locked seat is gone, so the others come from the floating ones; the same machine takes no second one.
    await create({ product: 'KSE', machineId, expiresAt }).expect(201);
    for (const each of ['0ff00002', '0ff00003']) {
      await create({ product: 'KSE', machineId: `${each}-0000-0000`, expiresAt }).expect(201);
    }
    expect(await subscription('KSE', 'floating')).toMatchObject({ subscribed: 3, available: 1, offline: 2 });
    const online = await take(user, 'KSE', 'desk-1');
    expect(await lease(user, 'KSE', 'desk-2').refused(409)).toMatch(
      /^All 4 .*: user@example.com on desk-1 since .*; 3 are held by offline licenses/,
    );
    expect(await create({ product: 'KSE', machineId: machineIdOf('off-4'), expiresAt }).refused(409)).toContain(
      'No Katalon Studio',
    );
    await user.delete(`/api/v1/leases/${online}`).expect(204);

    const list = await server.root
      .get(`${path}/offline-licenses?search=0ff0&sort=machineId`)
      .expect<{ content: object[]; totalElements: number }>(200);
    expect(list).toMatchObject({
      totalElements: 2,
      content: [{ machineId: '0ff00002-0000-0000', createdBy: 'root@example.com' }, {}],
    });
  });

  it.each<[string, object, number]>([
    [
      'a product that is not licensed for it',
      { product: 'KRE', machineId: machineIdOf('m'), expiresAt: inDays(1) },
      409,
    ],
    ['a wildcard', { product: 'KSE', machineId: '*', expiresAt: inDays(1) }, 400],
    ['the past', { product: 'KSE', machineId: machineIdOf('m'), expiresAt: inDays(-1) }, 400],
    ['a time after the license', { product: 'KSE', machineId: '0ff00002-0000-0000', expiresAt: inDays(4000) }, 400],
    ['no time', { product: 'KSE', machineId: machineIdOf('m') }, 400],
    ['a long machine id', { product: 'KSE', machineId: 'm'.repeat(10_240), expiresAt: inDays(1) }, 400],
    ['no machine', { product: 'KSE', machineId: '', expiresAt: inDays(1) }, 400],
  ])('is not made for %s', async (_, body, status) => {
    await server.root.post(`${path}/offline-licenses`, body).refused(status);
  });

  it('gives its seat back when it expires, and not before', async () => {
    await server.later({ days: 31 });
    server.root = await server.api.signedIn('root@example.com', 'correct horse battery');
    expect(await subscription('KSE', 'floating')).toMatchObject({ available: 3, offline: 0 });
    await server.later({ days: -31 });
    server.root = await server.api.signedIn('root@example.com', 'correct horse battery');
  });
});

describe('A registered machine', () => {
  it('keeps its node-locked seat until an administrator removes it', async () => {
    await server.sql('DELETE FROM offline_license');
    await server.sql('DELETE FROM seat_charge');
    const leaseId = await take(user, 'KSE', 'bound-machine', { hostname: 'DESK' });
    const list = () =>
      server.root.get(`${path}/machines?search=desk`).expect<{ content: object[]; totalElements: number }>(200);
    expect((await list()).content).toMatchObject([
      { machineId: 'bound-machine', hostname: 'DESK', registeredBy: 'user@example.com', online: true },
    ]);
    await server.root.delete(`${path}/machines/bound-machine`).expect(204);
    expect((await list()).totalElements).toBe(0);
    await user.post(`/api/v1/leases/${leaseId}/renew`).refused(410);
    await server.root.delete(`${path}/machines/bound-machine`).refused(404);
    await server.root.delete(`${path}/machines/${encodeURIComponent('ü/ *?')}`).refused(404);
  });
});

describe('The license policy', () => {
  const change = (policy: object) => server.root.patch(`${path}/license-policy`, policy);

  it('says how long a lease lasts, from the next renewal on', async () => {
    expect(await server.root.get(`${path}/license-policy`).expect(200)).toEqual({
      leaseMinutes: 15,
      borrowMaxDays: 0,
      borrowKeepSeats: 0,
      autoAssign: false,
      unassignAfterDays: 0,
      renewalShare: 1 / 3,
      clientRenewalShare: 0.8,
      idleMinutes: 0,
      engineLeaseMinutes: 0,
      engineWaitSeconds: 0,
      overQuotaPercent: 0,
      allowedMachines: [],
      deniedMachines: [],
      reservations: [],
      caps: [],
      version: expect.any(Number),
    });
    const id = await take(user, 'KRE', 'timed');
    await change({ leaseMinutes: 60 }).expect(200);
    const { expiresAt } = await user.post(`/api/v1/leases/${id}/renew`).expect<{ expiresAt: string }>(200);
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 60_000)).toBe(60);
    await change({ leaseMinutes: 15 }).expect(200);
    await user.delete(`/api/v1/leases/${id}`).expect(204);
  });

  it('allows more than the quota, with a warning', async () => {
    await change({ overQuotaPercent: 25 }).expect(200);
    const ids: string[] = [];
    for (let each = 1; each <= 4; each++) ids.push(await take(user, 'KRE', `over-${each}`));
    const { id, warning } = await lease(user, 'KRE', 'over-5').expect<{ id: string; warning: string }>(201);
    expect(warning).toContain('5 Katalon Runtime Engine seats are in use, 1 more than there are');
    await lease(user, 'KRE', 'over-6').refused(409);
    await change({ overQuotaPercent: 0 }).expect(200);
    for (const each of [...ids, id]) await user.delete(`/api/v1/leases/${each}`).expect(204);
  });

  it('allows and denies machines by id and host name, with wildcards', async () => {
    await change({ allowedMachines: ['build-*', 'DESK'], deniedMachines: ['*-old'] }).expect(200);
    const id = await take(user, 'KRE', 'build-7');
    const other = await take(user, 'KRE', 'some-id', { hostname: 'desk' });
    for (const machine of ['laptop', 'build-old']) {
      expect(await lease(user, 'KRE', machine).refused(403)).toContain('does not allow this machine');
    }
    const denials = await server.root
      .get(`${path}/denials?search=machine-denied&sort=machineId`)
      .expect<{ content: object[] }>(200);
    expect(denials.content).toMatchObject([
      { machineId: 'build-old', code: 'machine-denied', email: 'user@example.com' },
      { machineId: 'laptop' },
    ]);
    for (const search of ['LAPT', 'user@example', 'e-den']) {
      const found = await server.root.get(`${path}/denials?search=${search}`).expect<{ content: object[] }>(200);
      expect(found.content).toContainEqual(expect.objectContaining({ machineId: 'laptop' }));
    }
    expect(await server.root.get(`${path}/denials?search=desk-9`).expect(200)).toMatchObject({ totalElements: 0 });
    await change({ allowedMachines: [], deniedMachines: [] }).expect(200);
    for (const each of [id, other]) await user.delete(`/api/v1/leases/${each}`).expect(204);
  });

  it.each([
    { leaseMinutes: 0 },
    { leaseMinutes: 43_201 },
    { leaseMinutes: '15' },
    { overQuotaPercent: -1 },
    { overQuotaPercent: 101 },
    { allowedMachines: 'x' },
    { deniedMachines: [''] },
    { deniedMachines: [1] },
    { deniedMachines: ['x'.repeat(256)] },
    { unknown: 1 },
  ])('is not %j', async (policy) => {
    await change(policy).refused(400);
  });
});

describe('The online licenses', () => {
  it('are found by who holds them, and name them', async () => {
    await user.patch('/api/v1/users/me', { firstName: 'Grace', lastName: 'Hopper' }).expect(200);
    const id = await take(user, 'KSE', 'desk-named');
    const holder = { id, email: 'user@example.com', firstName: 'Grace', lastName: 'Hopper', machineId: 'desk-named' };
    for (const search of ['grace%20hop', 'USER@', 'desk-n']) {
      const found = await server.root.get(`${path}/online-licenses?search=${search}`).expect(200);
      expect(found).toMatchObject({ totalElements: 1, content: [holder] });
    }
    expect(await server.root.get(`${path}/online-licenses?search=ada`).expect(200)).toMatchObject({ totalElements: 0 });
    await user.delete(`/api/v1/leases/${id}`).expect(204);
  });

  it('come page by page in the order of their starts, whatever pool they are of, and without those that have expired', async () => {
    const machines = ['first', 'second', 'third', 'fourth'];
    const ids: string[] = [];
    for (const [index, machine] of machines.entries()) {
      ids.push(await take(user, index % 2 === 0 ? 'KRE' : 'KSE', machine));
    }
    const pageOf = async (query: string) => {
      const found = await server.root
        .get(`${path}/online-licenses?size=3&${query}`)
        .expect<{ content: { machineId: string }[]; totalElements: number }>(200);
      return [found.totalElements, ...found.content.map(({ machineId }) => machineId)];
    };
    expect(await pageOf('')).toEqual([4, 'first', 'second', 'third']);
    expect(await pageOf('page=1')).toEqual([4, 'fourth']);
    expect(await pageOf('sort=startedAt,desc&page=1')).toEqual([4, 'first']);
    // Its client has died, and nobody has removed the lease yet.
    await server.sql(
      `WITH dead AS (UPDATE lease SET expires_at = server_now() WHERE id = '${ids[2]}' RETURNING pool_id, expires_at)
       UPDATE seat_pool SET earliest_expiry = dead.expires_at FROM dead WHERE id = dead.pool_id`,
    );
    expect(await pageOf('sort=startedAt,desc')).toEqual([3, 'fourth', 'second', 'first']);
    expect(await subscription('KRE', 'floating')).toMatchObject({ online: 1 });
    for (const id of ids.toSpliced(2, 1)) await user.delete(`/api/v1/leases/${id}`).expect(204);
  });
});

describe('The utilization', () => {
  it('lists sessions with their duration, and how many ran at once', async () => {
    const owner = await member(server, 'statistics@example.com', null);
    await owner.patch('/api/v1/users/me', { firstName: '=cmd|', lastName: '"x"' }).expect(200);
    const { id } = await owner.post('/api/v1/organizations', { name: 'R&D: "A/B"' }).expect<{ id: number }>(201);
    const ownerId = await userId(server, 'statistics@example.com');
    // 1 March: two at once from 10:00 to 10:30; 2 March: one.
    await server.sql(
      `INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, hostname,
                                  started_at, ended_at)
         SELECT gen_random_uuid(), $1, 'KSE', 'floating', $2, m, 's-' || m, 'HOST', began, ended
         FROM (VALUES ('m1', timestamptz '2026-03-01 09:00Z', timestamptz '2026-03-01 10:30Z'),
                      ('m2', '2026-03-01 10:00Z', '2026-03-01 11:00Z'),
                      ('m1', '2026-03-02 09:00Z', '2026-03-02 09:10Z')) AS v(m, began, ended)`,
      [id, ownerId],
    );
    await server.sql(
      `INSERT INTO denial (occurred_at, organization_id, product, code, machine_id, session_id)
         VALUES ('2026-03-01 10:15Z', $1, 'KSE', 'seats-exhausted', 'm3', 's')`,
      [id],
    );
    // What has just been written into the past is not added up yet.
    await server.sql('TRUNCATE usage_hour, usage_month, usage_year, rolled_up_year, known_machine');
    await server.sql(`UPDATE usage_roll_up SET rolled_until = '-infinity', oldest_start = '-infinity'`);
    const utilization = `/api/v1/organizations/${id}/utilization`;
    const period = 'from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z';
    const view = await owner.get(`${utilization}?${period}&sort=startedAt`).expect<{
      sessions: { content: { duration: number; email: string }[]; totalElements: number };
      totals: object;
      series: object[];
    }>(200);
    expect(view.sessions.content.map(({ duration }) => duration)).toEqual([5400, 3600, 600]);
    expect(view.series).toEqual([
      { at: '2026-03-01T00:00:00.000Z', sessions: 2, peak: 2, denials: 1 },
      { at: '2026-03-02T00:00:00.000Z', sessions: 1, peak: 1, denials: 0 },
    ]);
    const byMachine = await owner
      .get(`${utilization}?${period}&machineId=m1&interval=month`)
      .expect<{ sessions: { totalElements: number }; series: { peak: number }[] }>(200);
    expect([byMachine.sessions.totalElements, byMachine.series.map(({ peak }) => peak)]).toEqual([2, [1]]);
    const byPart = await owner
      .get(`${utilization}?${period}&machine=M1`)
      .expect<{ sessions: { totalElements: number } }>(200);
    expect(byPart.sessions.totalElements).toBe(2);

    for (const [search, found] of [
      ['S-M1', 2],
      ['statistics@', 3],
      ['nobody', 0],
    ] as const) {
      const part = await owner
        .get(`${utilization}?${period}&search=${search}`)
        .expect<{ sessions: { totalElements: number } }>(200);
      expect([search, part.sessions.totalElements]).toEqual([search, found]);
      const rows = await owner.get(`${utilization}.csv?${period}&search=${search}`).expect<string>(200);
      expect([search, rows.trim().split('\r\n').length - 1]).toEqual([search, found]);
    }
    expect(await owner.get(`${utilization}/totals?${period}&by=machine&search=M2`).expect(200)).toMatchObject({
      totalElements: 1,
      content: [{ name: 'm2' }],
    });

    expect(view.totals).toEqual({ sessions: 3, seconds: 9600, users: 1, machines: 2, peak: 2, denials: 1 });
    const byHour = await owner
      .get(`${utilization}?from=2026-03-01T09:30:00Z&to=2026-03-01T12:00:00Z&interval=hour`)
      .expect<{ series: { sessions: number; peak: number }[] }>(200);
    // At 11:00 the last one has just ended.
    expect(byHour.series.map(({ sessions, peak }) => [sessions, peak])).toEqual([
      [1, 1],
      [2, 2],
      [0, 0],
    ]);
    const totals = (by: string) => owner.get(`${utilization}/totals?${period}&by=${by}`).expect(200);
    expect(await totals('machine')).toMatchObject({
      totalElements: 2,
      content: [
        { name: 'm1', sessions: 2, seconds: 6000, lastStartedAt: '2026-03-02T09:00:00.000Z' },
        { name: 'm2', sessions: 1, seconds: 3600 },
      ],
    });
    expect(await totals('user')).toMatchObject({ content: [{ name: 'statistics@example.com', seconds: 9600 }] });
    for (const by of ['model', 'product']) expect(await totals(by)).toMatchObject({ totalElements: 1 });
    await owner.get(`${utilization}/totals?by=color`).refused(400);

    const csv = owner.get(`${utilization}.csv?${period}`);
    const lines = (await csv.expect<string>(200)).trim().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe(
      'User,Email,Session ID,Machine ID,License type,Start,Duration (seconds),End,Product,Host name',
    );
    expect(lines[1]).toBe(
      `"'=cmd| ""x""",statistics@example.com,s-m1,m1,floating,2026-03-01T09:00:00.000Z,5400,2026-03-01T10:30:00.000Z,KSE,HOST`,
    );
    expect(await owner.get(`${utilization}?${period}`, { accept: 'text/csv' }).expect(200)).toBe(await csv.expect(200));
    expect((await csv.headers()).get('content-disposition')).toContain(
      `License Utilization_R&D_ _A_B__${id}_20260301-20260303.csv`,
    );
    for (const query of [
      'from=2026-03-03T00:00:00Z&to=2026-03-01T00:00:00Z',
      'from=x',
      'interval=year',
      'userId=x',
      'from=2000-01-01T00:00:00Z&interval=hour',
    ]) {
      await owner.get(`${utilization}?${query}`).refused(400);
    }
  });

  it('keeps old sessions and refusals for as long as the setting says', async () => {
    // From a release that did not seal the sessions; sealed ones go with their blocks.
    await server.sql(
      `INSERT INTO ended_session (lease_id, organization_id, product, model, machine_id, session_id, started_at, ended_at, ended_event_id)
         SELECT gen_random_uuid(), $1, 'KSE', 'floating', 'old-' || n, 's', now() - n * interval '24 hours', now() - n * interval '24 hours', NULL
           FROM generate_series(725, 735) AS n`,
      [server.organizationId],
    );
    await server.sql(
      `INSERT INTO denial (occurred_at, organization_id, product, code, machine_id, session_id)
         SELECT now() - n * interval '24 hours', $1, 'KSE', 'seats-exhausted', 'old-' || n, 's' FROM generate_series(725, 735) AS n`,
      [server.organizationId],
    );
    // Every server tidies up at its start, and then every hour.
    await server.second();
    const old = async () =>
      JSON.stringify(
        await server.sql(
          `SELECT (SELECT count(*)::int FROM ended_session WHERE machine_id LIKE 'old-%') AS sessions,
                  (SELECT count(*)::int FROM denial WHERE machine_id LIKE 'old-%') AS denials`,
        ),
      );
    await until(async () => (await old()) === '[{"sessions":5,"denials":5}]', 20, 'the end of what is too old');
  });

  it('finds the sessions of a machine by its id to the letter, whatever white space is in it', async () => {
    const released = await take(user, 'KRE', 'spaced  id');
    await user.delete(`/api/v1/leases/${released}`).expect(204);
    for (const [machineId, found] of [
      ['spaced  id', 1],
      ['spaced id', 0],
      [' spaced  id', 0],
    ] as const) {
      const view = await server.root
        .get(`${path}/utilization?machineId=${encodeURIComponent(machineId)}`)
        .expect<{ sessions: { totalElements: number } }>(200);
      expect([machineId, view.sessions.totalElements]).toEqual([machineId, found]);
    }
  });

  it('remembers a session however it ended, and counts one that runs', async () => {
    const released = await take(user, 'KRE', 'remember-1');
    await user.delete(`/api/v1/leases/${released}`).expect(204);
    await take(user, 'KRE', 'remember-2');
    const find = (machineId: string) =>
      server.root
        .get(`${path}/utilization?machineId=${machineId}`)
        .expect<{ sessions: { content: { endedAt: string | null }[] } }>(200);
    expect((await find('remember-1')).sessions.content[0]?.endedAt).toEqual(expect.any(String));
    expect((await find('remember-2')).sessions.content[0]?.endedAt).toBeNull();
  });
});

describe('The audit log', () => {
  it('is read by filters, in the organization and in the server, also as CSV', async () => {
    const events = await server.root
      .get(`${path}/audit-events?action=license-policy.&actor=ROOT@example.com&sort=id&size=1`)
      .expect<{ content: { action: string; actor: string; details: object }[]; totalElements: number }>(200);
    expect(events.content[0]).toMatchObject({
      action: 'license-policy.changed',
      actor: 'root@example.com',
      details: { to: { leaseMinutes: 60 } },
    });
    const all = await server.root.get('/api/v1/audit-events?search=east').expect<{ totalElements: number }>(200);
    expect(all.totalElements).toBeGreaterThan(0);
    const csv = await server.root.get('/api/v1/audit-events.csv?action=setup.').expect<string>(200);
    expect(csv.split('\r\n')[1]).toMatch(/^20.*,setup\.completed,,setup,127\.0\.0\.1,,,"{""email""/);
    await server.root.get(`${path}/audit-events?from=yesterday`).refused(400);
  });
});
