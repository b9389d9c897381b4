import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Answer, type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  everyScope,
  gui,
  issue,
  member,
  readyServer,
  type ReadyServer,
  specification,
  userId,
} from './support/test-server.js';
import { until } from './support/until.js';

interface Lease {
  id: string;
  token: string;
  expiresAt: string;
  renewAt: string;
  borrowedUntil: string | null;
}

let server: ReadyServer;
let root: Api;
let ann: Api;
/** Of this test: it has all the seats. */
let organizationId: number;
/** Days that the server's clock is ahead. */
let ahead = 0;

const floating = (quantity: number, more: object = {}) => ({
  ...{ product: 'KSE', model: 'floating', quantity, features: [gui], borrowMaxDays: 30 },
  ...more,
});
const perUser = { product: 'KSE', model: 'per-user', quantity: 1, features: [gui], borrowMaxDays: 30 };

/** Whole seconds, as tokens count. */
const start = Math.floor(Date.now() / 1000) * 1000;
const inDays = (days: number): string => new Date(start + (ahead + days) * 86_400_000).toISOString();

const path = (): string => `/api/v1/organizations/${organizationId}`;
const policy = (change: object): Answer => root.patch(`${path()}/license-policy`, change);
const request = (machine: string, more: object = {}) => ({
  ...{ organizationId, product: 'KSE', machineId: machineIdOf(machine), sessionId: `s-${machine}`, hostname: machine },
  ...more,
});
const ask = (machine: string, more: object = {}, api = ann): Answer =>
  api.post('/api/v1/leases', request(machine, more));
const borrow = (machine: string, days: number, api = ann): Promise<Lease> =>
  ask(machine, { borrowUntil: inDays(days) }, api).expect<Lease>(201);
const release = (id: string, body?: object, api = ann): Answer =>
  api.request('DELETE', `/api/v1/leases/${id}`, body, {});
const codeOf = async (answer: Answer, status: number): Promise<string> =>
  (await answer.expect<{ code: string }>(status)).code;

interface Subscription {
  model: string;
  subscribed: number;
  available: number;
  online: number;
  borrowed: number;
  borrowableUntil: string | null;
  held: number;
  heldUntil: string | null;
}

async function seats(): Promise<Subscription> {
  const all = await root.get(`${path()}/licenses`).expect<Subscription[]>(200);
  return all.find(({ model }) => model === 'floating')!;
}

async function withKey(api: Api): Promise<Api> {
  const wanted = { name: 'Key', scopes: everyScope };
  return server.api.withBearer((await api.post('/api/v1/users/me/api-keys', wanted).expect<{ key: string }>(201)).key);
}

async function later(days: number): Promise<void> {
  ahead += days;
  await server.later({ days });
}

/** Installs a license file of the same id, which replaces the one before. */
async function install(quantity: number): Promise<void> {
  const license = await issue(specification([floating(quantity), perUser], { validUntil: '2099-12-31' }));
  await root.post('/api/v1/licenses', { license }).expect(201);
}

/** An organization that lends, for up to seven days, with Ann in it. */
async function newOrganization(): Promise<void> {
  organizationId = (await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201)).id;
  const all = [
    { product: 'KSE', model: 'floating', quantity: 3 },
    { product: 'KSE', model: 'per-user', quantity: 1 },
  ];
  await root.put(`${path()}/allocations`, all).expect(200);
  await server.sql(
    `INSERT INTO membership SELECT $1, id, 'USER', now() FROM user_account WHERE email = 'ann@acme.test'`,
    [organizationId],
  );
  await policy({ borrowMaxDays: 7 }).expect(200);
}

beforeAll(async () => {
  server = await readyServer([floating(3), perUser], { validUntil: '2099-12-31' });
  root = await withKey(server.root);
  ann = await withKey(await member(server, 'ann@acme.test', null));
});
afterAll(() => server.close());

const waiters = async (): Promise<number> => (await server.sql('SELECT FROM seat_waiter')).length;

/** Everything that was borrowed before runs out, and the organization gives its seats to the next one. */
async function freshOrganization(): Promise<void> {
  if (organizationId) {
    await later(31);
    await root.delete(path()).expect(204);
  }
  await newOrganization();
}

describe('A borrowed seat', () => {
  it('has a token that is good until the date, and needs no renewal', async () => {
    await freshOrganization();
    const date = inDays(5);
    const lease = await borrow('laptop', 5);
    expect(lease).toMatchObject({ borrowedUntil: date, expiresAt: date, renewAt: date });
    expect(decodeJwt(lease.token)).toMatchObject({
      ...{ jti: lease.id, exp: Date.parse(date) / 1000, borrowedUntil: Date.parse(date) / 1000 },
      machineId: machineIdOf('laptop'),
    });
    await later(4);
    expect(await seats()).toMatchObject({ online: 1, borrowed: 1, available: 2 });
    // A renewal answers what there is, also near the end, where any other lease would become longer.
    const { token } = lease;
    const renewed = await ann.post(`/api/v1/leases/${lease.id}/renew`, { token }).expect<Lease>(200);
    expect(renewed).toMatchObject({ borrowedUntil: date, expiresAt: date, renewAt: date });
    expect(decodeJwt(renewed.token)).toMatchObject({ exp: Date.parse(date) / 1000 });
    await later(1.01);
    expect(await seats()).toMatchObject({ online: 0, borrowed: 0, available: 3 });
  });

  it('is listed with its date, in the list of the organization and in that of its holder', async () => {
    await freshOrganization();
    const date = inDays(2);
    const { id } = await borrow('laptop', 2);
    await ask('desktop').expect(201);
    for (const [api, list] of [
      [root, `${path()}/online-licenses`] as const,
      [ann, '/api/v1/users/me/leases'] as const,
    ]) {
      const { content } = await api.get(`${list}?sort=borrowedUntil,asc`).expect<{ content: object[] }>(200);
      expect(content).toMatchObject([
        { id, borrowedUntil: date },
        { hostname: 'desktop', borrowedUntil: null },
      ]);
    }
  });

  it('is named in the refusals of others', async () => {
    await freshOrganization();
    await borrow('laptop', 2);
    for (const machine of ['a', 'b']) await ask(machine).expect(201);
    const refusal = await ask('c').expect<{ message: string; holders: object[] }>(409);
    expect(refusal.message).toMatch(/ann@acme\.test on laptop since \S.* \(borrowed until \d{4}-\d\d-\d\d/);
    expect(refusal.holders).toMatchObject([{ borrowedUntil: inDays(2) }, {}, {}]);
  });

  it('is in the audit log, and webhooks are told until when', async () => {
    await freshOrganization();
    const { id } = await borrow('laptop', 2);
    const { content } = await root
      .get(`${path()}/audit-events?action=lease.borrowed`)
      .expect<{ content: { details: object; actor: string }[] }>(200);
    expect(content).toMatchObject([
      {
        targetId: id,
        actor: 'ann@acme.test',
        details: { product: 'KSE', model: 'floating', borrowedUntil: inDays(2) },
      },
    ]);
  });

  it('may be the seat that the session has, and be borrowed for longer', async () => {
    await freshOrganization();
    const first = await ask('laptop').expect<Lease>(201);
    expect(first.borrowedUntil).toBeNull();
    for (const days of [1, 3]) {
      const lease = await ask('laptop', { borrowUntil: inDays(days) }).expect<Lease>(200);
      expect(lease).toMatchObject({ id: first.id, borrowedUntil: inDays(days) });
    }
    // Never shorter: the token is out.
    for (const more of [{}, { borrowUntil: inDays(1) }]) {
      expect(await ask('laptop', more).expect(200)).toMatchObject({ id: first.id, borrowedUntil: inDays(3) });
    }
    expect(await seats()).toMatchObject({ online: 1, borrowed: 1 });
  });

  it('is left alone by idle times, by jobs and by a smaller license', async () => {
    await freshOrganization();
    await policy({ idleMinutes: 1 }).expect(200);
    const desktop = await ask('desktop', { jobId: 'job' }).expect<Lease>(201);
    const { id } = await ask('laptop', { jobId: 'job', borrowUntil: inDays(3) }).expect<Lease>(201);
    await ann.post(`/api/v1/leases/${id}/renew`, { idleSeconds: 3600 }).expect(200);
    await install(1);
    // The desktop was granted its seat first, but its session can end.
    await ann.post(`/api/v1/leases/${desktop.id}/renew`).expect(410);
    expect(await ann.post(`/api/v1/leases/${id}/renew`).expect(200)).toMatchObject({ borrowedUntil: inDays(3) });
    expect(await ann.delete('/api/v1/leases?jobId=job').expect(200)).toEqual({ released: 0 });
    expect(await seats()).toMatchObject({ subscribed: 1, borrowed: 1, available: 0 });
    await install(3);
  });

  it('gets no time for an outage of the server, for its token gets none', async () => {
    await freshOrganization();
    const { id, borrowedUntil } = await borrow('laptop', 2);
    await later(2 - 10 / 1440);
    await server.sql(`UPDATE installation SET alive_at = clock_timestamp() - interval '5 minutes'`);
    await ask('desktop').expect(201);
    const [row] = await server.sql<{ at: Date }>('SELECT expires_at AS at FROM lease WHERE id = $1', [id]);
    expect(row?.at.toISOString()).toBe(borrowedUntil);
  });
});

describe('The return of a borrowed seat', () => {
  it('frees it at once with its token, which is no longer good', async () => {
    await freshOrganization();
    await policy({ borrowKeepSeats: 2 }).expect(200);
    const { id, token } = await borrow('laptop', 5);
    expect(await codeOf(ask('other', { borrowUntil: inDays(1) }), 409)).toBe('borrow-seats-kept');
    await release(id, { token }).expect(204);
    expect(await seats()).toMatchObject({ online: 0, borrowed: 0, held: 0, available: 3 });
    expect(await ann.post(`/api/v1/leases/${id}/renew`, { token }).expect(410)).toMatchObject({
      ...{ code: 'lease-ended', reason: 'returned' },
      message: expect.stringContaining('its token is no longer good'),
    });
    await release(id, { token }).expect(204);
    await borrow('other', 1);
  });

  it('without the token keeps it taken until the date, and says so; the token frees it even then', async () => {
    await freshOrganization();
    const { id, token } = await borrow('laptop', 5);
    const date = inDays(5);
    // Also near the end, where another token that lives on would be let go.
    for (let asked = 1; asked <= 2; asked++) {
      expect(await release(id).expect(200)).toMatchObject({
        borrowedUntil: date,
        message: expect.stringContaining('stays taken until'),
      });
    }
    expect(await seats()).toMatchObject({ online: 0, borrowed: 1, held: 1, heldUntil: date, available: 2 });
    // Neither does another session of the same machine get it.
    for (const machine of ['a', 'b']) await ask(machine).expect(201);
    expect(await codeOf(ask('laptop', { sessionId: 'again' }), 409)).toBe('seats-exhausted');
    await release(id, { token }).expect(204);
    expect(await seats()).toMatchObject({ borrowed: 0, held: 0, available: 1 });
    const { content } = await root
      .get(`${path()}/audit-events?action=borrowed-seat.returned`)
      .expect<{ content: object[] }>(200);
    expect(content).toMatchObject([{ targetId: id, actor: 'ann@acme.test' }]);
  });

  it('takes the newest token: an older one of a seat that was borrowed for longer since does not do', async () => {
    await freshOrganization();
    const plain = await ask('laptop').expect<Lease>(201);
    const older = await ask('laptop', { borrowUntil: inDays(1) }).expect<Lease>(200);
    const newest = await ask('laptop', { borrowUntil: inDays(3) }).expect<Lease>(200);
    for (const { token } of [plain, older]) {
      expect(await release(newest.id, { token }).expect(200)).toMatchObject({ borrowedUntil: inDays(3) });
    }
    expect(await seats()).toMatchObject({ borrowed: 1 });
    await release(newest.id, { token: newest.token }).expect(204);
    expect(await seats()).toMatchObject({ borrowed: 0, available: 3 });
  });

  it('wakes a session that waits', async () => {
    await freshOrganization();
    const { id, token } = await borrow('laptop', 5);
    for (const machine of ['a', 'b']) await ask(machine).expect(201);
    await release(id).expect(200);
    const waiting = ask('c', { waitSeconds: 60 });
    await until(async () => (await waiters()) === 1, 10, 'the session to wait');
    await release(id, { token }).expect(204);
    await waiting.expect(201);
  });

  it('is for its holder alone', async () => {
    await freshOrganization();
    const { id, token } = await borrow('laptop', 5);
    await release(id, { token }, root).expect(204);
    expect(await seats()).toMatchObject({ borrowed: 1, available: 2 });
  });
});

describe('When the laptop is lost', () => {
  it('the end by an administrator, or by its holder, keeps the seat taken, and says so', async () => {
    await freshOrganization();
    const first = await borrow('first', 2);
    const second = await borrow('second', 3);
    const third = await borrow('third', 4);
    const ended = { message: expect.stringContaining('stays taken until') };
    const one = root.delete(`${path()}/online-licenses/${first.id}`);
    expect(await one.expect(200)).toMatchObject({ ...ended, borrowedUntil: first.borrowedUntil });
    const several = root.post(`${path()}/online-licenses/terminate`, { leaseIds: [second.id] });
    expect(await several.expect(200)).toEqual([
      { leaseId: second.id, error: null, borrowedUntil: second.borrowedUntil },
    ]);
    const own = ann.delete(`/api/v1/users/me/leases/${third.id}`);
    expect(await own.expect(200)).toMatchObject({ ...ended, borrowedUntil: third.borrowedUntil });
    expect(await seats()).toMatchObject({ online: 0, borrowed: 3, held: 3, available: 0 });
    expect(await codeOf(ask('new'), 409)).toBe('seats-exhausted');
    await later(2.01);
    expect(await seats()).toMatchObject({ borrowed: 2, available: 1 });
  });

  it('its seat stays taken when its holder leaves the organization, and when the organization goes', async () => {
    await freshOrganization();
    await borrow('laptop', 5);
    expect(await codeOf(root.delete(path()), 409)).toBe('seats-in-use');
    await root.delete(`${path()}/members/${await userId(server, 'ann@acme.test')}`).expect(204);
    expect(await seats()).toMatchObject({ borrowed: 1, available: 2 });
    await root.delete(path()).expect(204);
    await newOrganization();
    expect(await seats()).toMatchObject({ subscribed: 2, available: 2 });
  });
});

describe('Borrowing', () => {
  it('is off until the policy allows it, within the license', async () => {
    await freshOrganization();
    await policy({ borrowMaxDays: 0 }).expect(200);
    const refusal = await ask('laptop', { borrowUntil: inDays(1) }).expect<{ message: string; code: string }>(403);
    expect(refusal).toMatchObject({ code: 'borrow-not-allowed' });
    expect(refusal.message).toContain('license policy');
    expect(await policy({ borrowMaxDays: 31 }).expect(400)).toMatchObject({ code: 'policy-beyond-license', bound: 30 });
    await policy({ borrowMaxDays: 30 }).expect(200);
    await borrow('laptop', 30);
  });

  it('is offered until the end of the policy, of the bound in the license, or of the license, whichever comes first', async () => {
    await freshOrganization();
    const offered = async (): Promise<number> => Date.parse((await seats()).borrowableUntil ?? '') - start;
    const day = 86_400_000;
    const moment = 5 * 60_000;
    expect(Math.abs((await offered()) - (ahead + 7) * day)).toBeLessThan(moment);
    await policy({ borrowMaxDays: 30 }).expect(200);
    expect(Math.abs((await offered()) - (ahead + 30) * day)).toBeLessThan(moment);
    const { borrowableUntil } = await seats();
    expect(await ask('laptop', { borrowUntil: borrowableUntil }).expect(201)).toMatchObject({
      borrowedUntil: new Date(Math.floor(Date.parse(borrowableUntil!) / 1000) * 1000).toISOString(),
    });
    const validUntil = inDays(20);
    const ending = await issue(specification([floating(3), perUser], { validUntil, graceDays: 0 }));
    await root.post('/api/v1/licenses', { license: ending }).expect(201);
    expect((await seats()).borrowableUntil).toBe(new Date(validUntil).toISOString());
    await install(3);
    await policy({ borrowMaxDays: 0 }).expect(200);
    expect((await seats()).borrowableUntil).toBeNull();
  });

  it.each([
    ['after the days of the policy', () => inDays(7.1), 403, 'borrow-too-long'],
    ['far beyond every bound', () => '9999-12-31T00:00:00Z', 403, 'borrow-too-long'],
    ['in the past', () => inDays(-1), 400, 'invalid-request'],
    ['that is no time', () => 'tomorrow', 400, 'invalid-request'],
    ['without a zone', () => '2099-01-01T00:00:00', 400, 'invalid-request'],
  ])('is refused until a time %s', async (_, until, status, code) => {
    if (!organizationId) await newOrganization();
    await policy({ borrowMaxDays: 7, borrowKeepSeats: 0 }).expect(200);
    const machine = `refused ${code}`;
    expect(await codeOf(ask(machine, { borrowUntil: until() }), status)).toBe(code);
    const { content } = await root
      .get(`${path()}/online-licenses?search=${machine}`)
      .expect<{ content: object[] }>(200);
    expect(content).toEqual([]);
  });

  it('is refused for a machine id that many machines have', async () => {
    await freshOrganization();
    const shared = { machineId: '382b0f5185773fa0f67a8ed8056c7759', borrowUntil: inDays(1) };
    expect(await ask('any', shared).status()).toBe(400);
  });

  it('never goes below the seats that the policy keeps, whoever asks at once', async () => {
    await freshOrganization();
    await policy({ borrowKeepSeats: 1 }).expect(200);
    const machines = Array.from({ length: 8 }, (_, index) => `laptop-${index}`);
    const statuses = await Promise.all(machines.map((each) => ask(each, { borrowUntil: inDays(1) }).status()));
    expect(statuses.filter((status) => status === 201)).toHaveLength(2);
    await ask('desktop').expect(201);
  });

  it('leaves no seat taken when the client goes before it has the token', async () => {
    await freshOrganization();
    const held = await Promise.all(['a', 'b', 'c'].map((each) => ask(each).expect<Lease>(201)));
    const gone = new AbortController();
    const body = JSON.stringify(request('laptop', { borrowUntil: inDays(3), waitSeconds: 60 }));
    const headers = { ...ann.credentials, 'content-type': 'application/json' };
    const waiting = fetch(`${server.url}/api/v1/leases`, { method: 'POST', headers, body, signal: gone.signal });
    await until(async () => (await waiters()) === 1, 10, 'the session to wait');
    gone.abort();
    await expect(waiting).rejects.toThrow();
    for (const { id } of held) await release(id).expect(204);
    await until(async () => (await waiters()) === 0, 10, 'the session to leave the queue');
    expect(await seats()).toMatchObject({ borrowed: 0, held: 0, available: 3 });
  });

  it("takes a user's own seat along, which no other machine gets then", async () => {
    await freshOrganization();
    const holder = await userId(server, 'ann@acme.test');
    await root.post(`${path()}/licensed-users`, { userId: holder, product: 'KSE', model: 'per-user' }).expect(204);
    const lease = await borrow('laptop', 3);
    for (const machine of ['a', 'b', 'c']) await ask(machine).expect(201);
    await release(lease.id).expect(200);
    expect(await codeOf(ask('d'), 409)).toBe('seats-exhausted');
  });
});
