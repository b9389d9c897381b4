import { afterEach, describe, expect, it } from '@jest/globals';
import { KatalonClient, type ClientOptions } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, gui, member, readyServer, type ReadyServer, rootAccount, userId } from './support/test-server.js';

let server: ReadyServer;
let path: string;
let apiKey: string;
afterEach(() => server.close());

const seats = (product: 'KSE' | 'KRE', quantity: number, model = 'floating') => ({
  ...{ product, model, quantity },
  features: [product === 'KSE' ? gui : cli],
});

async function withSeats(...entitlements: object[]): Promise<void> {
  server = await readyServer(entitlements);
  path = `/api/v1/organizations/${server.organizationId}`;
  ({ key: apiKey } = await server.root.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201));
}

const machineKey = machineIdOf('workplace');
/** Of machines whose id could not be read. */
const sharedKey = '382b0f5185773fa0f67a8ed8056c7759';

/** Each is another start of Studio, with a session id of its own. */
const studio = (options: Partial<ClientOptions> = {}) =>
  new KatalonClient({ serverUrl: server.url, package: 'KSE', ...rootAccount, machineKey, ...options });
const engine = (options: Partial<ClientOptions> = {}) =>
  new KatalonClient({ serverUrl: server.url, package: 'ENGINE', apiKey, machineKey, ...options });

async function started(client: KatalonClient): Promise<KatalonClient> {
  await client.activate();
  return client;
}

const online = async (): Promise<{ sessionId: string; model: string }[]> =>
  (await server.root.get(`${path}/online-licenses`).expect<{ content: { sessionId: string; model: string }[] }>(200))
    .content;
const sessions = async (): Promise<string[]> => (await online()).map(({ sessionId }) => sessionId);
/** What the client is told when its renewal is due: that its license has ended, and why; null: it goes on. */
async function renewed(client: KatalonClient): Promise<string | null> {
  const look = await client.heartbeat(new Date(client.license!.renewTime * 1000));
  expect(['told', 'renewed']).toContain(look);
  return look === 'told' ? (client.endedMessage ?? '') : null;
}

describe('Studio that starts again on its machine', () => {
  it('takes one seat however often it crashes, and leaves the others to colleagues', async () => {
    await withSeats(seats('KSE', 2));
    await member(server, 'ann@example.com', 'USER');
    let last = await started(studio());
    for (let crash = 0; crash < 7; crash++) last = await started(studio());
    expect(await sessions()).toEqual([last.sessionId]);
    const ends = await server.sql('SELECT DISTINCT end_reason FROM ended_session');
    expect(ends).toEqual([{ end_reason: 'replaced' }]);
    const ann = { email: 'ann@example.com', password: 'ann@example.com password' };
    await started(studio(ann));
    await expect(studio({ ...ann, machineKey: machineIdOf('other') }).activate()).rejects.toThrow('All 2 ');
  });

  it('ends the Studio that still runs there, and that one goes on when the newer one is closed', async () => {
    await withSeats(seats('KSE', 3));
    const first = await started(studio());
    const second = await started(studio());
    for (let asks = 0; asks < 3; asks++) {
      expect(await renewed(first)).toMatch(/^Katalon Studio was started again on this machine with your account/);
      expect(await renewed(second)).toBeNull();
      expect(await sessions()).toEqual([second.sessionId]);
      await server.later({ seconds: 61 });
    }
    expect(await server.sql('SELECT code FROM denial')).toEqual([{ code: 'session-replaced' }]);
    await second.release();
    expect(await renewed(first)).toBeNull();
    expect(await sessions()).toEqual([first.sessionId]);
  });

  it('also ends one that slept through its lease', async () => {
    await withSeats(seats('KSE', 3));
    const first = await started(studio());
    await server.later({ minutes: 20 });
    const second = await started(studio());
    expect(await renewed(first)).toMatch(/started again on this machine/);
    expect(await sessions()).toEqual([second.sessionId]);
  });

  it.each(['per-user', 'node-locked'])('goes on with its %s seat', async (model) => {
    await withSeats(seats('KSE', 1, model), seats('KSE', 2));
    if (model === 'per-user') {
      const id = await userId(server, rootAccount.email);
      await server.root.post(`${path}/licensed-users`, { userId: id, product: 'KSE', model }).expect(204);
    }
    await started(studio());
    const second = await started(studio());
    expect(await online()).toMatchObject([{ sessionId: second.sessionId, model }]);
  });

  it('keeps its seat when what is left is reserved for others', async () => {
    await withSeats(seats('KSE', 2));
    await member(server, 'ann@example.com', 'USER');
    await started(studio());
    const reservations = [{ product: 'KSE', seats: 1, userId: await userId(server, 'ann@example.com') }];
    await server.root.patch(`${path}/license-policy`, { reservations }).expect(200);
    const second = await started(studio());
    expect(await sessions()).toEqual([second.sessionId]);
  });

  it('takes no seat of another person, another machine, or a native program', async () => {
    await withSeats(seats('KSE', 5));
    await member(server, 'ann@example.com', 'USER');
    await started(studio());
    await started(studio({ email: 'ann@example.com', password: 'ann@example.com password' }));
    await started(studio({ machineKey: machineIdOf('laptop') }));
    const native = { organizationId: server.organizationId, product: 'KSE', machineId: machineIdOf('tool') };
    await server.root.post('/api/v1/leases', { ...native, sessionId: 'native' }).expect(201);
    await started(studio({ machineKey: machineIdOf('tool') }));
    expect(await sessions()).toHaveLength(5);
  });

  it('is another machine where the id could not be read and the host names differ', async () => {
    await withSeats(seats('KSE', 3));
    const first = await started(studio({ machineKey: sharedKey, hostname: 'pod-1' }));
    await started(studio({ machineKey: sharedKey, hostname: 'pod-2' }));
    expect(await sessions()).toHaveLength(2);
    await started(studio({ machineKey: sharedKey, hostname: 'pod-1' }));
    expect(await sessions()).toHaveLength(2);
    expect(await sessions()).not.toContain(first.sessionId);
  });

  it('many times at once has one seat, and each of the others hears that it is over', async () => {
    await withSeats(seats('KSE', 5));
    const clients = await Promise.all(Array.from({ length: 8 }, () => started(studio())));
    const winner = await sessions();
    expect(winner).toHaveLength(1);
    const goOn: string[] = [];
    for (const client of clients) if ((await renewed(client)) === null) goOn.push(client.sessionId);
    expect(goOn).toEqual(winner);
    expect(await sessions()).toEqual(winner);
  });
});

describe('Runtime Engine that starts again', () => {
  it('runs several times on one machine while seats are free', async () => {
    await withSeats(seats('KRE', 3));
    for (let run = 0; run < 3; run++) await started(engine());
    expect(await sessions()).toHaveLength(3);
  });

  it('gets the seat of a session of the same host that has missed its renewal, and no other', async () => {
    await withSeats(seats('KRE', 2));
    await started(engine({ hostname: 'agent-1' }));
    await started(engine({ hostname: 'agent-2' }));
    await server.later({ minutes: 12, seconds: 50 });
    await expect(engine({ hostname: 'agent-1' }).activate()).rejects.toThrow('All 2 ');
    await server.later({ seconds: 15 });
    // A clone has the machine id of its image, and nobody knows that it died.
    await expect(engine({ hostname: 'agent-3' }).activate()).rejects.toThrow('All 2 ');
    await expect(engine({ machineKey: machineIdOf('other'), hostname: 'agent-1' }).activate()).rejects.toThrow(
      'All 2 ',
    );
    const again = await started(engine({ hostname: 'agent-1' }));
    expect(await sessions()).toContain(again.sessionId);
    expect(await sessions()).toHaveLength(2);
  });

  it('as a native program gets back the seat of its own job only', async () => {
    await withSeats(seats('KRE', 1));
    const ci: Api = server.api.withBearer(apiKey);
    const lease = (sessionId: string, jobId: string) =>
      ci.post('/api/v1/leases', {
        organizationId: server.organizationId,
        product: 'KRE',
        machineId: machineKey,
        ...{ sessionId, jobId },
      });
    await lease('a', 'job-1').expect(201);
    await server.later({ minutes: 14 });
    expect(await lease('b', 'job-2').expect(409)).toMatchObject({ code: 'seats-exhausted' });
    await lease('c', 'job-1').expect(201);
    expect(await sessions()).toEqual(['c']);
  });
});
