import { afterEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import { KatalonClient, type ClientOptions } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import { Program } from './support/program.js';
import { cli, member, readyServer, type ReadyServer, userId, vendor } from './support/test-server.js';
import { until } from './support/until.js';

let server: ReadyServer;
let policyPath: string;
let apiKey: string;
afterEach(async () => {
  await Program.endAll();
  await server.close();
});

async function withSeats(quantity: number, policy: object, env: Record<string, string> = {}): Promise<void> {
  server = await readyServer([{ product: 'KRE', model: 'floating', quantity, features: [cli] }], {}, env);
  policyPath = `/api/v1/organizations/${server.organizationId}/license-policy`;
  await server.root.patch(policyPath, policy).expect(200);
  ({ key: apiKey } = await server.root.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201));
}

const engine = (name: string, options: Partial<ClientOptions> = {}) =>
  new KatalonClient({
    serverUrl: server.url,
    package: 'FLOATING_ENGINE',
    apiKey,
    machineKey: machineIdOf(name),
    sessionId: name,
    hostname: name,
    ...options,
  });

async function started(client: KatalonClient): Promise<KatalonClient> {
  await client.activate();
  return client;
}

/** Resolves when so many wait. */
async function untilWaiting(count: number): Promise<void> {
  const waiting = async (): Promise<boolean> => {
    const [row] = await server.sql<{ count: number }>('SELECT count(*)::int AS count FROM seat_waiter');
    return row?.count === count;
  };
  await until(waiting, 60, `${count} to wait`);
}

const sessions = async (): Promise<string[]> =>
  (await server.sql<{ session_id: string }>('SELECT session_id FROM lease ORDER BY number')).map(
    ({ session_id }) => session_id,
  );
const denials = () => server.sql('SELECT session_id, code FROM denial ORDER BY id');

describe('A Runtime Engine that finds no seat', () => {
  it('is refused at once unless the policy has it wait', async () => {
    await withSeats(1, {});
    await started(engine('a'));
    await expect(engine('b').activate()).rejects.toThrow('The only Katalon Runtime Engine seat of Acme is in use');
    expect(await server.sql('SELECT FROM seat_waiter')).toEqual([]);
  });

  it('waits in the queue, and those who came first are served first, native programs among them', async () => {
    await withSeats(1, { engineWaitSeconds: 55 });
    let holder: { release: () => Promise<unknown> } = await started(engine('holder'));
    const served: string[] = [];
    const waiting: Promise<{ release: () => Promise<unknown> }>[] = [];
    const joins = async (name: string, seat: Promise<{ release: () => Promise<unknown> }>): Promise<void> => {
      waiting.push(
        seat.then((granted) => {
          served.push(name);
          return granted;
        }),
      );
      await untilWaiting(waiting.length);
    };
    const ci: Api = server.api.withBearer(apiKey);
    const native = { organizationId: server.organizationId, product: 'KRE', machineId: 'native', sessionId: 'n' };
    await joins('engine-1', started(engine('engine-1')));
    const lease = ci.post('/api/v1/leases', { ...native, waitSeconds: 120 }).expect<{ id: string }>(201);
    await joins(
      'native',
      lease.then(({ id }) => ({ release: () => ci.delete(`/api/v1/leases/${id}`).expect(204) })),
    );
    await joins('engine-2', started(engine('engine-2', { package: 'ENGINE' })));
    for (const next of waiting) {
      await holder.release();
      holder = await next;
    }
    expect(served).toEqual(['engine-1', 'native', 'engine-2']);
    expect(await denials()).toEqual([]);
  });

  it('is refused with the holders when its time is over, once', async () => {
    await withSeats(1, { engineWaitSeconds: 1 });
    const holder = await started(engine('holder'));
    await expect(engine('late').activate()).rejects.toThrow(/The only .* in use: root@example\.com on holder since/);
    expect(await denials()).toEqual([{ session_id: 'late', code: 'seats-exhausted' }]);
    await untilWaiting(0);
    await holder.release();
    await started(engine('next'));
  });

  it('takes nothing when it has hung up', async () => {
    await withSeats(1, { engineWaitSeconds: 55 });
    const holder = await started(engine('holder'));
    const gone = new AbortController();
    const query = new URLSearchParams({
      ...{ machineKey: machineIdOf('leaver'), sessionId: 'leaver', package: 'FLOATING_ENGINE', organizationId: '' },
    });
    const leaver = fetch(`${server.url}/api/v1/license-keys/activate?${query.toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}` },
      signal: gone.signal,
    });
    await untilWaiting(1);
    const next = started(engine('next'));
    await untilWaiting(2);
    gone.abort();
    await expect(leaver).rejects.toThrow('abort');
    await untilWaiting(1);
    await holder.release();
    await next;
    expect(await sessions()).toEqual(['next']);
  });

  it('hears at once that its license has ended when it had a seat before', async () => {
    await withSeats(1, { engineWaitSeconds: 55 });
    const client = await started(engine('a'));
    const [lease] = await server.sql<{ id: string }>('SELECT id FROM lease');
    const online = `/api/v1/organizations/${server.organizationId}/online-licenses/${lease!.id}`;
    await server.root.delete(online).expect(204);
    await started(engine('b'));
    await client.heartbeat(new Date(client.license!.renewTime * 1000));
    expect(client.endedMessage).toMatch(/^Your session was ended by an administrator/);
    expect(await server.sql('SELECT FROM seat_waiter')).toEqual([]);
  });

  it('does not wait for what waiting does not bring', async () => {
    await withSeats(1, { engineWaitSeconds: 55, deniedMachines: ['denied'] });
    await expect(engine('denied').activate()).rejects.toThrow('does not allow this machine');
    expect(await denials()).toEqual([{ session_id: 'denied', code: 'machine-denied' }]);
  });

  it('is refused at once when as many wait as the server allows, never with 429', async () => {
    await withSeats(1, { engineWaitSeconds: 55 }, { MAX_WAITING_PER_USER: '1' });
    const holder = await started(engine('holder'));
    const first = started(engine('first'));
    await untilWaiting(1);
    await expect(engine('second').activate()).rejects.toMatchObject({ status: 409 });
    await holder.release();
    await first;
  });

  it('has its position in the log, and is refused in words by a server that stops', async () => {
    await withSeats(1, { engineWaitSeconds: 55 });
    await started(engine('holder'));
    const program = new Program({
      DATABASE_URL: server.databaseUrl,
      DATA_DIR: path.join(server.dataDir, 'other'),
      SECRET_KEY_FILE: path.join(server.dataDir, 'secret.key'),
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
    const serverUrl = (await program.ready()).url;
    const refusals: Promise<void>[] = [];
    for (const [index, name] of ['first', 'second'].entries()) {
      refusals.push(expect(engine(name, { serverUrl }).activate()).rejects.toMatchObject({ status: 409 }));
      await untilWaiting(index + 1);
    }
    await program.said('A Runtime Engine waits for a seat', 2);
    const positions = [...program.output.matchAll(/"hostname":"(\w+)","position":(\d+),"seconds":55/g)];
    expect(positions.map(([, hostname, position]) => [hostname, position])).toEqual([
      ['first', '1'],
      ['second', '2'],
    ]);
    await program.end('SIGTERM');
    await Promise.all(refusals);
    await untilWaiting(0);
  });
});

describe('A cap of the policy', () => {
  const caps = (...of: object[]) => server.root.patch(policyPath, { caps: of });

  it('is how many floating seats a member may have, whatever else is free', async () => {
    await withSeats(5, {});
    await member(server, 'ann@example.com', 'USER');
    const ann = { apiKey: undefined, email: 'ann@example.com', password: 'ann@example.com password' };
    const id = await userId(server, 'ann@example.com');
    await caps({ product: 'KRE', seats: 2, userId: id }).expect(200);
    const first = await started(engine('1', ann));
    await started(engine('2', ann));
    await expect(engine('3', ann).activate()).rejects.toThrow(
      'You, or a team of yours, have as many Katalon Runtime Engine seats of Acme as its license policy allows.',
    );
    expect(await denials()).toEqual([{ session_id: '3', code: 'cap-reached' }]);
    await started(engine('4'));
    await first.heartbeat(new Date(first.license!.renewTime * 1000));
    expect(first.activation!.errorMessage).toBeNull();
    await first.release();
    await started(engine('3', ann));
    // A lower one takes nothing from those who have a seat.
    await caps({ product: 'KRE', seats: 0, userId: id }).expect(200);
    expect(await sessions()).toEqual(['2', '4', '3']);
    expect((await server.root.get(policyPath).expect<{ caps: object[] }>(200)).caps).toEqual([
      { product: 'KRE', seats: 0, userId: id },
    ]);
  });

  it('is for all of a team together, also when many ask at once', async () => {
    await withSeats(20, {});
    const organization = `/api/v1/organizations/${server.organizationId}`;
    const { id: teamId } = await server.root
      .post(`${organization}/teams`, { name: 'Night' })
      .expect<{ id: number }>(201);
    const people: Api[] = [];
    for (const name of ['ann', 'ben']) {
      people.push(await member(server, `${name}@example.com`, 'USER'));
      const user = await userId(server, `${name}@example.com`);
      await server.root.put(`${organization}/teams/${teamId}/members/${user}`, { role: 'USER' }).expect(200);
    }
    await caps({ product: 'KRE', seats: 3, teamId }).expect(200);
    const ask = (api: Api, name: string) =>
      api
        .post('/api/v1/leases', {
          ...{ organizationId: server.organizationId, product: 'KRE', machineId: name, sessionId: name },
        })
        .status();
    const answers = await Promise.all(
      people.flatMap((api, who) => [1, 2, 3, 4, 5].map((n) => ask(api, `${who}-${n}`))),
    );
    expect(answers.toSorted()).toEqual([201, 201, 201, ...Array<number>(7).fill(409)]);
  });

  it('is waited for without keeping others from the seats', async () => {
    await withSeats(2, { engineWaitSeconds: 55 });
    await member(server, 'ann@example.com', 'USER');
    const ann = { apiKey: undefined, email: 'ann@example.com', password: 'ann@example.com password' };
    await caps({ product: 'KRE', seats: 1, userId: await userId(server, 'ann@example.com') }).expect(200);
    const first = await started(engine('1', ann));
    const second = started(engine('2', ann));
    await untilWaiting(1);
    await started(engine('root'));
    await first.release();
    await second;
    expect(await sessions()).toEqual(['root', '2']);
  });

  it('counts seats that are held until a token expires', async () => {
    await withSeats(5, { leaseMinutes: 600, caps: [] });
    const api = await member(server, 'ann@example.com', 'USER');
    await caps({ product: 'KRE', seats: 1, userId: await userId(server, 'ann@example.com') }).expect(200);
    const seat = (name: string) => ({
      ...{ organizationId: server.organizationId, product: 'KRE', machineId: `host-${name}`, sessionId: name },
    });
    const { id } = await api.post('/api/v1/leases', seat('a')).expect<{ id: string }>(201);
    await api.delete(`/api/v1/leases/${id}`).expect(204);
    expect(await api.post('/api/v1/leases', seat('b')).expect(409)).toMatchObject({ code: 'cap-reached', holders: [] });
    // The machine that has the token comes back.
    await api.post('/api/v1/leases', { ...seat('a'), sessionId: 'again' }).expect(201);
  });

  it('for nobody, for two, twice, or of a strange number is refused', async () => {
    await withSeats(1, {});
    const cap = { product: 'KRE', seats: 1, userId: 1 };
    for (const [wrong, rule] of [
      [[{ ...cap, userId: undefined }], 'cap-holder'],
      [[{ ...cap, teamId: 1 }], 'cap-holder'],
      [[{ ...cap, userId: 4711 }], 'cap-holder'],
      [[cap, cap], 'cap-twice'],
      [[{ ...cap, seats: -1 }], 'min'],
      [[{ ...cap, seats: 0.5 }], 'isInt'],
    ] as const) {
      expect([rule, JSON.stringify(await caps(...wrong).expect(400))]).toEqual([
        rule,
        expect.stringContaining(`"rule":"${rule}"`),
      ]);
    }
    expect((await server.root.get(policyPath).expect<{ caps: object[] }>(200)).caps).toEqual([]);
  });
});

describe('A killed container', () => {
  it.each([
    [0, 15],
    [5, 5],
  ])('holds its seat for the lease time of Runtime Engine: policy %d, so %d minutes', async (minutes, holds) => {
    await withSeats(1, { engineLeaseMinutes: minutes });
    const killed = await started(engine('killed'));
    expect(killed.license!.expirationDate - killed.license!.renewTime).toBe(holds * 12);
    await server.later({ minutes: holds - 1, seconds: 55 });
    await expect(engine('next').activate()).rejects.toThrow('The only ');
    await server.later({ seconds: 10 });
    await started(engine('next'));
    console.info(`With engineLeaseMinutes ${minutes}, a killed job holds its seat for ${holds} minutes.`);
  });

  it('has given back its seats when a later step of its job asks for that', async () => {
    await withSeats(1, { engineLeaseMinutes: 5 });
    const ci = server.api.withBearer(apiKey);
    const seat = {
      organizationId: server.organizationId,
      product: 'KRE',
      machineId: 'pod',
      sessionId: 'pod',
      jobId: '7',
    };
    const { expiresAt } = await ci.post('/api/v1/leases', seat).expect<{ expiresAt: string }>(201);
    expect((Date.parse(expiresAt) - Date.now()) / 60_000).toBeCloseTo(5, 0);
    expect(await ci.delete('/api/v1/leases?jobId=7').expect(200)).toEqual({ released: 1 });
    await started(engine('next'));
  });

  it('renews for the lease time of Runtime Engine, by a request or as a native program', async () => {
    await withSeats(2, { engineLeaseMinutes: 5 });
    const client = await started(engine('a'));
    const first = client.license!.expirationDate;
    await server.later({ minutes: 4 });
    await client.heartbeat(new Date(client.license!.renewTime * 1000));
    expect(client.license!.expirationDate - first).toBeGreaterThanOrEqual(239);
    expect(client.license!.expirationDate - first).toBeLessThanOrEqual(250);
  });

  it('is given no time that is too short or too long', async () => {
    await withSeats(1, {});
    for (const [change, rule] of [
      [{ engineLeaseMinutes: 2 }, 'engine-lease'],
      [{ engineLeaseMinutes: 1441 }, 'policy-beyond-license'],
      [{ engineWaitSeconds: 56 }, 'max'],
      [{ engineWaitSeconds: -1 }, 'min'],
    ] as const) {
      const answer = JSON.stringify(await server.root.patch(policyPath, change).expect(400));
      expect([change, answer]).toEqual([change, expect.stringContaining(`"${rule}"`)]);
    }
  });
});
