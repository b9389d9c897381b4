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
import { freePort, until } from './support/smtp-server.js';
import { gui, issue, rootAccount, specification, vendor } from './support/test-server.js';

/** How long clients come and go: a few seconds in every run of the tests, longer with `npm run test:soak`. */
const seconds = Number(process.env.CRASH_SECONDS ?? 6);
const clients = Number(process.env.CRASH_CLIENTS ?? 60);
const seats = Math.floor(clients * 0.7);
/** Decides what everybody does. Processes keep their own time, so the same seed is the same plan, not the same history. */
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** A lease as its client knows it; times are this process's milliseconds, on one clock for all clients. */
interface Held {
  id: string;
  /** When the check-out was acknowledged: from here on it is certainly held… */
  from: number;
  /** …until its release was asked for. */
  until?: number;
  released: boolean;
  /** The newest end that the server has acknowledged. */
  expiresAt: string;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-crash-'));
let claim: DataFolder;
let postgres: EmbeddedPostgres;
let key: string;
let organizationId: number;
let servers: ServerProcess[] = [];
/** Each comes back at its own port, at which nobody else answers meanwhile. */
const ports: number[] = [];
const history: Held[] = [];
const violations: string[] = [];
const tally: Record<string, number> = {};

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

/** A client of the license server that gives up on nothing it has asked for until it knows what became of it. */
class Client {
  private run = 0;
  private lease: Held | undefined;

  constructor(
    private readonly name: string,
    private readonly random: () => number,
  ) {}

  /** Takes, renews and releases seats until it is told to stop. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const dice = this.random();
      if (!this.lease) await this.checkOut(isOver);
      else if (dice < 0.6) await this.renew(this.lease, isOver);
      else if (dice < 0.7) await this.checkOutAgain(this.lease, isOver);
      else await this.release(this.lease, isOver);
      // Real clients have something else to do, too.
      await pause(this.random() * 40);
    }
  }

  /** What it believes to hold; a server must still renew it. */
  async stillHolds(): Promise<boolean> {
    if (!this.lease) return true;
    const answer = await this.ask((api) => api.post(`/api/v1/leases/${this.lease?.id}/renew`), [200, 409, 410]);
    return answer?.status === 200 && (answer.body as { id: string }).id === this.lease.id;
  }

  private get seatRequest(): object {
    const sessionId = `${this.name}-${this.run}`;
    return { organizationId, product: 'KSE', machineId: this.name, sessionId, hostname: this.name };
  }

  private async checkOut(isOver: () => boolean): Promise<void> {
    const answer = await this.ask((api) => api.post('/api/v1/leases', this.seatRequest), [200, 201, 409], isOver);
    if (!answer || answer.status === 409) return;
    const { id, expiresAt } = answer.body as { id: string; expiresAt: string };
    this.lease = { id, from: performance.now(), released: false, expiresAt };
    history.push(this.lease);
  }

  /** Asking again is asking once. */
  private async checkOutAgain(lease: Held, isOver: () => boolean): Promise<void> {
    const answer = await this.ask((api) => api.post('/api/v1/leases', this.seatRequest), [200, 201, 409], isOver);
    if (!answer) return;
    const { id, expiresAt } = answer.body as { id: string; expiresAt: string };
    if (answer.status < 300 && id === lease.id) this.acknowledge(lease, expiresAt);
    else violations.push(`${this.name} held ${lease.id}, asked again and got ${answer.status} ${id}`);
  }

  private async renew(lease: Held, isOver: () => boolean): Promise<void> {
    const answer = await this.ask((api) => api.post(`/api/v1/leases/${lease.id}/renew`), [200, 409, 410], isOver);
    if (!answer) return;
    const { id, expiresAt } = answer.body as { id?: string; expiresAt: string };
    if (id === lease.id) this.acknowledge(lease, expiresAt);
    else violations.push(`${this.name} has lost ${lease.id}: ${JSON.stringify(answer.body)}`);
  }

  private acknowledge(lease: Held, expiresAt: string): void {
    if (expiresAt < lease.expiresAt) violations.push(`${lease.id} ends earlier after a renewal`);
    lease.expiresAt = expiresAt;
  }

  private async release(lease: Held, isOver: () => boolean): Promise<void> {
    lease.until ??= performance.now();
    this.lease = undefined;
    this.run++;
    // Even at the end: one that was asked for is asked for until it is acknowledged.
    const answer = await this.ask(
      (api) => api.delete(`/api/v1/leases/${lease.id}`),
      [204],
      () => false,
    );
    lease.released = answer?.status === 204;
    if (isOver() && !lease.released) violations.push(`${lease.id} could not be released`);
  }

  /**
   * Asks a server at random, and another one while the answer is a broken connection or "try again later".
   *
   * @returns undefined when it was over before there was an answer
   */
  private async ask(
    send: (api: Api) => ReturnType<Api['get']>,
    expected: number[],
    isOver: () => boolean = () => false,
  ): Promise<{ status: number; body: unknown } | undefined> {
    for (;;) {
      const server = servers[Math.floor(this.random() * servers.length)]!;
      const answer = send(new Api(server.url).withBearer(key));
      const status = await answer.status().catch(() => 0);
      tally[status] = (tally[status] ?? 0) + 1;
      if (expected.includes(status)) return { status, body: await answer.expect(status) };
      if (status === 503 && !(await answer.headers()).get('retry-after')) violations.push('A 503 without Retry-After');
      if (status !== 0 && status !== 503) {
        violations.push(`${status} ${JSON.stringify(await answer.expect(status))}`);
      }
      if (isOver()) return undefined;
      await pause(10 + this.random() * 40);
    }
  }
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

/** The most that were there at the same moment; one that ends at a moment makes room for one that begins then. */
function maxAtOnce(spans: { from: number; until: number }[]): number {
  const steps = spans
    .filter(({ from, until }) => until > from)
    .flatMap(({ from, until }) => [
      { at: from, change: 1 },
      { at: until, change: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const { change } of steps) most = Math.max(most, (now += change));
  return most;
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
    const all = Array.from({ length: clients }, (_, index) => new Client(`machine-${index}`, randomFrom(seed + index)));
    let over = false;
    const work = Promise.all(all.map((client) => client.work(() => over)));

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
    over = true;
    await work;
    const now = performance.now();

    const kept = await Promise.all(all.map((client) => client.stillHolds()));
    const live = await rows<{ id: string }>('SELECT id FROM lease WHERE expires_at > now()');
    const there = new Set(live.map(({ id }) => id));
    const sessions = await rows<{ from: number; until: number }>(
      // Check-outs are timed to the millisecond.
      `SELECT floor(extract(epoch FROM started_at) * 1000)::float8 AS from,
              floor(extract(epoch FROM ended_at) * 1000)::float8 AS until
         FROM (SELECT started_at, ended_at FROM ended_session UNION ALL SELECT started_at, 'infinity' FROM lease) AS session`,
    );
    const [pool] = await rows<{ in_use: number; leases: number }>(
      `SELECT in_use, (SELECT count(*)::int FROM lease l WHERE l.pool_id = p.id) AS leases
         FROM seat_pool p WHERE product = 'KSE' AND model = 'floating'`,
    );
    const found = {
      violations,
      // As the clients know it, and as the database does.
      tooMany: [
        maxAtOnce(history.map(({ from, until = now }) => ({ from, until }))) > seats,
        maxAtOnce(sessions) > seats,
        live.length > seats,
      ],
      lost: kept.filter((holds) => !holds).length,
      missing: history.filter(({ id, until: asked }) => asked === undefined && !there.has(id)),
      heldAfterRelease: history.filter(({ id, released }) => released && there.has(id)),
      miscounted: pool!.in_use - pool!.leases,
    };
    if (process.env.CRASH_TELL) console.info(`${kills} servers killed, answers by status ${JSON.stringify(tally)}`);
    try {
      expect(found).toEqual({
        violations: [],
        tooMany: [false, false, false],
        lost: 0,
        missing: [],
        heldAfterRelease: [],
        miscounted: 0,
      });
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
