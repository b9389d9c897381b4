import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { gui, member, readyServer, type ReadyServer } from './support/test-server.js';

interface Refusal {
  message: string;
  holders: { hostname: string; machineId: string }[];
  availableAt: string;
}

let server: ReadyServer;
let tester: Api;

beforeAll(async () => {
  server = await readyServer([
    { product: 'KSE', model: 'floating', quantity: 2, features: [gui] },
    { product: 'KRE', model: 'floating', quantity: 2000, features: [gui] },
  ]);
  tester = await member(server, 'tester@example.com', 'USER');
});
afterAll(() => server.close());

const take = (api: Api, machineId: string, product = 'KSE') =>
  api.post('/api/v1/leases', {
    organizationId: server.organizationId,
    product,
    machineId,
    hostname: machineId,
    sessionId: machineId,
  });

const namesAfter = async (machineId: string): Promise<string[]> =>
  (await take(tester, machineId).expect<Refusal>(409)).holders.map(({ hostname }) => hostname);

/** All Runtime Engine seats, held by agents; the last agent has held its seat the longest. */
async function fillPool(): Promise<void> {
  await server.sql(
    `INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, hostname, session_id, started_at, renewed_at, expires_at)
       SELECT p.id, p.organization_id, p.product, u.id, 'agent-' || n, 'agent-' || n, 'agent-' || n,
              now() - n * interval '1 second', now(), now() + interval '1 hour' + n * interval '1 second'
         FROM seat_pool p, user_account u, generate_series(1, 2000) AS n
        WHERE p.product = 'KRE' AND p.model = 'floating' AND u.email = 'tester@example.com'`,
  );
  await server.sql(
    `UPDATE seat_pool SET in_use = 2000, earliest_expiry = now() + interval '1 hour' WHERE product = 'KRE' AND model = 'floating'`,
  );
}

describe('A refusal at a full pool', () => {
  it('names the next holder as soon as a seat has changed hands, although refusals share a look at the seats', async () => {
    const { id } = await take(server.root, 'first').expect<{ id: string }>(201);
    await take(server.root, 'second').expect(201);
    expect(await namesAfter('third')).toEqual(['first', 'second']);
    await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await take(server.root, 'next').expect(201);
    expect(await namesAfter('third')).toEqual(['second', 'next']);
  });

  it('shows within a second what another server, or someone with psql, has changed', async () => {
    expect(await namesAfter('third')).toEqual(['second', 'next']);
    await server.sql(`UPDATE lease SET hostname = 'renamed' WHERE machine_id = 'second'`);
    // The look is shared for one second of the database's time.
    await server.later({ minutes: 1 });
    expect(await namesAfter('third')).toEqual(['renamed', 'next']);
  });

  it('lists the 50 who hold the seats of a large pool the longest, how many there are, and when the first can be free', async () => {
    await fillPool();
    const before = Date.now();
    const { message, holders, availableAt } = await take(tester, 'one-more', 'KRE').expect<Refusal>(409);
    expect(holders.map(({ machineId }) => machineId)).toEqual(
      Array.from({ length: 50 }, (_, index) => `agent-${2000 - index}`),
    );
    expect(message).toContain('and 1990 more');
    expect(Date.parse(availableAt) - before).toBeGreaterThan(50 * 60_000);
    expect(Date.parse(availableAt) - before).toBeLessThanOrEqual(61 * 60_000);
  });
});
