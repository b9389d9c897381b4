import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { KatalonClient } from './clients/katalon-client.js';
import { type Answer, type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, gui, member, readyServer, type ReadyServer, userId } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
let path: string;
let user: Api;
let other: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 2, features: [gui] },
    { product: 'KSE', model: 'per-user', quantity: 2, features: [gui] },
    { product: 'KRE', model: 'floating', quantity: 3, machineQuota: 2, features: [cli], offline: true },
  ]);
  path = `/api/v1/organizations/${server.organizationId}`;
  user = await member(server, 'user@example.com', 'USER');
  other = await member(server, 'other@example.com', 'USER');
});
afterAll(() => server.close());

interface Lease {
  id: string;
  token: string;
  model: string;
  expiresAt: string;
  renewAt: string;
  serverTime: string;
  warning: string | null;
  clockOffsetSeconds: number | null;
}

interface Refusal {
  code: string;
  message: string;
  availableAt: string | null;
  holders: object[];
}

function lease(api: Api, product: string, machineId: string, more: object = {}): Answer {
  const seat = { organizationId: server.organizationId, product, machineId, sessionId: `s-${machineId}` };
  return api.post('/api/v1/leases', { ...seat, ...more });
}

const take = (api: Api, product: string, machineId: string, more: object = {}) =>
  lease(api, product, machineId, more).expect<Lease>(201);
const release = (api: Api, ...leases: { id: string }[]) =>
  Promise.all(leases.map(({ id }) => api.delete(`/api/v1/leases/${id}`).expect(204)));
const renew = (api: Api, { id }: { id: string }, body?: object) => api.post(`/api/v1/leases/${id}/renew`, body);
const policy = (change: object) => server.root.patch(`${path}/license-policy`, change);
const codeOf = async (answer: Answer, status: number): Promise<string> => (await answer.expect<Refusal>(status)).code;
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('The machine quota', () => {
  it('limits the machines that may be registered, until an administrator removes one', async () => {
    const first = await take(user, 'KRE', 'agent-1');
    const second = await take(user, 'KRE', 'agent-2');
    const refused = lease(user, 'KRE', 'agent-3');
    expect(await codeOf(refused, 409)).toBe('machine-quota-reached');
    expect(await refused.refused(409)).toContain('on 2 machines');
    expect((await refused.headers()).get('retry-after')).toBeNull();
    // A machine that is registered may run more sessions.
    const third = await take(user, 'KRE', 'agent-2', { sessionId: 'another' });
    const licenses = await server.root.get(`${path}/licenses`).expect<{ product: string; machineQuota: number }[]>(200);
    expect(licenses.find((each) => each.product === 'KRE')).toMatchObject({ machineQuota: 2, machines: 2 });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    await release(user, third);
    await server.root
      .post(`${path}/offline-licenses`, { product: 'KRE', machineId: machineIdOf('agent-4'), expiresAt })
      .refused(409);

    await server.root.delete(`${path}/machines/agent-1`).expect(204);
    expect(await renew(user, first).refused(410)).toMatch(/an administrator \(root@example.com\) removed this machine/);
    const next = await take(user, 'KRE', 'agent-3');
    await server.root.post(`${path}/machines/agent-3/transfer`, { to: 'agent-2' }).refused(409);
    await server.root.post(`${path}/machines/agent-3/transfer`, { to: '*' }).refused(400);
    await server.root.post(`${path}/machines/agent-3/transfer`, { to: 'agent-5' }).expect(204);
    expect(await renew(user, next).refused(410)).toContain('transferred');
    expect(await codeOf(lease(user, 'KRE', 'agent-3'), 409)).toBe('machine-quota-reached');
    await release(user, second, await take(user, 'KRE', 'agent-5'));
    for (const machine of ['agent-2', 'agent-5']) await server.root.delete(`${path}/machines/${machine}`).expect(204);
  });
});

describe('A container', () => {
  it('with a fingerprint is one machine, whatever its machine id is', async () => {
    const first = await take(user, 'KRE', 'container-1', { fingerprint: 'pod-7' });
    const again = await take(user, 'KRE', 'container-2', { fingerprint: 'pod-7' });
    const machines = await server.root.get(`${path}/machines`).expect<{ content: { machineId: string }[] }>(200);
    expect(machines.content.map(({ machineId }) => machineId)).toEqual(['pod-7']);
    expect(await lease(user, 'KRE', 'container-3', { fingerprint: '*' }).refused(400)).toContain('stands for many');
    await server.root.delete(`${path}/online-licenses/${again.id}?deny=true`).expect(204);
    expect(await renew(user, first).refused(410)).toContain('no longer allows this machine');
    expect(await codeOf(lease(user, 'KRE', 'container-3', { fingerprint: 'pod-7' }), 403)).toBe('machine-denied');
    await policy({ deniedMachines: [] }).expect(200);
    await server.root.delete(`${path}/machines/pod-7`).expect(204);
  });
});

describe('A CI job', () => {
  it('gives back all its seats at once, from any step', async () => {
    await take(user, 'KRE', 'ci', { sessionId: 'step-1', jobId: 'job-1' });
    await take(user, 'KRE', 'ci', { sessionId: 'step-2', jobId: 'job-1' });
    const kept = await take(user, 'KRE', 'ci', { sessionId: 'step-1b', jobId: 'job-2' });
    const online = await server.root
      .get(`${path}/online-licenses?jobId=job-1&sort=jobId`)
      .expect<{ content: object[]; totalElements: number }>(200);
    expect(online).toMatchObject({ totalElements: 2, content: [{ jobId: 'job-1' }, {}] });
    expect(await other.delete('/api/v1/leases?jobId=job-1').expect(200)).toEqual({ released: 0 });
    const inOrganization = `jobId=job-1&organizationId=${server.organizationId}`;
    expect(await user.delete(`/api/v1/leases?${inOrganization}`).expect(200)).toEqual({ released: 2 });
    expect(await user.delete('/api/v1/leases?jobId=job-1').expect(200)).toEqual({ released: 0 });
    await user.delete('/api/v1/leases').refused(400);
    await renew(user, kept).expect(200);
    await release(user, kept);
    await server.root.delete(`${path}/machines/ci`).expect(204);
  });

  it('is that of whoever asked last for the session', async () => {
    await take(user, 'KRE', 'ci', { sessionId: 'step-1' });
    await lease(user, 'KRE', 'ci', { sessionId: 'step-1', jobId: 'job-3' }).expect(200);
    await lease(user, 'KRE', 'ci', { sessionId: 'step-1' }).expect(200);
    expect(await user.delete('/api/v1/leases?jobId=job-3').expect(200)).toEqual({ released: 1 });
    await server.root.delete(`${path}/machines/ci`).expect(204);
  });
});

describe('The token of a lease', () => {
  it('proves at renewal and release which lease is meant, and is renewed with it', async () => {
    const mine = await take(user, 'KSE', 'm-1');
    const later = await take(user, 'KSE', 'm-2');
    expect(Number(claimsOf(later.token).fence)).toBeGreaterThan(Number(claimsOf(mine.token).fence));
    await server.later({ minutes: 1 });
    const renewed = await renew(user, mine, { token: mine.token }).expect<Lease>(200);
    expect(claimsOf(renewed.token)).toMatchObject({
      ...claimsOf(mine.token),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(Number(claimsOf(renewed.token).exp)).toBeGreaterThan(Number(claimsOf(mine.token).exp));
    // The older one still says which lease it is.
    await renew(user, mine, { token: mine.token }).expect(200);
    expect((await renew(user, mine).expect<Lease>(200)).token).toBeNull();
    await release(user, mine, later);
  });

  it('that is forged, of another lease or no token at all is refused', async () => {
    const mine = await take(user, 'KSE', 'm-1');
    const theirs = await take(other, 'KSE', 'm-2');
    const [header, , signature] = mine.token.split('.');
    const claims = Buffer.from(JSON.stringify({ ...claimsOf(mine.token), fence: 1 })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const forged of [`${header}.${claims}.${signature}`, `${none}.${claims}.`, 'x', '..', 'a.b.c', '🦄']) {
      expect(await codeOf(renew(user, mine, { token: forged }), 400)).toBe('invalid-lease-token');
    }
    for (const wrong of ['', 1, {}, [mine.token], 'x'.repeat(5000)])
      await renew(user, mine, { token: wrong }).refused(400);
    expect(await codeOf(renew(user, mine, { token: theirs.token }), 403)).toBe('foreign-lease-token');
    const releaseWith = (token: string) =>
      user.request('DELETE', `/api/v1/leases/${mine.id}`, undefined, { 'lease-token': token });
    expect(await codeOf(releaseWith(theirs.token), 403)).toBe('foreign-lease-token');
    expect(await codeOf(releaseWith('forged'), 400)).toBe('invalid-lease-token');
    // A token that was stolen is no use to another user.
    await renew(other, mine, { token: mine.token }).refused(410);
    await other.request('DELETE', `/api/v1/leases/${mine.id}`, { token: mine.token }, {}).expect(204);
    await renew(user, mine).expect(200);
    await user.request('DELETE', `/api/v1/leases/${mine.id}`, { token: mine.token }, {}).expect(204);
    await renew(user, mine, { token: mine.token }).refused(410);
    await release(other, theirs);
  });
});

describe('A session that somebody has ended', () => {
  it('is told by whom at its next renewal', async () => {
    const mine = await take(user, 'KSE', 'm-1');
    await server.root.delete(`${path}/online-licenses/${mine.id}?deny=maybe`).refused(400);
    await server.root.delete(`${path}/online-licenses/${mine.id}`).expect(204);
    const refused = renew(user, mine);
    expect(await refused.refused(410)).toMatch(
      /^Your session was ended by an administrator \(root@example\.com\) at .* UTC/,
    );
    expect(await refused.expect(410)).toMatchObject({ code: 'lease-ended', reason: 'terminated' });
    expect(await renew(other, mine).refused(410)).not.toContain('root@example.com');
    // Without a rule the client just asks again.
    await release(user, await take(user, 'KSE', 'm-1'));
  });

  it('gets no other seat on a machine that was denied with it', async () => {
    const mine = await take(user, 'KSE', 'm-1');
    const beside = await take(user, 'KSE', 'm-1', { sessionId: 'beside' });
    await server.root.delete(`${path}/online-licenses/${mine.id}?deny=true`).expect(204);
    expect(await renew(user, mine).refused(410)).toContain('ended by an administrator');
    expect(await renew(user, beside).refused(410)).toContain('no longer allows this machine');
    const refused = lease(user, 'KSE', 'm-1');
    expect(await codeOf(refused, 403)).toBe('machine-denied');
    expect(await refused.refused(403)).toMatch(
      /ended by an administrator \(root@example\.com\).*does not allow this machine/,
    );
    expect((await refused.headers()).get('retry-after')).toBeNull();
    expect(await server.root.get(`${path}/license-policy`).expect(200)).toMatchObject({ deniedMachines: ['m-1'] });
    await policy({ deniedMachines: [] }).expect(200);
  });

  it('gets none on a machine that is being denied while it asks', async () => {
    const administrator = new pg.Client({ connectionString: server.databaseUrl });
    await administrator.connect();
    await administrator.query('BEGIN');
    await administrator.query('SELECT FROM seat_pool WHERE organization_id = $1 FOR UPDATE', [server.organizationId]);
    await administrator.query(`UPDATE organization SET denied_machines = '{racing-*}' WHERE id = $1`, [
      server.organizationId,
    ]);
    const asked = lease(user, 'KSE', 'racing-1');
    const answered = asked.status();
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => (await server.sql(waiting)).length > 0, 30, 'the check-out to wait for the rule');
    await administrator.query('COMMIT');
    await administrator.end();
    expect(await answered).toBe(403);
    expect(await codeOf(asked, 403)).toBe('machine-denied');
    await policy({ deniedMachines: [] }).expect(200);
  });

  it('is told in Studio too, when it must compete again and there is no seat', async () => {
    const options = { serverUrl: server.url, package: 'KSE' as const, email: 'user@example.com' };
    const client = new KatalonClient({ ...options, password: 'user@example.com password', hostname: 'DESK' });
    await client.activate();
    const [online] = (await server.root.get(`${path}/online-licenses`).expect<{ content: { id: string }[] }>(200))
      .content;
    await server.root.delete(`${path}/online-licenses/${online!.id}`).expect(204);
    const others = [await take(other, 'KSE', 'o-1'), await take(other, 'KSE', 'o-2')];
    // The only answer that stops a client: a license that has ended.
    expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('told');
    expect(client.endedMessage).toMatch(
      /^Your session was ended by an administrator \(root@example\.com\) at .* UTC\. All 2 Katalon Studio Enterprise seats/,
    );
    await release(other, ...others);
  });
});

describe('One’s own sessions', () => {
  it('are listed, and those forgotten on another machine can be ended', async () => {
    const forgotten = await take(user, 'KSE', 'office', { hostname: 'OFFICE' });
    const list = () => user.get('/api/v1/users/me/leases?search=office').expect<{ content: object[] }>(200);
    expect((await list()).content).toMatchObject([
      { id: forgotten.id, hostname: 'OFFICE', organizationId: server.organizationId },
    ]);
    expect((await other.get('/api/v1/users/me/leases').expect<{ content: object[] }>(200)).content).toEqual([]);
    await other.delete(`/api/v1/users/me/leases/${forgotten.id}`).refused(404);
    await user.delete(`/api/v1/users/me/leases/${forgotten.id}`).expect(204);
    await user.delete(`/api/v1/users/me/leases/${forgotten.id}`).refused(404);
    expect(await renew(user, forgotten).refused(410)).toContain('you ended it yourself');
    expect((await list()).content).toEqual([]);
  });
});

describe('The policy', () => {
  it('says after which share of the lease its renewal is due', async () => {
    await policy({ leaseMinutes: 10, renewalShare: 0.5 }).expect(200);
    const mine = await take(user, 'KSE', 'm-1');
    expect(Date.parse(mine.expiresAt) - Date.parse(mine.renewAt)).toBe(300_000);
    const renewed = await renew(user, mine).expect<Lease>(200);
    expect(Date.parse(renewed.expiresAt) - Date.parse(renewed.renewAt)).toBe(300_000);
    await policy({ leaseMinutes: 15, renewalShare: 1 / 3 }).expect(200);
    await release(user, mine);
  });

  it('with a shorter lease time takes nothing from leases that there are, and frees a dead client’s seat in time', async () => {
    await policy({ leaseMinutes: 60 }).expect(200);
    const [first, dead] = [await take(user, 'KSE', 'm-1'), await take(user, 'KSE', 'm-2')];
    await policy({ leaseMinutes: 1 }).expect(200);
    // A client that never hears of its renewal still holds what it was given.
    expect(await renew(user, first).expect<Lease>(200)).toMatchObject({ expiresAt: first.expiresAt });
    await release(user, dead, first);
    const short = [await take(user, 'KSE', 'm-1'), await take(user, 'KSE', 'm-2')];
    await server.later({ minutes: 2 });
    await release(other, await take(other, 'KSE', 'o-1'));
    for (const each of short) await user.delete(`/api/v1/leases/${each.id}`).expect(204);
    await policy({ leaseMinutes: 15 }).expect(200);
  });

  it('ends sessions that say they are idle for too long', async () => {
    const mine = await take(user, 'KSE', 'm-1');
    await renew(user, mine, { idleSeconds: 100_000 }).expect(200);
    await policy({ idleMinutes: 30 }).expect(200);
    await renew(user, mine, { idleSeconds: 1799 }).expect(200);
    await renew(other, mine, { idleSeconds: 1800 }).refused(410);
    const refused = renew(user, mine, { idleSeconds: 1800 });
    expect(await refused.refused(410)).toContain('idle for too long');
    expect(await refused.expect(410)).toMatchObject({ reason: 'idle' });
    for (const wrong of [-1, '1', 1.5, 1e30]) await renew(user, mine, { idleSeconds: wrong }).refused(400);
    const reported = await take(user, 'KSE', 'm-1');
    const report = { organizationId: server.organizationId, machineId: 'm-1', sessionId: 's-m-1' };
    for (const idle of ['x', {}, 1799])
      await user.post('/api/v1/tracking', { ...report, idleSeconds: idle }).expect(204);
    await renew(user, reported).expect(200);
    await user.post('/api/v1/tracking', { ...report, idleSeconds: 1e300 }).expect(204);
    expect(await renew(user, reported).refused(410)).toContain('idle for too long');
    await policy({ idleMinutes: 0 }).expect(200);
  });

  it('ends the sessions on machines that it denies', async () => {
    const mine = await take(user, 'KSE', 'laptop-7');
    const kept = await take(user, 'KSE', 'desk-7');
    await policy({ deniedMachines: ['LAPTOP-*'] }).expect(200);
    expect(await renew(user, mine).refused(410)).toContain('no longer allows this machine');
    await renew(user, kept).expect(200);
    await policy({ deniedMachines: [] }).expect(200);
    await release(user, kept);
  });

  it('keeps seats for a user, or for a team', async () => {
    const id = await userId(server, 'user@example.com');
    await policy({ reservations: [{ product: 'KSE', seats: 1, userId: id }] }).expect(200);
    const common = await take(other, 'KSE', 'o-1');
    const refused = lease(other, 'KSE', 'o-2');
    expect(await codeOf(refused, 409)).toBe('reserved-for-others');
    expect(await refused.refused(409)).toMatch(/are reserved for others.*other@example\.com on o-1/);
    const own = await take(user, 'KSE', 'm-1');
    expect(await codeOf(lease(user, 'KSE', 'm-2'), 409)).toBe('seats-exhausted');
    await release(user, own);

    const team = await server.root.post(`${path}/teams`, { name: 'Night shift' }).expect<{ id: number }>(201);
    await server.root
      .put(`${path}/teams/${team.id}/members/${await userId(server, 'other@example.com')}`, { role: 'USER' })
      .expect(200);
    await policy({ reservations: [{ product: 'KSE', seats: 2, teamId: team.id }] }).expect(200);
    expect(await codeOf(lease(user, 'KSE', 'm-1'), 409)).toBe('reserved-for-others');
    await release(other, common, await take(other, 'KSE', 'o-2'));
    await server.root.delete(`${path}/teams/${team.id}`).expect(204);
    expect(await server.root.get(`${path}/license-policy`).expect(200)).toMatchObject({ reservations: [] });
    await release(user, await take(user, 'KSE', 'm-1'));
  });

  it.each([
    { renewalShare: 0.05 },
    { renewalShare: 'half' },
    { clientRenewalShare: 0.95 },
    { idleMinutes: -1 },
    { reservations: {} },
    { reservations: [1] },
    { reservations: [{ product: 'KSE', seats: 1 }] },
    { reservations: [{ product: 'KSE', seats: 1, userId: 1, teamId: 1 }] },
    { reservations: [{ product: 'KSE', seats: 3, userId: 1 }] },
    { reservations: [{ product: 'KSE', seats: 0, userId: 1 }] },
    { reservations: [{ product: 'KSE', seats: 1, userId: 999_999 }] },
    { reservations: [{ product: 'KSE', seats: 1, teamId: 999_999 }] },
    { reservations: [{ product: 'KSE', seats: 1, userId: 1, surplus: 1 }] },
    {
      reservations: [
        { product: 'KSE', seats: 1, userId: 1 },
        { product: 'KSE', seats: 1, userId: 1 },
      ],
    },
  ])('is not %j', async (change) => {
    await policy(change).refused(400);
  });
});

describe('A per-user seat', () => {
  it('passes from one user to another in one step', async () => {
    const [from, to] = [await userId(server, 'user@example.com'), await userId(server, 'other@example.com')];
    await server.root.post(`${path}/licensed-users`, { userId: from, product: 'KSE' }).expect(204);
    const mine = await take(user, 'KSE', 'm-1');
    expect(mine.model).toBe('per-user');
    const transfer = (id: number, body: object) => server.root.post(`${path}/licensed-users/${id}/transfer`, body);
    await transfer(from, { to: 999_999, product: 'KSE' }).refused(404);
    await renew(user, mine).expect(200);
    await transfer(from, { to: from, product: 'KSE' }).refused(409);
    await transfer(from, { to, product: 'KSE' }).expect(204);
    await transfer(from, { to, product: 'KSE' }).refused(409);
    expect(await renew(user, mine).refused(410)).toContain('took your seat back');
    const theirs = await take(other, 'KSE', 'o-1');
    expect(theirs.model).toBe('per-user');
    await release(other, theirs);
    await server.root.delete(`${path}/licensed-users/${to}?product=KSE`).expect(204);
  });
});

describe('A per-user seat that has gone to another machine', () => {
  it('does not come back to the first one, whose lease has run out', async () => {
    const id = await userId(server, 'user@example.com');
    await server.root.post(`${path}/licensed-users`, { userId: id, product: 'KSE' }).expect(204);
    const first = await take(user, 'KSE', 'm-1');
    await server.later({ minutes: 16 });
    const second = await take(user, 'KSE', 'm-2');
    expect([first.model, second.model]).toEqual(['per-user', 'per-user']);
    // It was given away, and nothing brings it back to life: it competes like everybody else, and gets a floating seat.
    const renewed = await renew(user, first).expect<Lease>(200);
    expect(renewed.id).not.toBe(first.id);
    expect(claimsOf(renewed.token)).toMatchObject({ model: 'floating' });
    await release(user, renewed, second);
    await server.root.delete(`${path}/licensed-users/${id}?product=KSE`).expect(204);
  });
});

describe('The clock of a client', () => {
  it('decides nothing, and how far it is off is told', async () => {
    const { serverTime } = await take(user, 'KSE', 'm-1');
    const clientTime = new Date(Date.parse(serverTime) + 3 * 3_600_000).toISOString();
    const mine = await lease(user, 'KSE', 'm-1', { clientTime }).expect<Lease>(200);
    expect(Math.abs(mine.clockOffsetSeconds! - 3 * 3600)).toBeLessThan(30);
    expect(mine.warning).toContain('3 hours ahead of the license server');
    const past = await renew(user, mine, { clientTime: '1999-12-31T23:59:59Z' }).expect<Lease>(200);
    expect(past.warning).toContain('behind the license server');
    expect(await renew(user, mine).expect<Lease>(200)).toMatchObject({ clockOffsetSeconds: null, warning: null });
    for (const wrong of ['now', 5, '2027-01-31', '2027-W05-1T00:00:00Z', '2027-031T00:00:00Z', '2027-01-31T10Z'])
      await renew(user, mine, { clientTime: wrong }).refused(400);
    await release(user, mine);
  });
});

describe('Strange requests', () => {
  it('with machine ids of any Unicode are served, and 10 KB are refused', async () => {
    for (const machineId of ['机器-🦄', 'a b', '../..', "'; DROP TABLE lease; --", 'ﷺ'.repeat(80)]) {
      const mine = await take(user, 'KSE', machineId);
      await renew(user, mine).expect(200);
      await release(user, mine);
    }
    for (const machineId of ['x'.repeat(10_240), '\0', 'a\ud800', '*', '%', 'ANY', '\u202Eabc']) {
      await lease(user, 'KSE', machineId).refused(400);
      await lease(user, 'KSE', 'fine', { jobId: 'x'.repeat(10_240) }).refused(400);
      await lease(user, 'KSE', 'fine', { fingerprint: machineId }).refused(400);
    }
    for (const waitSeconds of [-1, 301, '5', 1.5]) await lease(user, 'KSE', 'fine', { waitSeconds }).refused(400);
  });

  it('of the same session from two machines are two sessions', async () => {
    const both = [
      await take(user, 'KSE', 'm-1', { sessionId: 'same' }),
      await take(user, 'KSE', 'm-2', { sessionId: 'same' }),
    ];
    expect(both[0]!.id).not.toBe(both[1]!.id);
    expect(await codeOf(lease(other, 'KSE', 'm-3', { sessionId: 'same' }), 409)).toBe('seats-exhausted');
    await release(user, ...both);
  });

  it('for a product that is not licensed, or of which the quota is 0, are told so', async () => {
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Empty' }).expect<{ id: number }>(201);
    const seatRequest = { organizationId: id, product: 'KSE', machineId: 'm-1', sessionId: 's' };
    const refused = server.root.post('/api/v1/leases', { ...seatRequest, waitSeconds: 300 });
    expect(await codeOf(refused, 403)).toBe('not-licensed');
  });
});
