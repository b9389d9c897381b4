import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { DataFolder } from '../src/config/data-folder.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { KatalonClient } from './clients/katalon-client.js';
import { DatabaseProxy } from './support/network/database-proxy.js';
import { Api } from './support/api.js';
import { metricsOf } from './support/metrics.js';
import { ServerProcess } from './support/server-process.js';
import { gui, type ReadyServer, readyServer, rootAccount, vendor } from './support/test-server.js';
import { until } from './support/until.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-hold-'));
const metricsToken = 'prometheus-of-this-site';
const seats = [{ product: 'KSE', model: 'floating', quantity: 40, features: [gui] }];
const heldAtMost = 8;
let dataFolder: DataFolder;
let postgres: EmbeddedPostgres;
let proxy: DatabaseProxy;
let server: ReadyServer;
let databaseUrl: string;

const startDatabase = async (): Promise<void> => {
  postgres = await EmbeddedPostgres.start(dataFolder, () => undefined);
};

/** A server on a PostgreSQL of its own, which is not the server's to start and stop. */
beforeAll(async () => {
  dataFolder = await DataFolder.claim(folder);
  await startDatabase();
  const through = await DatabaseProxy.before(postgres.url);
  proxy = through.proxy;
  databaseUrl = through.url;
  server = await readyServer(
    seats,
    {},
    { DATABASE_URL: databaseUrl, METRICS_TOKEN: metricsToken, MAX_HELD_REQUESTS: String(heldAtMost) },
  );
}, 400_000);
afterAll(async () => {
  await server.close();
  await proxy.close();
  await postgres.stop();
  await dataFolder.release();
  rmSync(folder, { recursive: true, force: true });
});

function client(): KatalonClient {
  const { organizationId, url } = server;
  const { email, password } = rootAccount;
  return new KatalonClient({ serverUrl: url, package: 'KSE', email, password, organizationId });
}

const form = () => {
  const { email: username, password } = rootAccount;
  return new URLSearchParams({ grant_type: 'password', username, password });
};
const metrics = () => metricsOf(server.api.withBearer(metricsToken));
const heldNow = async () => (await metrics()).value('license_server_clients_held') ?? 0;
const ended = async (outcome: string) => (await metrics()).value('license_server_client_holds_total', { outcome }) ?? 0;
const held = (count: number) => until(async () => (await heldNow()) === count, 30, `${count} requests that wait`);
const due = (each: KatalonClient) => new Date((each.license?.renewTime ?? 0) * 1000);

/** Of all sessions, and those that have more than one. */
async function seatsTaken(): Promise<{ all: number; twice: number }> {
  const database = new pg.Client({ connectionString: postgres.url });
  await database.connect();
  const { rows } = await database.query<{ all: number; twice: number }>(
    'SELECT count(*)::int AS all, (count(*) - count(DISTINCT session_id))::int AS twice FROM lease',
  );
  await database.end();
  return rows[0]!;
}

describe('While the database is away', () => {
  it('clients that sign in, take a seat, renew or release wait for it, and none is refused', async () => {
    const before = await ended('answered');
    const running = Array.from({ length: 3 }, client);
    for (const each of running) await each.activate();
    const leaving = client();
    await leaving.activate();
    await postgres.stop();
    const starting = Array.from({ length: 3 }, client);
    const work = [
      ...starting.map((each) => each.activate()),
      ...running.map((each) => each.heartbeat(due(each))),
      leaving.release(),
    ];
    await held(work.length);
    await startDatabase();
    await Promise.all(work);
    // Signing in is what they waited with; what came after it found the database.
    expect((await ended('answered')) - before).toBeGreaterThanOrEqual(work.length);
    expect(await heldNow()).toBe(0);
    expect(await seatsTaken()).toEqual({ all: 6, twice: 0 });
    await Promise.all([...running, ...starting].map((each) => each.release()));
    expect(await seatsTaken()).toEqual({ all: 0, twice: 0 });
  }, 120_000);

  it('clients under way when it goes lose nothing, however often it does', async () => {
    const clients = Array.from({ length: 6 }, client);
    for (const each of clients) await each.activate();
    let over = false;
    let renewals = 0;
    const work = clients.map(async (each) => {
      while (!over) {
        await each.heartbeat(due(each));
        renewals++;
      }
    });
    for (let restart = 1; restart <= 3; restart++) {
      await postgres.stop();
      await startDatabase();
      const wanted = renewals + 2 * clients.length;
      await Promise.race([Promise.all(work), until(() => renewals >= wanted, 60, 'renewals')]);
    }
    over = true;
    await Promise.all(work);
    expect(await seatsTaken()).toEqual({ all: clients.length, twice: 0 });
    await Promise.all(clients.map((each) => each.release()));
  }, 240_000);

  it('a client that hangs up is not waited for', async () => {
    const before = await ended('left');
    await postgres.stop();
    const hangUp = new AbortController();
    const asked = fetch(`${server.url}/oauth/token`, { method: 'POST', body: form(), signal: hangUp.signal });
    await held(1);
    hangUp.abort();
    await expect(asked).rejects.toThrow();
    await held(0);
    expect((await ended('left')) - before).toBe(1);
    await startDatabase();
  }, 60_000);

  it('more clients than may wait are told so at once, and those who wait go on waiting', async () => {
    await postgres.stop();
    const waiting = Array.from({ length: heldAtMost }, client);
    const work = waiting.map((each) => each.activate());
    await held(heldAtMost);
    const oneMore = server.api.post('/oauth/token', {});
    expect(await oneMore.refused(503)).toBe(
      'The server cannot reach its database, and too many clients are waiting for it already. Try again in 60 seconds.',
    );
    expect((await oneMore.headers()).get('retry-after')).toBe('60');
    expect((await oneMore.expect<{ code: string }>(503)).code).toBe('too-many-held');
    await startDatabase();
    await Promise.all(work);
    await Promise.all(waiting.map((each) => each.release()));
  }, 60_000);

  it('after CLIENT_HOLD_SECONDS the client is told, and so is the balancer', async () => {
    await postgres.stop();
    const refused = client().activate();
    const told = expect(refused).rejects.toThrow(
      'The server has not reached its database for a while. Try again in 10 seconds. If it lasts, tell your administrator.',
    );
    await held(1);
    await server.api.get('/health/ready').expect(200);
    await server.later({ seconds: 56 });
    await told;
    await server.api.get('/health/ready').refused(503);
    expect(await ended('expired')).toBe(1);
    await startDatabase();
    const isBack = async () => (await server.api.get('/health/ready').status()) === 200;
    await until(isBack, 30, 'the database');
  }, 60_000);

  it('a server that is told to stop still answers those who wait, if the database is back in time', async () => {
    const waiting = client();
    await waiting.activate();
    const other = await ServerProcess.start({
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: path.join(folder, 'other'),
      SECRET_KEY_FILE: path.join(server.dataDir, 'secret.key'),
      DATABASE_URL: databaseUrl,
      SERVER_URL: 'http://licenses.test:8080',
      METRICS_TOKEN: metricsToken,
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      LOG_LEVEL: 'silent',
    });
    await postgres.stop();
    const signIn = fetch(`${other.url}/oauth/token`, { method: 'POST', body: form() });
    const api = new Api(other.url).withBearer(metricsToken);
    await until(async () => (await metricsOf(api)).value('license_server_clients_held') === 1, 30, 'who waits');
    const closed = other.tell({ close: true });
    await startDatabase();
    expect((await signIn).status).toBe(200);
    await closed;
    await waiting.release();
  }, 60_000);
});

describe('When the database goes at the very moment of the commit', () => {
  it('the seat that it has granted is found again, and no second one is taken', async () => {
    const before = proxy.cuts;
    const each = client();
    proxy.cutAfterCommitOf('INSERT INTO lease');
    await each.activate();
    expect(proxy.cuts).toBe(before + 1);
    expect(await seatsTaken()).toEqual({ all: 1, twice: 0 });
    await each.release();
  });
});
