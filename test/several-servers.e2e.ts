import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Api } from './support/api.js';
import { Balancer } from './support/network/balancer.js';
import { Program } from './support/program.js';
import { freePort } from './support/network/free-port.js';
import { type ReadyServer, member, readyServer, vendor } from './support/test-server.js';
import { until } from './support/until.js';

const seats = [{ product: 'KSE', model: 'floating', quantity: 20, features: [{ key: 'katalon_gui', name: 'Studio' }] }];
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-several-'));

/** Sets the installation up, and is one of its servers. */
let server: ReadyServer;
/** Three more, in processes that are stopped and started as a service manager does it. */
const settings: Record<string, string>[] = [];
const programs: Program[] = [];
let balancer: Balancer | undefined;

async function start(index: number): Promise<void> {
  const program = new Program(settings[index]!);
  programs[index] = program;
  await program.ready();
}

beforeAll(async () => {
  server = await readyServer(seats);
  for (const index of [0, 1, 2]) {
    settings.push({
      PORT: String(await freePort()),
      DATA_DIR: path.join(folder, String(index)),
      DATABASE_URL: server.databaseUrl,
      SECRET_KEY_FILE: path.join(server.dataDir, 'secret.key'),
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      DRAIN_SECONDS: '4',
    });
  }
  await Promise.all([0, 1, 2].map(start));
  balancer = await Balancer.over(settings.map(({ PORT }) => `http://127.0.0.1:${PORT}`));
  await until(() => balancer?.healthyServers === 3, 60, 'three healthy servers');
}, 400_000);
afterAll(async () => {
  await balancer?.close();
  await Program.endAll();
  await server.close();
  rmSync(folder, { recursive: true });
}, 60_000);

const each = (api: Api): Api[] => settings.map(({ PORT }) => api.at(`http://127.0.0.1:${PORT}`));

describe('Three servers on one database, behind any balancer', () => {
  it('know the same sessions, and forget them together', async () => {
    await member(server, 'tester@example.com', 'USER');
    const browser = await server.api.browser('tester@example.com', 'tester@example.com password');
    for (const api of each(browser)) await api.get('/api/v1/users/me').expect(200);
    await each(browser)[1]!.post('/api/v1/auth/sign-out').expect(204);
    for (const api of each(browser)) {
      await until(async () => (await api.get('/api/v1/users/me').status()) === 401, 20, 'the end of the session');
    }
  });

  it('never give a seat twice, and a lease of one is renewed and released at another', async () => {
    const [a, b, c] = each(server.root) as [Api, Api, Api];
    const ask = (api: Api, machineId: string) =>
      api.post('/api/v1/leases', { organizationId: server.organizationId, product: 'KSE', machineId, sessionId: 's' });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => ask([a, b, c][index % 3]!, `machine-${index}`)).map(async (answer) => ({
        status: await answer.status(),
        id: (await answer.expect<{ id: string }>(await answer.status())).id,
      })),
    );
    const granted = answers.filter(({ status }) => status === 201);
    expect([granted.length, answers.filter(({ status }) => status === 409).length]).toEqual([20, 40]);
    for (const { id } of granted) await b.post(`/api/v1/leases/${id}/renew`).expect(200);
    for (const { id } of granted) await c.delete(`/api/v1/leases/${id}`).expect(204);
    await ask(a, 'next').expect(201);
  });

  it('slow down whoever guesses passwords, though each guess goes to another', async () => {
    const apis = each(server.api);
    const statuses: number[] = [];
    for (let i = 0; i < 9; i++) {
      const guess = { email: 'guessed@example.com', password: `guess ${i}` };
      statuses.push(await apis[i % 3]!.post('/api/v1/auth/sign-in', guess).status());
    }
    expect(statuses).toContain(429);
  });

  it('are restarted one after the other without losing a request', async () => {
    const front = server.root.at(balancer!.url);
    const lost: string[] = [];
    let answered = 0;
    let over = false;
    const worker = async (name: string): Promise<void> => {
      const body = { organizationId: server.organizationId, product: 'KSE', machineId: name, sessionId: name };
      while (!over) {
        try {
          const taken = front.post('/api/v1/leases', body);
          // The first time it is new.
          const { id } = await taken.expect<{ id: string }>((await taken.status()) === 201 ? 201 : 200);
          await front.post(`/api/v1/leases/${id}/renew`).expect(200);
          await front.get('/api/v1/users/me').expect(200);
          answered += 3;
        } catch (error) {
          lost.push(`${(error as Error).message} ${String((error as Error).cause)}`);
        }
      }
    };
    const workers = Array.from({ length: 6 }, (_, index) => worker(`worker-${index}`));
    for (const index of [0, 1, 2]) {
      expect(await programs[index]!.end('SIGTERM')).toBe(0);
      const before = answered;
      await start(index);
      await until(() => balancer?.healthyServers === 3, 60, 'the server to be healthy again');
      // The others have gone on meanwhile.
      expect(answered).toBeGreaterThan(before);
    }
    over = true;
    await Promise.all(workers);
    expect(lost).toEqual([]);
  }, 400_000);

  it('are not ready while they drain, answer all the same, and ask for another connection', async () => {
    const [first] = programs as [Program];
    const [api] = each(server.root) as [Api];
    const ended = first.end('SIGTERM');
    await until(async () => (await api.get('/health/ready').status()) === 503, 5, 'the end of its readiness');
    const answer = api.get('/api/v1/users/me');
    await answer.expect(200);
    expect((await answer.headers()).get('connection')).toBe('close');
    await api.get('/health/live').expect(200);
    expect(await ended).toBe(0);
    await expect(fetch(api.url)).rejects.toThrow();
  });
});
