import { afterEach, describe, expect, it } from '@jest/globals';
import { checkLicense, type Activation } from './clients/katalon-client.js';
import { type Answer, type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  gui,
  issue,
  member,
  readyServer,
  type ReadyServer,
  rootAccount,
  specification,
  userId,
} from './support/test-server.js';

let server: ReadyServer;
afterEach(() => server.close());

interface Lease {
  id: string;
  expiresAt: string;
}

const seats = (quantity: number, more: object = {}) => ({
  product: 'KSE',
  model: 'floating',
  quantity,
  features: [gui],
  offline: true,
  ...more,
});
const organization = (id = server.organizationId) => `/api/v1/organizations/${id}`;
const machines = ['m-0', 'm-1', 'm-2', 'm-3', 'm-4'];

const lease = (machine: string, api: Api = server.root, id = server.organizationId): Answer =>
  api.post('/api/v1/leases', { organizationId: id, product: 'KSE', machineId: machine, sessionId: `s-${machine}` });
const take = (machine: string, api?: Api, id?: number) => lease(machine, api, id).expect<Lease>(201);
const renew = ({ id }: Lease, api: Api = server.root) => api.post(`/api/v1/leases/${id}/renew`);
const offline = (machine: string) =>
  server.root
    .post(`${organization()}/offline-licenses`, {
      product: 'KSE',
      machineId: machineIdOf(machine),
      expiresAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
    })
    .expect(201);
const allocate = (id: number, quantity: number | null, model = 'floating') =>
  server.root.put(`${organization(id)}/allocations`, [{ product: 'KSE', model, quantity }]).expect(200);

/** Installs a license file that replaces the one that is installed: they have the same id. */
async function replace(entitlements: object[]): Promise<void> {
  await server.root.post('/api/v1/licenses', { license: await issue(specification(entitlements)) }).expect(201);
}

/** The statuses of renewals, in the order of the leases. */
const renewals = async (leases: readonly Lease[], api?: Api): Promise<number[]> => {
  const statuses: number[] = [];
  for (const each of leases) statuses.push(await renew(each, api).status());
  return statuses;
};
const online = async (id?: number): Promise<string[]> => {
  const { content } = await server.root
    .get(`${organization(id)}/online-licenses?size=100`)
    .expect<{ content: { machineId: string }[] }>(200);
  return content.map(({ machineId }) => machineId).sort();
};
async function takeAll(): Promise<Lease[]> {
  const leases: Lease[] = [];
  for (const machine of machines) leases.push(await take(machine));
  return leases;
}
const subscription = async (): Promise<Record<string, unknown>> => {
  const all = await server.root.get(`${organization()}/licenses`).expect<{ product: string }[]>(200);
  return all.find(({ product }) => product === 'KSE') ?? {};
};

describe('After a smaller license file', () => {
  it('the sessions that were granted first go on, and the renewals of the others are refused', async () => {
    server = await readyServer([seats(5)]);
    const leases = await takeAll();
    await replace([seats(2)]);
    expect(await renewals(leases)).toEqual([200, 200, 410, 410, 410]);
    expect(await online()).toEqual(['m-0', 'm-1']);
    const refusal = await renew(leases[4]!).expect<{ code: string; reason: string; message: string }>(410);
    expect(refusal).toMatchObject({ code: 'lease-ended', reason: 'quota-reduced' });
    expect(refusal.message).toContain('fewer seats than before');
    await lease('m-4').refused(409);
    expect(await renewals(leases.slice(0, 2))).toEqual([200, 200]);
  });

  it('the look at the file says beforehand how many sessions it would end', async () => {
    server = await readyServer([seats(5)]);
    await takeAll();
    const preview = async (more: object, quantity: number) =>
      server.root
        .post('/api/v1/licenses/preview', { license: await issue(specification([seats(quantity)], more)) })
        .expect<{ seatsTooMany: number }>(200);
    expect(await preview({}, 2)).toMatchObject({ seatsTooMany: 3 });
    expect(await preview({ id: 'license-2' }, 2)).toMatchObject({ seatsTooMany: 0 });
    expect(await online()).toHaveLength(5);
  });

  it('the log says who installed it, and which sessions ended by that', async () => {
    server = await readyServer([seats(5)]);
    const leases = await takeAll();
    await replace([seats(3)]);
    const events = await server.root
      .get('/api/v1/audit-events?size=50')
      .expect<{ content: { action: string; actor: string; targetId: string; details: Record<string, unknown> }[] }>(
        200,
      );
    const ends = events.content.filter(({ action }) => action === 'lease.ended');
    expect(ends.map(({ targetId }) => targetId).sort()).toEqual([leases[3]!.id, leases[4]!.id].sort());
    for (const end of ends) {
      expect(end).toMatchObject({ actor: rootAccount.email, details: { reason: 'quota-reduced' } });
    }
    expect(events.content.find(({ action }) => action === 'license.replaced')?.details).toMatchObject({
      sessionsEnded: 2,
    });
  });

  it('Katalon Studio is told that its license has ended, and why', async () => {
    server = await readyServer([seats(2)]);
    const [ann, ben] = [
      await member(server, 'ann@example.com', 'USER'),
      await member(server, 'ben@example.com', 'USER'),
    ];
    const activate = (api: Api, name: string) => {
      const query = { machineKey: machineIdOf(name), sessionId: name, package: 'KSE', organizationId: '' };
      return api
        .post(`/api/v1/license-keys/activate?${new URLSearchParams(query).toString()}`)
        .expect<Activation & Record<string, unknown>>(200);
    };
    await activate(ann, 'a');
    await activate(ben, 'b');
    await replace([seats(1)]);
    expect((await activate(ann, 'a')).errorMessage).toBeNull();
    const told = await activate(ben, 'b');
    expect(checkLicense(told, machineIdOf('b'))).toMatchObject({ expirationDate: 946_684_800 });
    expect(told.errorMessage).toMatch(
      /^Your session was ended at .*fewer seats than before.*The only Katalon Studio Enterprise seat of Acme is in use: ann@example\.com/,
    );
    expect(await online()).toEqual([machineIdOf('a')]);
  });

  it('offline licenses count first', async () => {
    server = await readyServer([seats(5)]);
    const leases = [await take('m-0'), await take('m-1'), await take('m-2')];
    await offline('laptop-1');
    await offline('laptop-2');
    await replace([seats(3)]);
    expect(await renewals(leases)).toEqual([200, 410, 410]);
    await replace([seats(2)]);
    expect(await renewals(leases)).toEqual([410, 410, 410]);
    expect(await subscription()).toMatchObject({ online: 0, offline: 2 });
  });

  it('tokens that live on for long keep their seats until they expire, and no further session ends for them', async () => {
    server = await readyServer([seats(5)]);
    await server.root.patch(`${organization()}/license-policy`, { leaseMinutes: 600 }).expect(200);
    const leases = await takeAll();
    await replace([seats(2)]);
    expect(await subscription()).toMatchObject({ online: 2, held: 3 });
    // Each change divides the seats again.
    await server.root.post('/api/v1/organizations', { name: 'Other' }).expect(201);
    expect(await renewals(leases)).toEqual([200, 200, 410, 410, 410]);
    // Their own token gives them back nothing.
    await lease('m-4').refused(409);
    await server.root.delete(`/api/v1/leases/${leases[0]!.id}`).expect(204);
    await lease('m-4').refused(409);
    expect(await online()).toEqual(['m-1']);
    // Enough seats again: their machines take over what their tokens hold.
    await replace([seats(5)]);
    await take('m-4');
    expect(await subscription()).toMatchObject({ online: 2, held: 3, available: 0 });
  });

  it('a token that was held before gives its machine no session that the license has no seat for', async () => {
    server = await readyServer([seats(3)]);
    await server.root.patch(`${organization()}/license-policy`, { leaseMinutes: 600 }).expect(200);
    const [first, second] = [await take('m-0'), await take('m-1')];
    await take('m-2');
    for (const { id } of [first, second]) await server.root.delete(`/api/v1/leases/${id}`).expect(204);
    await replace([seats(1)]);
    expect(await online()).toEqual([]);
    for (const machine of machines) await lease(machine).refused(409);
  });

  it('users who were assigned their seat first, and machines that were registered first, keep theirs', async () => {
    server = await readyServer([seats(3, { model: 'per-user' }), seats(3, { model: 'node-locked' })]);
    const people = await Promise.all(
      ['ann', 'ben', 'cat'].map((name) => member(server, `${name}@example.com`, 'USER')),
    );
    for (const name of ['cat', 'ann', 'ben']) {
      const seat = { product: 'KSE', model: 'per-user', userId: await userId(server, `${name}@example.com`) };
      await server.root.post(`${organization()}/licensed-users`, seat).expect(204);
    }
    const own: Lease[] = [];
    for (const [index, api] of people.entries()) own.push(await take(`own-${index}`, api));
    const bound = [await take('m-0'), await take('m-1'), await take('m-2')];
    await server.root.delete(`/api/v1/leases/${bound[0]!.id}`).expect(204);
    const again = await take('m-0');
    await replace([seats(1, { model: 'per-user' }), seats(1, { model: 'node-locked' })]);
    const statuses: number[] = [];
    for (const [index, api] of people.entries()) statuses.push(await renew(own[index]!, api).status());
    expect(statuses).toEqual([410, 410, 200]);
    expect(await renewals([again, bound[1]!, bound[2]!])).toEqual([200, 410, 410]);
  });

  it('as many may go on as the license allows beyond its quota', async () => {
    server = await readyServer([seats(5)]);
    const leases = await takeAll();
    await replace([seats(2, { maxOveragePercent: 50 })]);
    expect(await renewals(leases)).toEqual([200, 200, 200, 410, 410]);
  });

  it('a renewal at the same moment does not bring its seat back', async () => {
    server = await readyServer([seats(5)]);
    const leases = await takeAll();
    let isOver = false;
    const renewing = leases.map(async (each) => {
      while (!isOver) await renew(each).status();
    });
    try {
      await replace([seats(2)]);
    } finally {
      isOver = true;
      await Promise.all(renewing);
    }
    expect(await online()).toEqual(['m-0', 'm-1']);
    expect(await renewals(leases)).toEqual([200, 200, 410, 410, 410]);
  });
});

describe('A license file that ends while another one goes on', () => {
  it('takes its seats along at once, whoever renews first', async () => {
    server = await readyServer([seats(2)], { graceDays: 0 });
    const validUntil = new Date(Date.now() + 10 * 60_000).toISOString();
    const short = specification([seats(3)], { id: 'license-2', validUntil, graceDays: 0 });
    await server.root.post('/api/v1/licenses', { license: await issue(short) }).expect(201);
    const leases = await takeAll();
    await server.later({ minutes: 9 });
    expect(await renewals(leases)).toEqual([200, 200, 200, 200, 200]);
    await server.later({ minutes: 2 });
    expect(await renewals([...leases].reverse())).toEqual([409, 410, 410, 200, 200]);
    expect(await online()).toEqual(['m-0', 'm-1']);
  });

  it('and is removed takes them along, too', async () => {
    server = await readyServer([seats(2)]);
    const { id } = await server.root
      .post('/api/v1/licenses', { license: await issue(specification([seats(3)], { id: 'license-2' })) })
      .expect<{ id: number }>(201);
    const leases = await takeAll();
    await server.root.delete(`/api/v1/licenses/${id}`).expect(204);
    expect(await renewals(leases)).toEqual([200, 200, 410, 410, 410]);
  });
});

describe('The event of a change that ends sessions', () => {
  it('says how many', async () => {
    server = await readyServer([seats(1, { model: 'per-user' }), seats(1, { model: 'node-locked' }), seats(3)]);
    const [ann, ben, cat] = [
      await member(server, 'ann@example.com', 'USER'),
      await member(server, 'ben@example.com', 'USER'),
      await member(server, 'cat@example.com', 'USER'),
    ];
    const ids = await Promise.all(['ann', 'ben', 'cat'].map((name) => userId(server, `${name}@example.com`)));
    const ended = async (action: string): Promise<unknown[]> => {
      const { content } = await server.root
        .get(`/api/v1/audit-events?action=${action}&sort=id,desc`)
        .expect<{ content: { details: Record<string, unknown> }[] }>(200);
      return content.map(({ details }) => details.sessionsEnded ?? 0);
    };
    const perUser = { product: 'KSE', model: 'per-user', userId: ids[0] };
    await server.root.post(`${organization()}/licensed-users`, perUser).expect(204);
    await take('m-a', ann);
    await server.root.delete(`${organization()}/licensed-users/${ids[0]}?product=KSE&model=per-user`).expect(204);
    expect(await ended('licensed-user.unassigned')).toEqual([1]);
    await take('m-0', ben);
    await server.root.post(`${organization()}/machines/m-0/transfer`, { to: 'm-1' }).expect(204);
    expect(await ended('machine.transferred')).toEqual([1]);
    await take('m-1', ben);
    await server.root.delete(`${organization()}/machines/m-1`).expect(204);
    expect(await ended('machine.unregistered')).toEqual([1]);
    await take('m-2', ben);
    await server.root.patch(`${organization()}/license-policy`, { deniedMachines: ['m-2'] }).expect(200);
    await server.root.patch(`${organization()}/license-policy`, { deniedMachines: [] }).expect(200);
    expect(await ended('license-policy.changed')).toEqual([0, 1]);
    await take('m-3', ben);
    await server.root.delete(`${organization()}/members/${ids[1]}`).expect(204);
    expect(await ended('member.removed')).toEqual([1]);
    for (const machine of ['m-3', 'm-4']) await take(machine, cat);
    await server.root.patch(`/api/v1/users/${ids[2]}`, { disabled: true }).expect(200);
    expect(await ended('user.disabled')).toEqual([2]);
    for (const machine of ['m-3', 'm-4', 'm-5']) await take(machine);
    await allocate(server.organizationId, 1);
    await allocate(server.organizationId, 3);
    expect(await ended('allocation.changed')).toEqual([0, 2]);
  });
});

describe('A token that outlives its license file', () => {
  /** Its seats stay taken until their tokens expire, whatever ends the sessions. */
  const strict = (quantity: number) => seats(quantity, { freeOnReleaseMinutes: 0 });

  it('keeps its seat from the sessions of the next file, if the file that ended said so', async () => {
    server = await readyServer([strict(1)], { graceDays: 0 });
    await take('m-0');
    const validUntil = new Date(Date.now() + 2 * 60_000).toISOString();
    const short = specification([strict(1)], { validUntil, graceDays: 0 });
    await server.root.post('/api/v1/licenses', { license: await issue(short) }).expect(201);
    await server.later({ minutes: 3 });
    await lease('m-1').refused(403);
    await replace([strict(1)]);
    expect(await subscription()).toMatchObject({ online: 0, held: 1, available: 0 });
    await lease('m-1').refused(409);
    await server.later({ minutes: 13 });
    await take('m-1');
  });

  it('gives its own machine the seat back with the next file', async () => {
    server = await readyServer([strict(1)]);
    const { expiresAt } = await take('m-0');
    const [{ id } = { id: 0 }] = await server.root.get('/api/v1/licenses').expect<{ id: number }[]>(200);
    await server.root.delete(`/api/v1/licenses/${id}`).expect(204);
    await lease('m-0').refused(403);
    await replace([strict(1)]);
    await lease('m-1').refused(409);
    expect(Date.parse((await take('m-0')).expiresAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    expect(await subscription()).toMatchObject({ online: 1, held: 0 });
  });
});

describe('After a lowered allocation', () => {
  it('the sessions beyond it end, and the others have their seats at once', async () => {
    server = await readyServer([seats(5)]);
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    const leases = await takeAll();
    await allocate(server.organizationId, 2);
    await allocate(id, 3);
    expect(await renewals(leases)).toEqual([200, 200, 410, 410, 410]);
    for (const machine of ['o-0', 'o-1', 'o-2']) await take(machine, server.root, id);
    await lease('o-3', server.root, id).refused(409);
  });

  it('sessions of others make room for what cannot be called back', async () => {
    server = await readyServer([seats(5)]);
    const { id } = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    await allocate(server.organizationId, 3);
    await allocate(id, 2);
    for (const machine of ['laptop-1', 'laptop-2', 'laptop-3']) await offline(machine);
    const others = [await take('o-0', server.root, id), await take('o-1', server.root, id)];
    await replace([seats(4)]);
    expect(await renewals(others)).toEqual([200, 410]);
  });
});
