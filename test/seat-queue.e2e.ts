import { afterEach, describe, expect, it } from '@jest/globals';
import { type Answer, type Api } from './support/api.js';
import { cli, readyServer, type ReadyServer } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
afterEach(() => server.close());

interface Lease {
  id: string;
  expiresAt: string;
}

const seats = (quantity: number) =>
  readyServer([
    { product: 'KRE', model: 'floating', quantity, features: [cli], offline: true, maxOveragePercent: 100 },
  ]);

function lease(api: Api, machineId: string, more: object = {}): Answer {
  const seat = { organizationId: server.organizationId, product: 'KRE', machineId, sessionId: `s-${machineId}` };
  return api.post('/api/v1/leases', { ...seat, ...more });
}

const take = (api: Api, machineId: string) => lease(api, machineId).expect<Lease>(201);
const release = (api: Api, { id }: Lease) => api.delete(`/api/v1/leases/${id}`).expect(204);

/** Resolves when so many wait. */
async function untilWaiting(count: number): Promise<void> {
  const waiting = async (): Promise<boolean> => {
    const [row] = await server.sql<{ count: number }>('SELECT count(*)::int AS count FROM seat_waiter');
    return row?.count === count;
  };
  await until(waiting, 40, `${count} to wait`);
}

/** A key that stays good however the clock is stepped, at this server and at others. */
async function withKey(): Promise<Api> {
  const { key } = await server.root
    .post('/api/v1/users/me/api-keys', { name: 'CI', scopes: ['seats', 'read', 'write', 'server'] })
    .expect<{ key: string }>(201);
  return server.api.withBearer(key);
}

describe('Who waits for a seat', () => {
  it('is served in the order of arrival, on whichever server, and nobody overtakes', async () => {
    server = await seats(1);
    const here = await withKey();
    const there = here.at((await server.second()).url);
    let held = await take(here, 'holder');
    const served: string[] = [];
    const waiting: Promise<Lease>[] = [];
    for (const [index, api] of [here, there, there, here].entries()) {
      const answer = lease(api, `waiter-${index}`, { waitSeconds: 120 }).expect<Lease>(201);
      waiting.push(
        answer.then((granted) => {
          served.push(`waiter-${index}`);
          return granted;
        }),
      );
      await untilWaiting(index + 1);
    }
    for (const next of waiting) {
      const refused = lease(there, 'newcomer');
      expect(await refused.expect(409)).toMatchObject({ code: 'seats-exhausted' });
      await release(served.length % 2 ? there : here, held);
      held = await next;
    }
    expect(served).toEqual(['waiter-0', 'waiter-1', 'waiter-2', 'waiter-3']);
    await untilWaiting(0);
    await release(here, held);
    await release(here, await take(here, 'newcomer'));
  });

  it('gets the seat of a client that died when its lease expires, without any sweep', async () => {
    server = await seats(1);
    const api = await withKey();
    await take(api, 'dead');
    const waiting = lease(api, 'waiter', { waitSeconds: 120 }).expect<Lease>(201);
    await untilWaiting(1);
    await server.later({ minutes: 15, seconds: 1 });
    await waiting;
    const ends = await server.sql(`SELECT end_reason FROM ended_session`);
    expect(ends).toEqual([{ end_reason: 'expired' }]);
  });

  it('is refused like everybody else when the time is over, and is in nobody’s way then', async () => {
    server = await seats(1);
    const api = await withKey();
    const held = await take(api, 'holder');
    const refused = lease(api, 'waiter', { waitSeconds: 1 });
    expect(await refused.refused(409)).toContain('The only Katalon Runtime Engine seat of Acme is in use');
    expect(Number((await refused.headers()).get('retry-after'))).toBeGreaterThan(0);
    expect(await server.sql('SELECT code FROM denial')).toEqual([{ code: 'seats-exhausted' }]);
    await untilWaiting(0);
    await release(api, held);
    await take(api, 'next');
  });

  it('leaves the queue with its connection', async () => {
    server = await seats(1);
    const api = await withKey();
    const held = await take(api, 'holder');
    const gone = new AbortController();
    const { key } = await server.root.post('/api/v1/users/me/api-keys', { name: 'Other' }).expect<{ key: string }>(201);
    const leaver = fetch(`${server.url}/api/v1/leases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        organizationId: server.organizationId,
        product: 'KRE',
        machineId: 'leaver',
        sessionId: 's',
        waitSeconds: 300,
      }),
      signal: gone.signal,
    });
    await untilWaiting(1);
    const next = lease(api, 'next', { waitSeconds: 120 }).expect<Lease>(201);
    await untilWaiting(2);
    gone.abort();
    await expect(leaver).rejects.toThrow('abort');
    await untilWaiting(1);
    await release(api, held);
    await next;
    expect(await server.sql('SELECT machine_id FROM lease')).toEqual([{ machine_id: 'next' }]);
  });

  it('on a server that was killed keeps nobody waiting', async () => {
    server = await seats(1);
    const api = await withKey();
    const there = api.at((await server.second()).url);
    const held = await take(there, 'holder');
    const lost = lease(api, 'lost', { waitSeconds: 300 }).status();
    await untilWaiting(1);
    const waiting = lease(there, 'waiter', { waitSeconds: 120 }).expect<Lease>(201);
    await untilWaiting(2);
    await Promise.all([expect(lost).rejects.toThrow(), server.crash()]);
    await release(there, held);
    await waiting;
  });

  it('gets a seat that the administrators add', async () => {
    server = await seats(1);
    const api = await withKey();
    const allocate = (quantity: number | null) =>
      api.put(`/api/v1/organizations/${server.organizationId}/allocations`, [
        { product: 'KRE', model: 'floating', quantity },
      ]);
    await allocate(0).expect(200);
    expect(await lease(api, 'm-1', { waitSeconds: 300 }).expect(403)).toMatchObject({ code: 'not-licensed' });
    await allocate(1).expect(200);
    await take(api, 'holder');
    const waiting = lease(api, 'waiter', { waitSeconds: 120 }).expect<Lease>(201);
    await untilWaiting(1);
    await api
      .patch(`/api/v1/organizations/${server.organizationId}/license-policy`, { overQuotaPercent: 100 })
      .expect(200);
    await waiting;
  });
});

describe('When no server was at work', () => {
  /** As if everything that the database knows were so much longer ago: the clock went on while the server was down. */
  const awayFor = (minutes: number) =>
    server.sql(
      `WITH gone AS (SELECT $1 * interval '1 minute' AS away),
            leases AS (UPDATE lease SET started_at = started_at - away, renewed_at = renewed_at - away,
                                        expires_at = expires_at - away FROM gone),
            pools AS (UPDATE seat_pool SET earliest_expiry = earliest_expiry - away FROM gone)
       UPDATE installation SET alive_at = alive_at - away FROM gone`,
      [minutes],
    );

  it('the leases have got that time again, and no seat is given twice', async () => {
    server = await seats(2);
    const key = await withKey();
    const living = await take(key, 'living');
    const dead = await take(key, 'dead');
    // This one had run out before.
    await server.sql(`UPDATE lease SET expires_at = clock_timestamp() - interval '10 minutes' WHERE id = $1`, [
      dead.id,
    ]);
    await server.sql(`UPDATE seat_pool SET earliest_expiry = '-infinity'`);
    await server.stop();
    await awayFor(60);
    const api = key.at((await server.crash()).url);
    const next = await take(api, 'next');
    expect(await lease(api, 'one-more').expect(409)).toMatchObject({ code: 'seats-exhausted' });
    const renewed = await api.post(`/api/v1/leases/${living.id}/renew`).expect<Lease>(200);
    expect(renewed.id).toBe(living.id);
    expect(await api.post(`/api/v1/leases/${dead.id}/renew`).expect(409)).toMatchObject({ code: 'seats-exhausted' });
    await release(api, next);
    const events = await server.sql<{ details: { seconds: number; leases: number } }>(
      `SELECT details FROM audit_event WHERE action = 'lease.outage-credited'`,
    );
    expect(events).toHaveLength(1);
    expect(events[0]!.details.leases).toBe(1);
    expect(events[0]!.details.seconds).toBeGreaterThanOrEqual(3600);
  });

  it('for a moment only, the leases run out as ever', async () => {
    server = await seats(1);
    const key = await withKey();
    const dead = await take(key, 'dead');
    await server.stop();
    // Two seconds, in which the lease ran out; a slow start has to be one of less than half a minute, too.
    await server.sql(
      `WITH gone AS (UPDATE installation SET alive_at = clock_timestamp() - interval '2 seconds'),
            pool AS (UPDATE seat_pool SET earliest_expiry = '-infinity')
       UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'`,
    );
    const api = key.at((await server.crash()).url);
    const next = await take(api, 'next');
    expect(await api.post(`/api/v1/leases/${dead.id}/renew`).expect(409)).toMatchObject({ code: 'seats-exhausted' });
    await release(api, next);
    expect(await server.sql(`SELECT FROM audit_event WHERE action = 'lease.outage-credited'`)).toEqual([]);
  });

  it('also the first check-out after the database was away counts nobody out', async () => {
    server = await seats(1);
    const api = await withKey();
    const living = await take(api, 'living');
    await awayFor(20);
    expect(await lease(api, 'next').expect(409)).toMatchObject({ code: 'seats-exhausted' });
    await api.post(`/api/v1/leases/${living.id}/renew`).expect(200);
  });
});
