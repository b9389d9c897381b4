import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KatalonClient, ServerRefusedError } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { parentCommand, Program } from './support/program.js';
import { gui, issue, rootAccount, specification, vendor } from './support/test-server.js';
import { until } from './support/until.js';

/** Restarts, and as many kills: a few in every run of the tests, more with `npm run test:soak`. */
const restarts = Number(process.env.SOAK_RESTARTS ?? 3);
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-restarts-'));
const clientCount = 5;
let program: Program;
let api: Api;
let clients: KatalonClient[];

/** Renewals since the clients began, and those that were lost: with what the client saw. */
interface Run {
  renewals: number;
  kills: number;
  lost: { error: string; refused: boolean }[];
}

beforeAll(async () => {
  const vendorKey = vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  program = new Program({ DATA_DIR: folder, VENDOR_KEYS: vendorKey }, parentCommand);
  api = await program.ready();
  const token = readFileSync(path.join(folder, 'setup-token'), 'utf8').trim();
  const headers = { 'x-setup-token': token };
  const seats = [{ product: 'KSE', model: 'floating', quantity: clientCount, features: [gui] }];
  const license = await issue(specification(seats));
  await api.post('/api/v1/setup/license', { license }, headers).expect(200);
  await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
  const root = await api.signedIn(rootAccount.email, rootAccount.password);
  const { id } = await root.post('/api/v1/organizations', { name: 'Acme' }).expect<{ id: number }>(201);
  clients = Array.from(
    { length: clientCount },
    (_, index) =>
      new KatalonClient({
        serverUrl: api.url,
        package: 'KSE',
        email: rootAccount.email,
        password: rootAccount.password,
        organizationId: id,
        sessionId: `session-${index}`,
      }),
  );
  for (const client of clients) await client.activate();
}, 240_000);

afterAll(async () => {
  await Program.endAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Clients that renew one time after the other, without a pause, until they are told to end. */
function renewing(): { run: Run; end: () => Promise<void> } {
  const run: Run = { renewals: 0, kills: 0, lost: [] };
  let over = false;
  const work = clients.map(async (client) => {
    while (!over) {
      const due = new Date((client.license?.renewTime ?? 0) * 1000);
      try {
        await client.heartbeat(due);
        run.renewals++;
      } catch (error) {
        run.lost.push({ error: String((error as Error).cause ?? error), refused: error instanceof ServerRefusedError });
        // It would never renew again. Its user starts it again, and not so soon that it takes a connection that has just died.
        await program.said('The server process has ended', run.kills);
        client.forget();
        await client.activate();
      }
    }
  });
  const end = async (): Promise<void> => {
    over = true;
    await Promise.all(work);
  };
  return { run, end };
}

/** Waits until every client has renewed again. */
async function further(run: Run): Promise<void> {
  const wanted = run.renewals + clientCount * 2;
  await until(() => run.renewals >= wanted, 60, 'renewals');
}

describe('Clients that renew', () => {
  it('lose nothing in orderly restarts, one after the other', async () => {
    const { run, end } = renewing();
    for (let restart = 1; restart <= restarts; restart++) {
      program.child.kill('SIGHUP');
      await program.said('A new server process has taken over', restart);
      await further(run);
    }
    await end();
    expect(run.lost).toEqual([]);
  }, 400_000);

  it('lose in kills only what was being handled at that instant: a cut connection, never a refusal', async () => {
    const { run, end } = renewing();
    for (let kill = 1; kill <= restarts; kill++) {
      const before = run.lost.length;
      run.kills = kill;
      process.kill(program.servers().at(-1)!, 'SIGKILL');
      await program.said('The server process has ended (SIGKILL)', kill);
      await further(run);
      // Each client had at most one request under way.
      expect(run.lost.length - before).toBeLessThanOrEqual(clientCount);
    }
    await end();
    // Each that was lost, with its cause.
    for (const { error, refused } of run.lost) {
      expect(refused).toBe(false);
      expect(error).toMatch(/ECONNRESET|EPIPE|other side closed|terminated/);
    }
    await api.get('/health/ready').expect(200);
  }, 400_000);
});
