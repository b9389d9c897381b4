import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { KatalonClient, type Package } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { bareEnvironment } from './support/command.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, everyScope, gui, member, readyServer, type ReadyServer } from './support/test-server.js';

interface Lease {
  id: string;
  token: string;
  expiresAt: string;
}

let server: ReadyServer;
let root: Api;
let robot: Api;
let key: string;
/** The seat that a program holds for Runtime Engine. */
let held: Lease;
/** Minutes that the server's clock is ahead. */
let ahead = 0;

const organization = (): string => `/api/v1/organizations/${server.organizationId}`;
const now = (): Date => new Date(Date.now() + ahead * 60_000);

async function later(minutes: number): Promise<void> {
  ahead += minutes;
  await server.later({ minutes });
}

const request = (more: object = {}) => ({
  ...{ organizationId: server.organizationId, product: 'KRE', machineId: 'agent-7', sessionId: 'step-1' },
  ...{ jobId: 'pipeline-1', ...more },
});
const take = (more: object = {}): Promise<Lease> => robot.post('/api/v1/leases', request(more)).expect<Lease>(201);

function engine(apiKey: string, machine = 'agent-7', name: Package = 'ENGINE'): KatalonClient {
  const options = { serverUrl: server.url, package: name, apiKey, hostname: machine, now };
  return new KatalonClient({ ...options, machineKey: machineIdOf(machine) });
}

interface Online {
  id: string;
  machineId: string;
  jobId: string | null;
}

const online = async (): Promise<Online[]> =>
  (await root.get(`${organization()}/online-licenses`).expect<{ content: Online[] }>(200)).content;
const isFree = async (): Promise<boolean> => {
  const all = await root.get(`${organization()}/licenses`).expect<{ product: string; available: number }[]>(200);
  return all.find(({ product }) => product === 'KRE')!.available === 1;
};

beforeAll(async () => {
  server = await readyServer([
    { product: 'KRE', model: 'floating', quantity: 1, features: [cli], borrowMaxDays: 7 },
    { product: 'KSE', model: 'floating', quantity: 1, features: [gui] },
  ]);
  const keyOf = async (api: Api): Promise<string> => {
    const wanted = { name: 'Key', scopes: everyScope };
    return (await api.post('/api/v1/users/me/api-keys', wanted).expect<{ key: string }>(201)).key;
  };
  root = server.api.withBearer(await keyOf(server.root));
  key = await keyOf(await member(server, 'robot@example.com', 'USER'));
  robot = server.api.withBearer(key);
});
afterAll(() => server.close());
beforeEach(async () => {
  held = await take();
});
afterEach(async () => {
  for (const { id } of await online()) await root.delete(`${organization()}/online-licenses/${id}`).expect(204);
});

describe('Runtime Engine with the token of a lease as its API key', () => {
  it.each<Package>(['ENGINE', 'FLOATING_ENGINE'])('takes over that seat, the only one there is (%s)', async (name) => {
    const client = engine(held.token, 'agent-7', name);
    await client.activate();
    expect(client.mayRun()).toBe(true);
    expect(client.license).toMatchObject({ organizationId: server.organizationId });
    // Who holds the seat is listed for its job, as before.
    expect(await online()).toMatchObject([{ machineId: machineIdOf('agent-7'), jobId: 'pipeline-1' }]);
    expect(await robot.post('/api/v1/leases', request({ sessionId: 'other' })).status()).toBe(409);
  });

  it('renews for as long as its program holds the seat, also after the end of the token that it was started with', async () => {
    const client = engine(held.token);
    await client.activate();
    for (let looks = 1; looks <= 4; looks++) {
      await later(12.5);
      expect(await client.heartbeat(now())).toBe('renewed');
    }
    expect(await online()).toHaveLength(1);
  });

  it('may be started late, by a program that has renewed its lease meanwhile', async () => {
    await later(10);
    await robot.post(`/api/v1/leases/${held.id}/renew`, { token: held.token }).expect(200);
    await later(10);
    await engine(held.token).activate();
    expect(await online()).toHaveLength(1);
  });

  it('leaves the seat with its program when it ends, and the next run takes it over', async () => {
    const client = engine(held.token);
    await client.activate();
    const former = client.sessionId;
    await client.release();
    expect(await online()).toHaveLength(1);
    await client.activate();
    expect(client.sessionId).not.toBe(former);
    expect(await online()).toHaveLength(1);
    expect(await isFree()).toBe(false);
  });

  it('has its license ended when a newer run has the seat: the two do not take it from each other', async () => {
    const [first, second] = [engine(held.token), engine(held.token)];
    await first.activate();
    await second.activate();
    await later(12.5);
    expect(await first.heartbeat(now())).toBe('told');
    expect(first.endedMessage).toContain('started again on this machine');
    expect(await second.heartbeat(now())).toBe('renewed');
    expect(await online()).toHaveLength(1);
  });

  it('is told that its license has ended when an administrator ends the session', async () => {
    const client = engine(held.token);
    await client.activate();
    const [session] = await online();
    await root.delete(`${organization()}/online-licenses/${session!.id}`).expect(204);
    await later(12.5);
    expect(await client.heartbeat(now())).toBe('told');
    expect(client.endedMessage).toContain('ended by an administrator');
  });
});

describe('The program that holds the seat', () => {
  it('renews and releases the lease that it has, whoever works with the seat', async () => {
    await engine(held.token).activate();
    await later(10);
    const { id, token } = held;
    const renewed = await robot.post(`/api/v1/leases/${id}/renew`, { token }).expect<Lease>(200);
    // The seat is the engine's: there is no second token for it.
    expect(renewed).toMatchObject({ id, token: null });
    expect(Date.parse(renewed.expiresAt)).toBeGreaterThan(now().getTime() + 14 * 60_000);
    await later(10);
    expect(await online()).toHaveLength(1);
    await robot.request('DELETE', `/api/v1/leases/${id}`, { token }, {}).expect(204);
    expect(await online()).toEqual([]);
    expect(await isFree()).toBe(true);
  });

  it('can give the seat back by its job', async () => {
    await engine(held.token).activate();
    expect(await robot.delete('/api/v1/leases?jobId=pipeline-1').expect(200)).toEqual({ released: 1 });
    expect(await isFree()).toBe(true);
  });

  it('is `license-server seat run`: the engine takes no second seat, and the seat is free when the command ends', async () => {
    await robot.delete(`/api/v1/leases/${held.id}`).expect(204);
    const main = path.join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
    const script = `console.log(process.env.LICENSE_SERVER_LEASE_TOKEN); process.stdin.on('data', () => process.exit())`;
    const run = ['seat', 'run', '--product', 'KRE', '--', process.execPath, '-e', script];
    const env = { ...bareEnvironment(), LICENSE_SERVER_URL: server.url, LICENSE_SERVER_API_KEY: key };
    const child = spawn(process.execPath, [main, ...run], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const [token] = (await once(child.stdout, 'data')) as [Buffer];
    const client = engine(token.toString().trim());
    await client.activate();
    expect(await online()).toHaveLength(1);
    await client.release();
    child.stdin.write('end\n');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(await isFree()).toBe(true);
  });
});

describe('A lease token is refused', () => {
  const refusal = async (token: string, machine?: string): Promise<string> => {
    const client = engine(token, machine);
    const error = await client.activate().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  };

  it('when its seat was given back', async () => {
    await robot.delete(`/api/v1/leases/${held.id}`).expect(204);
    expect(await refusal(held.token)).toContain('was given back or has expired');
    await engine((held = await take()).token).activate();
    await robot.delete(`/api/v1/leases/${held.id}`).expect(204);
    expect(await refusal(held.token)).toContain('was given back or has expired');
    expect(await isFree()).toBe(true);
  });

  it('when its seat has expired', async () => {
    await later(16);
    expect(await refusal(held.token)).toContain('was given back or has expired');
  });

  it('when it is forged', async () => {
    const [header, claims] = held.token.split('.');
    expect(await refusal(`${header}.${claims}.${'A'.repeat(86)}`)).toContain('not one that this server has signed');
  });

  it('when it is borrowed', async () => {
    await root.patch(`${organization()}/license-policy`, { borrowMaxDays: 7 }).expect(200);
    const until = new Date(Math.floor(now().getTime() / 1000) * 1000 + 3_600_000).toISOString();
    const borrowed = await robot.post('/api/v1/leases', request({ borrowUntil: until })).expect<Lease>(200);
    for (const { token } of [held, borrowed]) expect(await refusal(token)).toContain('borrowed seat');
    await robot.request('DELETE', `/api/v1/leases/${held.id}`, { token: borrowed.token }, {}).expect(204);
  });

  it('when it is of a seat of Katalon Studio', async () => {
    const studio = await take({ product: 'KSE' });
    expect(await refusal(studio.token)).toContain('not for Runtime Engine');
  });

  it('in another organization', async () => {
    const { id } = await root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    await server.sql(
      `INSERT INTO membership SELECT $1, id, 'USER', now() FROM user_account WHERE email = 'robot@example.com'`,
      [id],
    );
    const options = { serverUrl: server.url, package: 'ENGINE' as const, apiKey: held.token, organizationId: id };
    await expect(new KatalonClient(options).activate()).rejects.toThrow('is not of the organization');
    // Without a choice of its own, the server finds the organization of the seat.
    await engine(held.token).activate();
    await root.delete(`/api/v1/organizations/${id}`).expect(204);
  });

  it('on another machine, while the engine has the seat on the first one', async () => {
    await engine(held.token).activate();
    expect(await refusal(held.token, 'thief')).toContain('on another machine');
  });

  it('for anything but the activation of Runtime Engine', async () => {
    const form = new URLSearchParams({ grant_type: 'password', password: held.token });
    const answer = server.api.post('/oauth/token', form);
    const { access_token: access, scope } = await answer.expect<{ access_token: string; scope: string }>(200);
    expect(scope).toBe('seats');
    const engineOnly = server.api.withBearer(access);
    for (const refused of [
      engineOnly.post('/api/v1/leases', request({ sessionId: 'other' })),
      engineOnly.delete(`/api/v1/leases/${held.id}`),
      engineOnly.delete(`/api/v1/users/me/leases/${held.id}`),
      engineOnly.get(`${organization()}/online-licenses`),
    ]) {
      await refused.refused(403);
    }
    const query = new URLSearchParams({ machineKey: machineIdOf('studio'), sessionId: 's', package: 'KSE' });
    expect(await engineOnly.post(`/api/v1/license-keys/activate?${query.toString()}`).refused(403)).toContain(
      'is not of the organization and product',
    );
    expect(await online()).toHaveLength(1);
  });
});
