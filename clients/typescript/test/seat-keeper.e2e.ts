import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Api } from '../../../test/support/api.js';
import { cli, member, readyServer, type ReadyServer } from '../../../test/support/test-server.js';
import { until } from '../../../test/support/until.js';
import {
  type KeeperOptions,
  LicenseServer,
  type PublicKeys,
  SeatKeeper,
  type SeatEvents,
  verifyLease,
  type WantedSeat,
} from '../src/index.js';
import { playOutages } from './play-outages.js';
import { SteppedTime } from './stepped-time.js';

let server: ReadyServer;
let robot: Api;
let licenseServer: LicenseServer;
let time: SteppedTime;
/** What the keepers of a test have told, in order. */
let told: { name: keyof SeatEvents; event: unknown }[];
let keepers: SeatKeeper[];

beforeAll(async () => {
  server = await readyServer([{ product: 'KRE', model: 'floating', quantity: 1, features: [cli] }]);
  robot = await member(server, 'robot@example.com', 'USER');
  const { key } = await robot.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
  licenseServer = new LicenseServer(server.api.url, { apiKey: key });
});
afterAll(() => server.close());
beforeEach(() => {
  time = new SteppedTime();
  told = [];
  keepers = [];
});
afterEach(async () => {
  await Promise.all(keepers.map((keeper) => keeper.release()));
});

const names = [
  'waiting',
  'retrying',
  'granted',
  'renewed',
  'replaced',
  'lost',
  'released',
  'warning',
  'clockOffset',
] as const;

function keeperOf(wanted: Partial<WantedSeat> = {}, options: KeeperOptions = {}): SeatKeeper {
  const keeper = new SeatKeeper(
    licenseServer,
    { product: 'KRE', machineId: `machine-${randomUUID()}`, ...wanted },
    { time, releaseOnExit: false, ...options },
  );
  for (const name of names) keeper.on(name, (event) => told.push({ name, event }));
  keepers.push(keeper);
  return keeper;
}

const heard = (name: keyof SeatEvents): unknown[] =>
  told.filter((each) => each.name === name).map(({ event }) => event);
const hears = (name: keyof SeatEvents, times = 1): Promise<void> =>
  until(() => heard(name).length >= times, 60, `${times} × ${name}; told: ${told.map((each) => each.name).join()}`);

/** Lets time pass for the client, and for the server too. */
async function pass(seconds: number): Promise<void> {
  await server.later({ seconds });
  time.pass(seconds * 1000);
}

/** Seconds until the renewal of a seat is surely due, and until its lease ends. */
function secondsOf({ lease }: SeatKeeper): { due: number; end: number } {
  const { serverTime = '', renewAt = '', expiresAt = '' } = lease ?? {};
  const until = (text: string): number => Math.ceil((Date.parse(text) - Date.parse(serverTime)) / 1000);
  return { due: until(renewAt), end: until(expiresAt) };
}

interface Held {
  id: string;
  machineId: string;
}

const held = async (): Promise<Held[]> =>
  (await robot.get('/api/v1/users/me/leases').expect<{ content: Held[] }>(200)).content;

const portOf = (): string => new URL(licenseServer.url).port;

describe('A seat keeper', () => {
  it('takes a seat, renews it when it is due, again and again, and gives it back', async () => {
    const keeper = keeperOf({ machineId: 'machine-1' });
    const lease = await keeper.take();
    expect(await held()).toMatchObject([{ id: lease.id, machineId: 'machine-1' }]);
    for (const times of [1, 2, 3]) {
      await pass(secondsOf(keeper).due);
      await hears('renewed', times);
    }
    expect(Date.parse(keeper.lease?.expiresAt ?? '')).toBeGreaterThan(Date.parse(lease.expiresAt));
    expect(keeper.isHeld).toBe(true);
    await keeper.release();
    expect(keeper.isHeld).toBe(false);
    expect(await held()).toEqual([]);
    expect(told.map(({ name }) => name)).toEqual(['granted', 'renewed', 'renewed', 'renewed', 'released']);
  });

  it('keeps its seat when the server is killed and comes back within the lease', async () => {
    const keeper = keeperOf();
    const { id } = await keeper.take();
    const port = portOf();
    await server.stop();
    time.pass(secondsOf(keeper).due * 1000);
    await hears('retrying');
    time.pass(30_000);
    await hears('retrying', 2);
    expect(keeper.isHeld).toBe(true);
    await server.crash(port);
    time.pass(30_000);
    await hears('renewed');
    expect(await held()).toMatchObject([{ id }]);
    expect(heard('lost')).toEqual([]);
  });

  it('stops holding its seat at the end of the lease when the server stays away, not later than the server', async () => {
    const keeper = keeperOf();
    await keeper.take();
    const port = portOf();
    const { end } = secondsOf(keeper);
    await server.stop();
    time.pass((end - 2) * 1000);
    await hears('retrying');
    expect(keeper.isHeld).toBe(true);
    time.pass(2000);
    await hears('lost');
    expect(heard('lost')).toEqual([{ reason: 'expired', error: undefined }]);
    expect(keeper.isHeld).toBe(false);
    await server.crash(port);
    await server.later({ seconds: end });
    await keeperOf().take();
    expect(await held()).toHaveLength(1);
  });

  it('hears that an administrator has ended its session', async () => {
    const keeper = keeperOf();
    const { id } = await keeper.take();
    await server.root.delete(`/api/v1/organizations/${server.organizationId}/online-licenses/${id}`).expect(204);
    await pass(secondsOf(keeper).due);
    await hears('lost');
    expect(heard('lost')).toMatchObject([{ reason: 'ended', error: { code: 'lease-ended', status: 410 } }]);
  });

  it('renews by a clock that is never set, whatever the clock of its computer says', async () => {
    const keeper = keeperOf();
    await keeper.take();
    const offset = (): number => keeper.lease?.clockOffsetSeconds ?? NaN;
    const before = offset();
    time.setWrong(2 * 3600_000);
    await hears('renewed');
    expect(offset() - before).toBeGreaterThan(7200);
    expect(heard('clockOffset')).toContainEqual({ seconds: offset() });
    time.setWrong(-24 * 3600_000);
    await hears('renewed', 2);
    expect(keeper.isHeld).toBe(true);
    expect(heard('warning').at(-1)).toEqual({ message: expect.stringContaining('behind the license server') });
    expect(heard('lost')).toEqual([]);
  });

  it('waits in the queue, and gets the seat when it falls free', async () => {
    const holder = keeperOf({ machineId: 'holder' });
    await holder.take();
    const waiter = keeperOf({ machineId: 'waiter', waitSeconds: 600 });
    const taken = waiter.take();
    await hears('waiting');
    expect(heard('waiting')).toMatchObject([{ refusal: { code: 'seats-exhausted', problem: { holders: [{}] } } }]);
    await holder.release();
    expect((await taken).id).toBe((await held())[0]?.id);
    expect(await held()).toMatchObject([{ machineId: 'waiter' }]);
  });

  it('is refused at once when it does not wait, with the code and the holders', async () => {
    await keeperOf().take();
    await expect(keeperOf().take()).rejects.toMatchObject({ status: 409, code: 'seats-exhausted' });
    expect(heard('waiting')).toEqual([]);
  });

  it('waits for a server that is away', async () => {
    const port = portOf();
    await server.stop();
    const keeper = keeperOf({ organizationId: server.organizationId, waitSeconds: 600 });
    const taken = keeper.take();
    await hears('retrying');
    await server.crash(port);
    time.pass(1000);
    await taken;
    expect(await held()).toHaveLength(1);
  });

  it('leaves the queue when it is released, or told to give up, and holds nothing', async () => {
    const holder = keeperOf();
    await holder.take();
    const waiter = keeperOf({ waitSeconds: 600 });
    const giveUp = new AbortController();
    const other = keeperOf({ waitSeconds: 600 }, { signal: giveUp.signal });
    const taken = [expect(waiter.take()).rejects.toThrow('released'), expect(other.take()).rejects.toThrow('enough')];
    await hears('waiting', 2);
    await waiter.release();
    giveUp.abort(new Error('enough'));
    await Promise.all(taken);
    const waiters = () => server.sql('SELECT FROM seat_waiter');
    await until(async () => (await waiters()).length === 0, 30, 'the server to notice that both have left');
    await holder.release();
    expect(await held()).toEqual([]);
    await keeperOf().take();
  });

  it('shares the seat of its session with a second keeper, and hears at its renewal that the other gave it back', async () => {
    const session = { machineId: 'machine-2', sessionId: randomUUID() };
    const [first, second] = [keeperOf(session), keeperOf(session)];
    const { id } = await first.take();
    expect((await second.take()).id).toBe(id);
    expect(await held()).toHaveLength(1);
    await second.release();
    await pass(secondsOf(first).due);
    await hears('lost');
    expect(heard('lost')).toMatchObject([{ reason: 'ended' }]);
  });

  it("gets its seat back when its program comes again with the session's id after a crash", async () => {
    const session = { machineId: 'machine-3', sessionId: randomUUID() };
    const { id } = await keeperOf(session).take();
    expect((await keeperOf(session).take()).id).toBe(id);
  });
});

describe('Seat keepers in random outages', () => {
  // `npm run check:outages` plays 1,000 of them.
  it('lose no seat, and hold none for longer than the server', async () => {
    const { faults, kept, expired } = await playOutages(12, 4);
    expect(faults).toEqual([]);
    expect(Math.min(kept, expired)).toBeGreaterThan(0);
  });
});

describe("The token of a keeper's lease", () => {
  let publicKeys: PublicKeys;
  beforeAll(async () => {
    publicKeys = await licenseServer.get('/.well-known/jwks.json');
  });

  it('is verified without the server, with a key that was pinned', async () => {
    const keeper = keeperOf({ machineId: 'machine-4' }, { publicKeys });
    const { id, token, expiresAt } = await keeper.take();
    const claims = await verifyLease(token, publicKeys, { leaseId: id, machineId: 'machine-4', product: 'KRE' });
    expect(claims).toMatchObject({ jti: id, organizationId: server.organizationId });
    const [header, payload, signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 3600 })).toString('base64url');
    const now = new Date(Date.parse(expiresAt) + 61_000);
    const cases: [string, string, Parameters<typeof verifyLease>[2]][] = [
      ['The signature of the token is wrong.', `${header}.${forged}.${signature}`, {}],
      ['This is not the token of a lease.', `${header}.${payload}`.replace('.', ''), {}],
      ['This is not the token of a lease.', `${btoa('{"alg":"none"}')}.${payload}.`, {}],
      ['The token has expired.', token, { now }],
      ['The token is for another machineId.', token, { machineId: 'machine-5' }],
      ['The token is for another lease.', token, { leaseId: randomUUID() }],
    ];
    for (const [message, text, expectations] of cases) {
      await expect(verifyLease(text, publicKeys, expectations)).rejects.toThrow(message);
    }
  });

  it('is refused when it is signed with a key that is not pinned, and no seat stays taken', async () => {
    const stranger = { keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'other', x: 'A'.repeat(43) }] };
    await expect(keeperOf({}, { publicKeys: stranger }).take()).rejects.toThrow('a key that is not pinned');
    expect(await held()).toEqual([]);
  });
});
