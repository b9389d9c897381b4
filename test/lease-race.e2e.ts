import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type Answer, type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, gui, issue, member, readyServer, type ReadyServer, specification } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
afterEach(() => server.close());

/** Whoever asks keeps the right to, however the clock is stepped. */
async function keyOf(api: Api): Promise<Api> {
  const scopes = ['seats', 'read', 'write', 'server'];
  const { key } = await api.post('/api/v1/users/me/api-keys', { name: 'Key', scopes }).expect<{ key: string }>(201);
  return server.api.withBearer(key);
}

function take(api: Api, machineId: string, more: object = {}): Answer {
  const seat = { organizationId: server.organizationId, product: 'KSE', machineId, sessionId: `s-${machineId}` };
  return api.post('/api/v1/leases', { ...seat, ...more });
}

/** Holds a lock as a slow transaction would, until it is let go. */
async function hold(text: string, values: unknown[] = []): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(text, values);
  return () => client.end();
}

/** Resolves when so many statements wait for a lock, or the answers are there without. */
async function untilBlocked(count: number, ...answers: Answer[]): Promise<void> {
  let done = 0;
  for (const answer of answers) void answer.status().finally(() => done++);
  const blocked = async (): Promise<boolean> => {
    const [row] = await server.sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row!.count >= count || (answers.length > 0 && done === answers.length);
  };
  await until(blocked, 60, `${count} statements that wait for a lock`);
}

/** Sessions that hold a seat. */
async function online(): Promise<number> {
  const path = `/api/v1/organizations/${server.organizationId}/online-licenses`;
  return (await server.root.get(path).expect<{ totalElements: number }>(200)).totalElements;
}

describe('A renewal that is under way when its lease runs out', () => {
  /** A lease whose renewal hangs in the database from before its end until after it. */
  async function lateRenewal(): Promise<{ api: Api; renewal: Answer; letGo: () => Promise<void> }> {
    const api = await keyOf(server.root);
    server.root = api;
    const { id } = await take(api, 'first').expect<{ id: string }>(201);
    await server.later({ minutes: 14 });
    const letGo = await hold('SELECT FROM lease WHERE id = $1 FOR UPDATE', [id]);
    const renewal = api.post(`/api/v1/leases/${id}/renew`);
    await untilBlocked(1);
    await server.later({ minutes: 1, seconds: 1 });
    return { api, renewal, letGo };
  }

  it('does not let a user’s own seat be used on two machines', async () => {
    server = await readyServer([{ product: 'KSE', model: 'per-user', quantity: 5, features: [gui] }]);
    const { id } = await server.root.get('/api/v1/users/me').expect<{ id: string }>(200);
    const seat = { userId: Number(id), product: 'KSE', model: 'per-user' };
    await server.root.post(`/api/v1/organizations/${server.organizationId}/licensed-users`, seat).status();
    const { api, renewal, letGo } = await lateRenewal();
    const elsewhere = take(api, 'second');
    await untilBlocked(2, elsewhere);
    await letGo();
    expect([await renewal.status(), await elsewhere.status()]).toEqual([200, 409]);
    expect(await online()).toBe(1);
  });

  it('does not share its seat with an offline license', async () => {
    server = await readyServer([{ product: 'KSE', model: 'floating', quantity: 1, features: [gui], offline: true }]);
    const { api, renewal, letGo } = await lateRenewal();
    const offline = api.post(`/api/v1/organizations/${server.organizationId}/offline-licenses`, {
      product: 'KSE',
      machineId: machineIdOf('second'),
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    await untilBlocked(2, offline);
    await letGo();
    expect([await renewal.status(), await offline.status()]).toEqual([200, 409]);
    expect(await online()).toBe(1);
  });
});

describe('A machine that is deactivated', () => {
  it('while it checks out does not keep a seat that the next machine is given', async () => {
    server = await readyServer([{ product: 'KSE', model: 'node-locked', quantity: 1, features: [gui] }]);
    const { id } = await take(server.root, 'first').expect<{ id: string }>(201);
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    const letGo = await hold('SELECT FROM membership FOR UPDATE');
    const again = take(server.root, 'first');
    await untilBlocked(1);
    const query = new URLSearchParams({ machineKey: 'first', package: 'KSE' }).toString();
    const deactivation = server.root.delete(`/api/v1/machine?${query}`);
    await untilBlocked(2, deactivation);
    await letGo();
    await again.expect(201);
    await deactivation.expect(204);
    await take(server.root, 'second').expect(201);
    expect(await online()).toBe(1);
  });
});

describe('Allocations that are changed', () => {
  it('in whatever order do not stand in the way of a check-out', async () => {
    server = await readyServer(
      ['per-user', 'node-locked', 'floating'].map((model) => ({
        product: 'KSE',
        model,
        quantity: 1,
        features: [gui],
      })),
    );
    const pools = await server.sql<{ id: number; model: string }>(
      `SELECT id, model FROM seat_pool WHERE product = 'KSE' ORDER BY id`,
    );
    expect(pools).toHaveLength(3);
    const letGo = await hold('SELECT FROM seat_pool WHERE id = $1 FOR UPDATE', [pools[1]!.id]);
    const lease = take(server.root, 'machine');
    await untilBlocked(1);
    const changes = [pools[2]!, pools[0]!].map(({ model }) => ({ product: 'KSE', model, quantity: 1 }));
    const allocation = server.root.put(`/api/v1/organizations/${server.organizationId}/allocations`, changes);
    await untilBlocked(2, allocation);
    await letGo();
    expect([await lease.status(), await allocation.status()]).toEqual([201, 200]);
  });
});

describe('A license', () => {
  it('that another server installs while this one does not hear of it is known here, too', async () => {
    server = await readyServer([{ product: 'KSE', model: 'floating', quantity: 1, features: [gui] }]);
    const other = server.root.at((await server.second()).url);
    const installed = new AbortController();
    const deaf = (async () => {
      while (!installed.signal.aborted) {
        await server.sql(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'license-server notifications'`,
        );
      }
    })();
    const more = { id: 'license-2' };
    const seats = [{ product: 'KRE', model: 'floating', quantity: 1, features: [cli] }];
    await other.post('/api/v1/licenses', { license: await issue(specification(seats, more)) }).expect(201);
    installed.abort();
    await deaf;
    const features = async (): Promise<string[]> => {
      const all = await server.root.get('/api/v1/features').expect<{ key: string }[]>(200);
      return all.map(({ key }) => key).sort();
    };
    await until(async () => (await features()).includes(cli.key), 10, 'the features of the new license');
  });
});

describe('Who waits for a seat', () => {
  it('and has gone before anybody knew them does not wait', async () => {
    server = await readyServer([{ product: 'KSE', model: 'floating', quantity: 1, features: [gui] }]);
    const holder = await keyOf(server.root);
    const { id } = await take(holder, 'holder').expect<{ id: string }>(201);
    const leaver = await keyOf(await member(server, 'leaver@example.com', 'USER'));
    const letGo = await hold('LOCK TABLE api_key IN ACCESS EXCLUSIVE MODE');
    const gone = new AbortController();
    const asked = fetch(`${server.url}/api/v1/leases`, {
      method: 'POST',
      headers: { ...leaver.credentials, 'content-type': 'application/json' },
      body: JSON.stringify({
        organizationId: server.organizationId,
        product: 'KSE',
        machineId: 'leaver',
        sessionId: 's',
        waitSeconds: 300,
      }),
      signal: gone.signal,
    });
    await untilBlocked(1);
    gone.abort();
    await expect(asked).rejects.toThrow('abort');
    // The server has seen the end of that connection before it answers these.
    for (let i = 0; i < 5; i++) await server.api.get('/health/live').expect(200);
    await letGo();
    await holder.delete(`/api/v1/leases/${id}`).expect(204);
    await until(async () => (await take(holder, 'next').status()) === 201, 20, 'a seat that nobody else wants');
    expect(await server.sql(`SELECT machine_id FROM lease`)).toEqual([{ machine_id: 'next' }]);
  });
});
