import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from '../../seat/lease-policy.js';
import { type LeaseState, type PoolState, type SeatRequest } from '../../seat/seat-decision.js';
import { BatchDecision } from './batch-decision.js';
import { type CheckOutItem } from './check-out-item.js';
import { type Snapshot } from './snapshot.js';

const now = new Date('2026-06-01T12:00:00Z');
const inMinutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const limits = { maxLeasesPerUser: 0, maxWaitingPerUser: 2, maxWaitingPerOrganization: 10 };

function floating(quota: number): PoolState {
  return {
    ...{ id: 3, organizationId: 1, product: 'KSE', model: 'floating', quota, inUse: 0, machineQuota: null },
    ...{ boundMachines: 0, offline: 0, maxLeaseMillis: 86_400_000, maxOveragePercent: 0, freeMillis: 7_200_000 },
    ...{ endsAt: inMinutes(100_000).getTime(), reservations: [], caps: [], held: new Map(), heldTokens: new Map() },
    ...{ borrowMaxDays: 30, borrowEndsAt: inMinutes(100_000).getTime(), lent: new Set<string>() },
  };
}

function snapshot(pool: PoolState, more: Partial<Snapshot> = {}): Snapshot {
  return {
    ...{ now, licenseTime: now, pools: [pool], own: [], charged: [], waiting: [], reclaimed: [] },
    organizations: new Map([[1, { name: 'Acme', policy: defaultPolicy }]]),
    earliest: new Map([[pool.id, Infinity]]),
    ...{
      licensed: new Set<string>(),
      assignable: new Set<SeatRequest>(),
      registered: new Set<string>(),
      returning: new Set<SeatRequest>(),
    },
    live: new Map(),
    written: new Map([[pool.id, pool.inUse]]),
    ...more,
  };
}

function item(userId: number, more: Partial<CheckOutItem> = {}, session: Partial<SeatRequest> = {}): CheckOutItem {
  const request: SeatRequest = {
    ...{ organizationId: 1, userId, clientPackage: 'KSE', machineId: `machine-${userId}`, sessionId: 's' },
    ...{ hostname: null, version: null, fingerprint: null, jobId: null },
    ...session,
  };
  return { request, actor: { id: userId, name: 'Ada', address: null }, recordDenial: true, ...more };
}

describe('A batch of check-outs', () => {
  it('gives the last seat to who came first', () => {
    const batch = new BatchDecision(snapshot(floating(1)), limits);
    expect([item(1), item(2)].map((each) => batch.settle(each))).toMatchObject([
      { outcome: 'created', model: 'floating', organizationName: 'Acme' },
      { outcome: 'denied', code: 'seats-exhausted' },
    ]);
    expect(batch.inserted).toHaveLength(1);
    expect(batch.denied).toHaveLength(1);
    expect(batch.changedPools).toMatchObject([{ id: 3, inUse: 1 }]);
  });

  it('gives a session that asks twice one lease', () => {
    const batch = new BatchDecision(snapshot(floating(1)), limits);
    const [first, second] = [batch.settle(item(1)), batch.settle(item(1))];
    expect([first.outcome, second.outcome]).toEqual(['created', 'extended']);
    expect(second).toMatchObject({ id: (first as { id: string }).id });
    expect(batch.extended).toEqual([]);
  });

  it('prolongs what is there, and changes no count', () => {
    const own: LeaseState = {
      ...{ id: 'lease', number: 7, poolId: 3, organizationId: 1, product: 'KSE', userId: 1, machineId: 'machine-1' },
      ...{ fingerprint: null, sessionId: 's', hostname: null, jobId: null, client: null },
      ...{ renewedAt: inMinutes(-10), expiresAt: inMinutes(5), borrowedUntil: null, originId: null },
    };
    const batch = new BatchDecision(snapshot({ ...floating(1), inUse: 1 }, { own: [own] }), limits);
    expect(batch.settle(item(1))).toMatchObject({ outcome: 'extended', id: 'lease', expiresAt: inMinutes(15) });
    expect(batch.extended).toHaveLength(1);
    expect(batch.changedPools).toEqual([]);
  });

  it('lets who waits stand behind those who waited before, and no more than may', () => {
    const waiting = [{ id: 5, organizationId: 1, product: 'KSE' as const, userId: 9 }];
    const batch = new BatchDecision(snapshot({ ...floating(1), inUse: 1 }, { waiting }), limits);
    const ask = { mayWait: 'as-asked', recordDenial: false } as const;
    const answers = ['a', 'b', 'c'].map((sessionId) => batch.settle(item(1, ask, { sessionId })));
    expect(answers).toMatchObject([{ position: 2 }, { position: 3 }, { crowd: 'user' }]);
    expect(batch.queued).toHaveLength(2);
  });

  it('passes over who is new for who has waited', () => {
    const waiting = [{ id: 5, organizationId: 1, product: 'KSE' as const, userId: 9 }];
    const batch = new BatchDecision(snapshot(floating(1), { waiting }), limits);
    expect(batch.settle(item(1))).toMatchObject({ outcome: 'denied', code: 'others-waiting' });
    expect(batch.settle(item(9, { ticket: 5 }))).toMatchObject({ outcome: 'created' });
  });

  it('counts the seats of a user, those of the same batch too', () => {
    const batch = new BatchDecision(snapshot(floating(5)), { ...limits, maxLeasesPerUser: 1 });
    const sessions = ['a', 'b'].map((sessionId) => item(1, {}, { sessionId, machineId: `machine-${sessionId}` }));
    expect(sessions.map((each) => batch.settle(each))).toMatchObject([
      { outcome: 'created' },
      { outcome: 'denied', code: 'user-limit-reached' },
    ]);
  });

  describe('where the policy assigns per-user seats', () => {
    const perUser = (unassigned: number | undefined, more: Partial<PoolState> = {}): PoolState => ({
      ...floating(3),
      ...{ id: 1, model: 'per-user', unassigned },
      ...more,
    });
    const settled = (pool: PoolState, items: CheckOutItem[], more: Partial<Snapshot> = {}) => {
      const assignable = new Set(items.map(({ request }) => request));
      const batch = new BatchDecision(snapshot(pool, { assignable, ...more }), limits);
      return { batch, results: items.map((each) => batch.settle(each)) };
    };
    const token = { id: 9, poolId: 1, userId: 1, machineId: 'machine-1', fingerprint: null, isBorrowed: false };
    const charged = [{ ...token, expiresAt: inMinutes(600) }];

    it('gives each person who comes one, once, as long as there are any', () => {
      const again = item(1, {}, { sessionId: 'again' });
      const { batch, results } = settled(perUser(1), [item(1), again, item(2)]);
      expect(results).toMatchObject([
        { outcome: 'created' },
        { outcome: 'created' },
        { outcome: 'denied', code: 'no-seat-assigned' },
      ]);
      expect(batch.assigned).toMatchObject([{ userId: 1, email: 'Ada' }]);
    });

    it('gives none where it does not say so, or to who may have none', () => {
      expect(settled(perUser(undefined), [item(1)]).results).toMatchObject([{ code: 'no-seat-assigned' }]);
      const other = settled(perUser(1), [item(1)], { assignable: new Set<SeatRequest>() });
      expect(other.results).toMatchObject([{ code: 'no-seat-assigned' }]);
    });

    it('gives the seat that a token of the person still holds to no one else', () => {
      const pool = perUser(0, { offline: 1 });
      const { batch, results } = settled(pool, [item(2), item(1)], { charged });
      expect(results).toMatchObject([{ code: 'no-seat-assigned' }, { outcome: 'created', expiresAt: inMinutes(600) }]);
      expect(batch.assigned).toMatchObject([{ userId: 1 }]);
      expect(pool).toMatchObject({ unassigned: 0, offline: 0 });
    });

    it('gives no seat that the license no longer covers', () => {
      const { results } = settled(perUser(-1, { offline: 1 }), [item(1)], { charged });
      expect(results).toMatchObject([{ code: 'no-seat-assigned' }]);
    });
  });

  describe('that borrow', () => {
    const policy = { ...defaultPolicy, borrowMaxDays: 7, borrowKeepSeats: 1 };
    const organizations = new Map([[1, { name: 'Acme', policy }]]);
    const borrow = (userId: number, minutes: number): CheckOutItem =>
      item(userId, {}, { borrowUntil: inMinutes(minutes) });

    it('count what those before them borrowed', () => {
      const batch = new BatchDecision(snapshot(floating(2), { organizations }), limits);
      expect([borrow(1, 600), borrow(2, 600), item(3)].map((each) => batch.settle(each))).toMatchObject([
        { outcome: 'created', expiresAt: inMinutes(600), borrowedUntil: inMinutes(600) },
        { outcome: 'denied', code: 'borrow-seats-kept' },
        { outcome: 'created', expiresAt: inMinutes(15), borrowedUntil: null },
      ]);
      expect(batch.borrowed).toHaveLength(1);
    });

    it('lengthen what they have, and never shorten it', () => {
      const batch = new BatchDecision(snapshot(floating(2), { organizations }), limits);
      const asked = [item(1), borrow(1, 5), borrow(1, 600), borrow(1, 60), item(1)].map((each) => batch.settle(each));
      expect(asked).toMatchObject([
        { outcome: 'created', expiresAt: inMinutes(15), borrowedUntil: null },
        // A token until then is out.
        { outcome: 'extended', expiresAt: inMinutes(15), borrowedUntil: inMinutes(15) },
        { outcome: 'extended', expiresAt: inMinutes(600), borrowedUntil: inMinutes(600) },
        { outcome: 'extended', expiresAt: inMinutes(600), borrowedUntil: inMinutes(600) },
        { outcome: 'extended', expiresAt: inMinutes(600), borrowedUntil: inMinutes(600) },
      ]);
      expect(batch.borrowed).toHaveLength(2);
    });
  });
});
