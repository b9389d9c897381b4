import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from './lease-policy.js';
import { type Model } from '../../license/file/product.js';
import {
  decide,
  type LeaseState,
  modelsFor,
  type PoolState,
  type SeatRequest,
  type Situation,
} from './seat-decision.js';

const now = new Date('2026-06-01T12:00:00Z');
const minutes = (count: number): number => count * 60_000;
const lease15 = minutes(15);

const request = (more: Partial<SeatRequest> = {}): SeatRequest => ({
  organizationId: 1,
  userId: 1,
  clientPackage: 'KSE',
  machineId: 'here',
  sessionId: 'new',
  hostname: null,
  version: null,
  fingerprint: null,
  jobId: null,
  ...more,
});

const pool = (model: Model, more: Partial<PoolState> = {}): PoolState => ({
  id: ['per-user', 'node-locked', 'floating'].indexOf(model) + 1,
  organizationId: 1,
  product: 'KSE',
  model,
  quota: 1,
  inUse: 0,
  machineQuota: null,
  boundMachines: 0,
  offline: 0,
  maxLeaseMillis: minutes(1440),
  maxOveragePercent: 100,
  freeMillis: minutes(120),
  borrowMaxDays: 30,
  borrowEndsAt: now.getTime() + minutes(1_000_000),
  endsAt: now.getTime() + minutes(1_000_000),
  reservations: [],
  caps: [],
  held: new Map(),
  heldTokens: new Map(),
  ...more,
});

const lease = (more: Partial<LeaseState> = {}): LeaseState => ({
  id: 'lease',
  number: 1,
  poolId: 3,
  organizationId: 1,
  product: 'KSE',
  userId: 1,
  machineId: 'here',
  fingerprint: null,
  sessionId: 'old',
  hostname: null,
  jobId: null,
  client: null,
  renewedAt: now,
  expiresAt: new Date(now.getTime() + lease15),
  borrowedUntil: null,
  originId: null,
  ...more,
});

function situation(pools: PoolState[], more: Partial<Situation> = {}): Situation {
  return {
    now,
    licenseTime: now,
    pools: new Map(pools.map((each) => [each.model, each])),
    own: [],
    charged: [],
    isReturning: false,
    licensed: false,
    assignable: false,
    registered: new Set(),
    waiting: [],
    policy: { ...defaultPolicy, leaseMillis: lease15 },
    ...more,
  };
}

/** Of machines whose id could not be read. */
const shared = { machineId: '382b0f5185773fa0f67a8ed8056c7759' };

/** Two users who may have so many seats together, and have one each. */
const team = (seats: number): Partial<PoolState> => ({
  caps: [{ seats, users: new Set([1, 2]) }],
  held: new Map([
    [1, 1],
    [2, 1],
  ]),
});

const outcome = (seatRequest: SeatRequest, world: Situation) => decide(seatRequest, world);

describe('Seats are taken in this order', () => {
  it('KSE one’s own first, ENGINE the machine’s, and FLOATING_ENGINE floating only', () => {
    expect(modelsFor('KSE')).toEqual(['per-user', 'node-locked', 'floating']);
    expect(modelsFor('ENGINE')).toEqual(['node-locked', 'floating', 'per-user']);
    expect(modelsFor('FLOATING_ENGINE')).toEqual(['floating']);
  });

  it('a licensed user takes the per-user seat, others the machine’s, then a floating one', () => {
    const pools = [pool('per-user'), pool('node-locked'), pool('floating')];
    expect(outcome(request(), situation(pools, { licensed: true }))).toMatchObject({
      outcome: 'grant',
      pool: pools[0],
    });
    expect(outcome(request(), situation(pools))).toMatchObject({ outcome: 'grant', pool: pools[1], register: true });
    const full = [pool('node-locked', { boundMachines: 1 }), pools[2]!];
    expect(outcome(request(), situation(full))).toMatchObject({ outcome: 'grant', pool: pools[2] });
    expect(outcome(request(), situation(full, { registered: new Set([2]) }))).toMatchObject({
      pool: full[0],
      register: false,
    });
  });

  it('a person whom the policy assigns a seat takes that one, and is refused the one that is held elsewhere', () => {
    const pools = [pool('per-user'), pool('floating')];
    expect(outcome(request(), situation(pools, { assignable: true }))).toMatchObject({ pool: pools[0], assign: true });
    expect(outcome(request(), situation(pools, { licensed: true, assignable: true }))).toMatchObject({ assign: false });
    const token = {
      id: 1,
      poolId: 1,
      userId: 1,
      machineId: 'there',
      fingerprint: null,
      expiresAt: now,
      isBorrowed: false,
    };
    expect(outcome(request(), situation([pools[0]!], { assignable: true, charged: [token] }))).toEqual({
      outcome: 'deny',
      code: 'seat-used-elsewhere',
    });
    // An expired lease of a seat that was taken back does not go on as if nothing had happened.
    const own = [lease({ poolId: 1, sessionId: request().sessionId, expiresAt: new Date(now.getTime() - 1) })];
    expect(outcome(request(), situation([pools[0]!], { assignable: true, own }))).toMatchObject({ assign: true });
  });

  it('a licensed user who is active elsewhere takes a floating one here', () => {
    const pools = [pool('per-user'), pool('floating')];
    const elsewhere = lease({ poolId: 1, machineId: 'there' });
    expect(outcome(request(), situation(pools, { licensed: true, own: [elsewhere] }))).toMatchObject({
      pool: pools[1],
    });
    const expired = lease({ poolId: 1, machineId: 'there', expiresAt: now });
    expect(outcome(request(), situation(pools, { licensed: true, own: [expired] }))).toMatchObject({ pool: pools[0] });
  });
});

describe('The same session', () => {
  it('goes on with its lease, even in a full pool', () => {
    const own = [lease({ sessionId: 'new' })];
    expect(outcome(request(), situation([pool('floating', { inUse: 1 })], { own }))).toMatchObject({
      outcome: 'extend',
    });
  });

  it('on another machine is another session', () => {
    const own = [lease({ sessionId: 'new', machineId: 'there' })];
    expect(outcome(request(), situation([pool('floating', { inUse: 1 })], { own }))).toMatchObject({ outcome: 'deny' });
  });

  it('changes to a seat that is still good when its own has ended', () => {
    const own = [lease({ sessionId: 'new', poolId: 1 })];
    const pools = [pool('per-user', { endsAt: now.getTime() }), pool('floating')];
    expect(outcome(request(), situation(pools, { own }))).toMatchObject({
      outcome: 'grant',
      pool: pools[1],
      replaces: own[0],
    });
  });
});

describe('A crashed client', () => {
  const full = [pool('floating', { inUse: 1 })];

  it('of Studio gets its seat back at once', () => {
    expect(outcome(request(), situation(full, { own: [lease()] }))).toMatchObject({ outcome: 'take-over' });
  });

  it('has no seat any more when its lease has run out: what bounds its user’s seats bounds this one', () => {
    const capped = [pool('floating', { quota: 5, caps: [{ seats: 0, users: new Set([1]) }] })];
    const seatRequest = request({ sessionId: 'old' });
    expect(outcome(seatRequest, situation(capped, { own: [lease()] }))).toMatchObject({ outcome: 'extend' });
    for (const sessionId of ['old', 'new']) {
      const own = [lease({ expiresAt: now })];
      expect(outcome(request({ sessionId }), situation(capped, { own }))).toEqual({
        outcome: 'deny',
        code: 'cap-reached',
      });
    }
  });

  it('of Studio goes on with its seat also where another is free', () => {
    const pools = [pool('per-user'), pool('floating', { quota: 2, inUse: 1 })];
    const own = [lease({ client: 'studio' })];
    const seatRequest = request({ client: 'studio' });
    expect(outcome(seatRequest, situation(pools, { own }))).toMatchObject({ outcome: 'take-over', lease: own[0] });
    // A seat of one's own is the better one, and leaves the other to a colleague.
    expect(outcome(seatRequest, situation(pools, { own, licensed: true }))).toMatchObject({
      outcome: 'grant',
      pool: pools[0],
      replaces: own[0],
    });
    expect(outcome(seatRequest, situation(pools, { own, isReturning: true }))).toEqual({
      outcome: 'deny',
      code: 'session-replaced',
    });
  });

  it.each<[string, Partial<SeatRequest>, Partial<LeaseState>]>([
    ['a native program', {}, { client: 'studio' }],
    ['Studio beside a native program', { client: 'studio' }, {}],
    ['Runtime Engine', { client: 'engine', clientPackage: 'ENGINE' }, { client: 'engine' }],
    ['Studio on a machine that shares its id', { client: 'studio', ...shared }, { client: 'studio', ...shared }],
  ])('does not do so if it is %s', (_, seatRequest, own) => {
    const world = situation([pool('floating', { quota: 2, inUse: 1 })], { own: [lease(own)] });
    expect(outcome(request(seatRequest), world)).toMatchObject({ outcome: 'grant' });
  });

  it('takes a free seat where there is one', () => {
    expect(outcome(request(), situation([pool('floating', { quota: 2, inUse: 1 })], { own: [lease()] }))).toMatchObject(
      { outcome: 'grant' },
    );
  });

  it('of Runtime Engine gets it back when the old session has missed its renewal', () => {
    const seatRequest = request({ clientPackage: 'ENGINE' });
    const world = (renewedAgo: number) =>
      situation(full, { own: [lease({ renewedAt: new Date(now.getTime() - renewedAgo) })] });
    expect(outcome(seatRequest, world(minutes(12)))).toMatchObject({ outcome: 'deny' });
    expect(outcome(seatRequest, world(minutes(13) + 1))).toMatchObject({ outcome: 'take-over' });
  });

  it.each<[Partial<SeatRequest>, Partial<LeaseState>, string]>([
    [{ hostname: 'a' }, { hostname: 'a' }, 'take-over'],
    [{ hostname: 'a' }, { hostname: null }, 'take-over'],
    [{ hostname: 'a' }, { hostname: 'b' }, 'deny'],
    [{ hostname: 'a', fingerprint: 'pod' }, { hostname: 'b', fingerprint: 'pod' }, 'take-over'],
    [{ jobId: '1' }, { jobId: '1' }, 'take-over'],
    [{ jobId: '1' }, { jobId: '2' }, 'deny'],
    [{ jobId: '1' }, { jobId: null }, 'deny'],
    [{ ...shared }, { ...shared }, 'deny'],
    [{ ...shared, hostname: 'a' }, { ...shared, hostname: 'a' }, 'take-over'],
  ])('of Runtime Engine is one of the same host and job: %j after %j', (seatRequest, old, expected) => {
    const own = [lease({ renewedAt: new Date(now.getTime() - minutes(14)), ...old })];
    expect(outcome(request({ clientPackage: 'ENGINE', ...seatRequest }), situation(full, { own }))).toMatchObject({
      outcome: expected,
    });
  });

  it('of Runtime Engine is waited for by the time of its own lease', () => {
    const policy = { ...defaultPolicy, engineLeaseMillis: minutes(5) };
    const own = [lease({ renewedAt: new Date(now.getTime() - minutes(5) - 1) })];
    const engines = [pool('floating', { product: 'KRE', inUse: 1 })];
    const seatRequest = request({ clientPackage: 'ENGINE' });
    expect(outcome(seatRequest, situation(engines, { own, policy }))).toMatchObject({ outcome: 'take-over' });
    expect(outcome(seatRequest, situation(engines, { own }))).toMatchObject({ outcome: 'deny' });
  });
});

describe('A refusal', () => {
  it.each<[string, PoolState[]]>([
    ['seats-exhausted', [pool('floating', { inUse: 1 })]],
    ['seats-exhausted', [pool('floating', { inUse: 3 })]],
    ['no-seat-assigned', [pool('per-user')]],
    ['license-expired', [pool('floating', { endsAt: now.getTime() })]],
    ['not-licensed', [pool('floating', { quota: 0 })]],
    ['not-licensed', [pool('floating', { endsAt: -Infinity, quota: 0 })]],
    ['not-licensed', []],
    ['license-expired', [pool('floating', { quota: 0 }), pool('per-user', { endsAt: now.getTime() })]],
    ['no-seat-assigned', [pool('per-user'), pool('floating', { endsAt: now.getTime() })]],
    ['machine-quota-reached', [pool('floating', { inUse: 1, machineQuota: 2, boundMachines: 2 })]],
    ['machine-quota-reached', [pool('node-locked', { quota: 3, machineQuota: 2, boundMachines: 2 })]],
    ['reserved-for-others', [pool('floating', { reservations: [{ seats: 1, users: new Set([2]) }] })]],
    ['cap-reached', [pool('floating', { quota: 5, caps: [{ seats: 0, users: new Set([1]) }] })]],
    ['cap-reached', [pool('floating', { quota: 5, inUse: 2, ...team(2) })]],
    ['seats-exhausted', [pool('floating', { inUse: 1, reservations: [{ seats: 1, users: new Set([2]) }] })]],
  ])('is %s', (code, pools) => {
    expect(outcome(request(), situation(pools))).toEqual({ outcome: 'deny', code });
  });

  it('is for the first license of Katalon’s clients that would end within a minute, and for no other', () => {
    const ending = [pool('floating', { endsAt: now.getTime() + 59_999 })];
    const first = request({ client: 'studio' });
    expect(outcome(first, situation(ending))).toEqual({ outcome: 'deny', code: 'license-ending' });
    expect(outcome(request(), situation(ending))).toMatchObject({ outcome: 'grant' });
    expect(outcome(first, situation([pool('floating', { endsAt: now.getTime() + 60_000 })]))).toMatchObject({
      outcome: 'grant',
    });
    const own = [lease({ client: 'studio', sessionId: 'new' })];
    expect(outcome(first, situation(ending, { own }))).toMatchObject({ outcome: 'extend' });
    const none = [pool('floating', { endsAt: now.getTime() + 1, quota: 0 })];
    expect(outcome(first, situation(none))).toEqual({ outcome: 'deny', code: 'not-licensed' });
  });

  it('says when one’s own seat is in use on another machine', () => {
    const own = [lease({ poolId: 1, machineId: 'there' })];
    const world = situation([pool('per-user')], { licensed: true, own });
    expect(outcome(request(), world)).toEqual({ outcome: 'deny', code: 'seat-used-elsewhere' });
  });

  it('is for a machine that the policy denies, whatever else there is', () => {
    const policy = { ...defaultPolicy, deniedMachines: ['HER*'] };
    expect(outcome(request(), situation([], { policy }))).toEqual({ outcome: 'deny', code: 'machine-denied' });
  });
});

describe('A machine', () => {
  it('that is registered may come again when no other may', () => {
    const pools = [pool('floating', { machineQuota: 1, boundMachines: 1 })];
    expect(outcome(request(), situation(pools, { registered: new Set([3]) }))).toMatchObject({
      outcome: 'grant',
      register: false,
    });
  });

  it('is the same when its container has another machine id and the same fingerprint', () => {
    const seatRequest = request({ fingerprint: 'agent-7', machineId: 'container-2' });
    const own = [lease({ machineId: 'container-1', fingerprint: 'agent-7' })];
    expect(outcome(seatRequest, situation([pool('floating', { inUse: 1 })], { own }))).toMatchObject({
      outcome: 'take-over',
    });
  });
});

describe('A cap', () => {
  it('lets its users have as many seats as it says', () => {
    const pools = [pool('floating', { quota: 5, inUse: 1, ...team(3) })];
    expect(outcome(request(), situation(pools))).toMatchObject({ outcome: 'grant' });
  });

  it('counts the seats that tokens of released sessions hold', () => {
    const capped = { ...team(3), heldTokens: new Map([[2, 1]]) };
    expect(outcome(request(), situation([pool('floating', { quota: 5, inUse: 2, ...capped })]))).toEqual({
      outcome: 'deny',
      code: 'cap-reached',
    });
  });

  it('keeps nobody else from a seat while its users wait', () => {
    const pools = [pool('floating', { quota: 3, inUse: 2, ...team(2) })];
    expect(outcome(request({ userId: 3 }), situation(pools, { waiting: [1] }))).toMatchObject({ outcome: 'grant' });
    // Of the same team, the one who came before is the next.
    const left = [pool('floating', { quota: 5, inUse: 2, ...team(3) })];
    expect(outcome(request({ userId: 2 }), situation(left, { waiting: [1] }))).toEqual({
      outcome: 'deny',
      code: 'others-waiting',
    });
  });
});

describe('Who waits', () => {
  const free = (seats: number) => [pool('floating', { quota: seats })];

  it('is served before those who come later', () => {
    expect(outcome(request(), situation(free(2), { waiting: [7, 8] }))).toEqual({
      outcome: 'deny',
      code: 'others-waiting',
    });
    expect(outcome(request(), situation(free(3), { waiting: [7, 8] }))).toMatchObject({ outcome: 'grant' });
  });

  it('for seats that are reserved for others does not keep those others from them', () => {
    const pools = [pool('floating', { reservations: [{ seats: 1, users: new Set([1]) }] })];
    expect(outcome(request(), situation(pools, { waiting: [7] }))).toMatchObject({ outcome: 'grant' });
  });
});

describe('A seat that is to be borrowed', () => {
  const inDays = (days: number): Date => new Date(now.getTime() + days * minutes(1440));
  const policy = { ...defaultPolicy, borrowMaxDays: 7, borrowKeepSeats: 1 };
  const borrowing = (until: Date): SeatRequest => request({ borrowUntil: until });
  const answer = (until: Date, pools: PoolState[], more: Partial<Situation> = {}): string => {
    const decision = decide(borrowing(until), situation(pools, { policy, ...more }));
    return decision.outcome === 'deny' ? decision.code : `${decision.outcome} ${decision.pool.model}`;
  };
  const five = (more: Partial<PoolState> = {}): PoolState => pool('floating', { quota: 5, ...more });

  it('is granted up to the last moment that both license and policy allow', () => {
    expect(answer(inDays(7), [five()])).toBe('grant floating');
    expect(answer(inDays(7.001), [five()])).toBe('borrow-too-long');
    expect(answer(inDays(3.001), [five({ borrowMaxDays: 3 })])).toBe('borrow-too-long');
    expect(answer(inDays(2), [five({ borrowEndsAt: inDays(2).getTime() })])).toBe('grant floating');
    expect(answer(inDays(2.001), [five({ borrowEndsAt: inDays(2).getTime() })])).toBe('borrow-beyond-license');
  });

  it('is refused where license or policy lend none', () => {
    expect(answer(inDays(1), [five({ borrowMaxDays: 0 })])).toBe('borrow-not-allowed');
    expect(answer(inDays(1), [five()], { policy: defaultPolicy })).toBe('borrow-not-allowed');
  });

  it('leaves the seats that the policy keeps', () => {
    const lent = (...names: string[]): PoolState => five({ lent: new Set(names.map((name) => `lease ${name}`)) });
    expect(answer(inDays(1), [lent('a', 'b', 'c')])).toBe('grant floating');
    expect(answer(inDays(1), [lent('a', 'b', 'c', 'd')])).toBe('borrow-seats-kept');
  });

  it('may be the one that the session has, borrowed already or not', () => {
    const own = lease({ sessionId: 'new' });
    expect(answer(inDays(1), [five({ inUse: 5 })], { own: [own] })).toBe('extend floating');
    const all = five({ lent: new Set(['lease a', 'lease b', 'lease c', 'lease lease']) });
    expect(answer(inDays(1), [all], { own: [own] })).toBe('extend floating');
    const others = five({ lent: new Set(['lease a', 'lease b', 'lease c', 'lease d']) });
    expect(answer(inDays(1), [others], { own: [own] })).toBe('borrow-seats-kept');
  });

  it('comes from another kind where the first one is not lent', () => {
    const own = pool('per-user', { quota: 5, borrowMaxDays: 0 });
    expect(answer(inDays(1), [own, five()], { licensed: true })).toBe('grant floating');
  });

  it('is refused for want of a seat where that is what is missing', () => {
    const none = pool('node-locked', { quota: 0, borrowMaxDays: 0 });
    expect(answer(inDays(1), [none, five({ inUse: 5 })])).toBe('seats-exhausted');
  });

  it('stays with its session: no other one of the machine takes it over', () => {
    const own = [lease({ borrowedUntil: inDays(1), expiresAt: inDays(1) })];
    expect(decide(request(), situation([pool('floating', { inUse: 1 })], { own }))).toMatchObject({
      code: 'seats-exhausted',
    });
    const charge = { id: 1, poolId: 3, userId: 1, machineId: 'here', fingerprint: null, expiresAt: inDays(1) };
    const full = pool('floating', { offline: 1 });
    expect(decide(request(), situation([full], { charged: [{ ...charge, isBorrowed: true }] }))).toMatchObject({
      code: 'seats-exhausted',
    });
    expect(decide(request(), situation([full], { charged: [{ ...charge, isBorrowed: false }] }))).toMatchObject({
      outcome: 'grant',
    });
  });
});
