import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api } from './support/api.js';
import { DatabaseProxy } from './support/network/database-proxy.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, emptyDatabase, gui, member, readyServer, type ReadyServer, userId } from './support/test-server.js';

// What one client waits for when it comes alone: each round trip wakes two processes, which costs more than most statements.

let database: { url: string; drop: () => Promise<void> };
let proxy: DatabaseProxy;
let server: ReadyServer;
let user: Api;
let path: string;

beforeAll(async () => {
  database = await emptyDatabase();
  const through = await DatabaseProxy.before(database.url);
  proxy = through.proxy;
  server = await readyServer(
    [
      { product: 'KRE', model: 'floating', quantity: 20, features: [cli] },
      { product: 'KSE', model: 'node-locked', quantity: 20, features: [gui] },
      { product: 'KSE', model: 'per-user', quantity: 20, features: [gui] },
    ],
    {},
    { DATABASE_URL: through.url },
  );
  path = `/api/v1/organizations/${server.organizationId}`;
  user = await member(server, 'user@example.com', 'USER');
});
afterAll(async () => {
  await server.close();
  await proxy.close();
  await database.drop();
});

interface Lease {
  id: string;
  model: string;
}

const seat = (product: string, machine: string) => ({
  ...{ organizationId: server.organizationId, product, machineId: machineIdOf(machine), sessionId: machine },
});

async function tripsOf<T>(request: () => Promise<T>): Promise<{ answer: T; trips: number }> {
  const before = proxy.roundTrips;
  return { answer: await request(), trips: proxy.roundTrips - before };
}

/** Takes seats and gives them back. @returns the fewest round trips of a check-out: the server has other work now and then */
async function tripsOfCheckOut(product: string, kind: string, model: string): Promise<number> {
  const counts: number[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const body = seat(product, `${kind}-${turn}`);
    const { answer, trips } = await tripsOf(() => user.post('/api/v1/leases', body).expect<Lease>(201));
    expect(answer.model).toBe(model);
    counts.push(trips);
    await user.delete(`/api/v1/leases/${answer.id}`).expect(204);
  }
  return Math.min(...counts);
}

describe('A client that comes alone', () => {
  it('gets a floating seat in two round trips to the database', async () => {
    expect(await tripsOfCheckOut('KRE', 'floating', 'floating')).toBe(2);
  });

  it('gets a seat of its machine in three', async () => {
    expect(await tripsOfCheckOut('KSE', 'machine', 'node-locked')).toBe(3);
  });

  it('gets a reserved seat in three', async () => {
    const id = await userId(server, 'user@example.com');
    const reservations = [{ product: 'KRE', userId: id, seats: 3 }];
    await server.root.patch(`${path}/license-policy`, { reservations }).expect(200);
    expect(await tripsOfCheckOut('KRE', 'reserved', 'floating')).toBe(3);
  });

  it('gets a seat of their own in three, also where the policy assigns them', async () => {
    const id = await userId(server, 'user@example.com');
    await server.root.post(`${path}/licensed-users`, { userId: id, product: 'KSE', model: 'per-user' }).expect(204);
    expect(await tripsOfCheckOut('KSE', 'own', 'per-user')).toBe(3);
    await server.root.patch(`${path}/license-policy`, { autoAssign: true }).expect(200);
    expect(await tripsOfCheckOut('KSE', 'own-again', 'per-user')).toBe(3);
  });

  it('signs in with a password that the server has not seen in four', async () => {
    const counts: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const username = `new-${turn}@example.com`;
      await server.sql(
        `INSERT INTO user_account (email, password, created_at, verified_at)
           SELECT $1, password, now(), now() FROM user_account WHERE email = 'user@example.com'`,
        [username],
      );
      const form = { grant_type: 'password', username, password: 'user@example.com password' };
      counts.push((await tripsOf(() => server.api.token(form).expect(200))).trips);
    }
    // The account; the count; taking it back; and recording the first sign-in of a day.
    expect(Math.min(...counts)).toBe(4);
  });

  it('renews in one', async () => {
    const { id } = await user.post('/api/v1/leases', seat('KRE', 'renewed')).expect<Lease>(201);
    const counts: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      counts.push((await tripsOf(() => user.post(`/api/v1/leases/${id}/renew`).expect(200))).trips);
    }
    expect(Math.min(...counts)).toBe(1);
  });
});
