import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DataFolder } from '../src/config/data-folder.js';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { Api } from './support/api.js';
import { randomFrom } from './support/random.js';
import { ServerProcess } from './support/server-process.js';
import { freePort } from './support/network/free-port.js';
import { nothingWrong, RestlessClients } from './support/restless-clients.js';
import { gui, issue, rootAccount, specification, vendor } from './support/test-server.js';
import { until } from './support/until.js';

/** How long clients come and go: a few seconds in every run of the tests, longer with `npm run test:soak`. */
const seconds = Number(process.env.CRASH_SECONDS ?? 6);
const clients = Number(process.env.CRASH_CLIENTS ?? 60);
const seats = Math.floor(clients * 0.7);
/** Decides what everybody does. Processes keep their own time, so the same seed is the same plan, not the same history. */
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 32));

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-crash-'));
let claim: DataFolder;
let postgres: EmbeddedPostgres;
let key: string;
let organizationId: number;
let servers: ServerProcess[] = [];
/** Each comes back at its own port, at which nobody else answers meanwhile. */
const ports: number[] = [];

function settingsOf(index: number): Record<string, string> {
  return {
    PORT: String(ports[index]),
    HOST: '127.0.0.1',
    DATA_DIR: path.join(folder, `server-${index}`),
    SECRET_KEY_FILE: path.join(folder, 'secret.key'),
    DATABASE_URL: postgres.url,
    VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    LOG_LEVEL: process.env.TEST_LOG ?? 'silent',
  };
}

/** `kill -9`, and up again; PostgreSQL may be down at that moment, so it may take more than one try. */
async function crashServer(index: number): Promise<void> {
  await servers[index]!.kill();
  for (;;) {
    const started = await ServerProcess.start(settingsOf(index)).catch(() => undefined);
    if (started) {
      servers[index] = started;
      return;
    }
  }
}

/** PostgreSQL dies without a word to anybody, and recovers from its log. */
async function crashPostgres(): Promise<void> {
  const pid = Number(readFileSync(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  process.kill(pid, 'SIGQUIT');
  postgres = await EmbeddedPostgres.start(claim, () => undefined, { max_connections: '200' });
}

async function rows<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  for (let index = 0; index < 4; index++) ports.push(await freePort());
  claim = await DataFolder.claim(folder);
  postgres = await EmbeddedPostgres.start(claim, () => undefined, { max_connections: '200' });
  servers = [await ServerProcess.start(settingsOf(0))];
  const api = new Api(servers[0]!.url);
  const setup = { 'x-setup-token': servers[0]!.setupToken ?? '' };
  const license = await issue(specification([{ product: 'KSE', model: 'floating', quantity: seats, features: [gui] }]));
  await api.post('/api/v1/setup/license', { license }, setup).expect(200);
  await api.post('/api/v1/setup/account', rootAccount, setup).expect(200);
  const root = await api.signedIn(rootAccount.email, rootAccount.password);
  ({ id: organizationId } = await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201));
  ({ key } = await root.post('/api/v1/users/me/api-keys', { name: 'Key' }).expect<{ key: string }>(201));
  servers.push(...(await Promise.all([1, 2, 3].map((index) => ServerProcess.start(settingsOf(index))))));
}, 300_000);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await postgres.stop();
  await claim.release();
  rmSync(folder, { recursive: true, force: true });
});

describe('Servers that are killed, and a PostgreSQL that crashes', () => {
  it('give no seat twice, keep no released one, and lose none', async () => {
    const random = randomFrom(seed);
    const site = { urls: () => servers.map(({ url }) => url), key, organizationId };
    const work = new RestlessClients(site, clients, seed);
    work.start();

    const end = performance.now() + seconds * 1000;
    let kills = 0;
    const killAgainAndAgain = async (index: number): Promise<void> => {
      do {
        await pause(random() * 1000);
        await crashServer(index);
        kills++;
      } while (performance.now() < end);
    };
    const survivor = 3;
    await Promise.all([
      ...[0, 1, 2].map(killAgainAndAgain),
      pause(seconds * (200 + random() * 400)).then(crashPostgres),
    ]);
    // The one that was never killed has found its way back to the database by itself.
    const back = new Api(servers[survivor]!.url);
    await until(async () => (await back.get('/health/ready').status()) === 200, 60, 'a server that finds its database');
    await work.stop();

    const found = await work.findings(rows, seats);
    const { history, tally } = work;
    if (process.env.CRASH_TELL) console.info(`${kills} servers killed, answers by status ${JSON.stringify(tally)}`);
    try {
      expect(found).toEqual(nothingWrong);
      // There was something to go wrong: seats changed hands, some were refused, some answers never came.
      expect(history.length).toBeGreaterThan(clients);
      expect(tally[409]).toBeGreaterThan(0);
      expect(tally[0]).toBeGreaterThan(0);
    } catch (error) {
      console.error(`CRASH_SEED=${seed}, ${kills} servers killed, answers by status ${JSON.stringify(tally)}`);
      throw error;
    }
  }, 300_000);
});
