import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseProxy } from './support/network/database-proxy.js';
import { until } from './support/until.js';
import { emptyDatabase, type ReadyServer, readyServer, usualSeats } from './support/test-server.js';

let server: ReadyServer;
let proxy: DatabaseProxy;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await emptyDatabase();
  drop = database.drop;
  const through = await DatabaseProxy.before(database.url);
  proxy = through.proxy;
  server = await readyServer(usualSeats, {}, { DATABASE_URL: through.url });
});
afterAll(async () => {
  await server.close();
  await proxy.close();
  await drop();
});

const take = () =>
  server.root.post('/api/v1/leases', {
    organizationId: server.organizationId,
    product: 'KSE',
    machineId: 'machine',
    sessionId: 'session',
  });

describe('When the network drops the packets between server and database', () => {
  it('the server notices in five seconds, says 503 with Retry-After, and goes on when they pass again', async () => {
    await take().expect(201);
    proxy.fallSilent();
    const began = performance.now();
    const answer = take();
    await answer.refused(503);
    // TCP would give up after a quarter of an hour; five seconds are promised, the rest is for a machine that is busy.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(Number((await answer.headers()).get('retry-after'))).toBeGreaterThan(0);
    const away = async (): Promise<boolean> =>
      (await server.api.get('/health/ready').expect<{ database: string }>(200)).database === 'away';
    await until(away, 30, 'a server that misses its database');

    proxy.speakAgain();
    await until(async () => (await take().status()) < 300, 30, 'the database');
    await take().expect(200);
  });
});
