import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get, type IncomingMessage } from 'node:http';
import { type Api } from './support/api.js';
import { readyServer, type ReadyServer } from './support/test-server.js';
import { until } from './support/until.js';

/** More than the connection to a client that reads nothing takes in. */
const sessions = 40_000;
/** As many as the server has connections to its database. */
const readers = 12;

let server: ReadyServer;
let path: string;
let owner: Api;
const responses: IncomingMessage[] = [];

/** Exports that hold a connection to the database at this moment. */
async function exporting(): Promise<number> {
  const [row] = await server.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE 'FETCH%'`,
  );
  return row!.count;
}

/** Asks for the export, and reads nothing of it. */
function stall(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(`${server.url}${path}.csv`, { headers: owner.credentials, agent: false }, (response) => {
      response.on('error', () => undefined);
      responses.push(response);
      resolve(response);
    });
    request.on('error', reject);
  });
}

beforeAll(async () => {
  server = await readyServer();
  path = `/api/v1/organizations/${server.organizationId}/utilization`;
  const { key } = await server.root
    .post('/api/v1/users/me/api-keys', { name: 'Key', scopes: ['read'] })
    .expect<{ key: string }>(201);
  owner = server.api.withBearer(key);
  await server.sql(
    `INSERT INTO ended_session (lease_id, organization_id, product, model, machine_id, session_id, started_at, ended_at)
       SELECT gen_random_uuid(), $1, 'KSE', 'floating', repeat('m', 250), repeat('s', 250), now() - interval '1 hour', now()
         FROM generate_series(1, $2::int)`,
    [server.organizationId, sessions],
  );
});
afterAll(async () => {
  for (const response of responses) response.destroy();
  await server.close();
});

describe('Whoever exports the utilization and reads nothing of it', () => {
  it('takes the database from nobody, and is cut off after a while', async () => {
    const stalled = await Promise.all(Array.from({ length: readers }, stall));
    await until(async () => (await exporting()) >= 4, 30, 'exports that wait for their readers');
    const others = Array.from({ length: readers }, () => owner.get(`${path}?size=1`).status());
    expect(new Set(await Promise.all(others))).toEqual(new Set([200]));
    for (const response of stalled.slice(1)) response.destroy();
    // Those that have hung up let others export.
    const csv = await owner.get(`${path}.csv`).expect<string>(200);
    expect(csv.trim().split('\r\n')).toHaveLength(sessions + 1);
    await until(async () => (await exporting()) === 1, 30, 'the end of those that have hung up');
    await server.later({ minutes: 2 });
    await until(async () => (await exporting()) === 0, 30, 'the end of the export that nobody reads');
    // What is there of it does not look whole.
    const [last] = stalled as [IncomingMessage];
    await new Promise((resolve) => last.once('close', resolve).resume());
    expect(last.complete).toBe(false);
  });
});
