import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answer, type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  everyScope,
  gui,
  issue,
  member,
  readyServer,
  type ReadyServer,
  specification,
  userId,
  withinASecond,
} from './support/test-server.js';

/** Histories that are tried: a few in every run of the tests, many with `npm run test:soak`. */
const runs = Number(process.env.SOAK_RUNS ?? 20);
/** Seats to begin with, and at most. */
const most = 3;
const leaseMinutes = 15;

/** Two machines, and then one container that has another machine id after each start. */
const machineIds = ['machine-0', 'machine-1', 'pod-0', 'pod-1'].map(machineIdOf);
const container = 2;
/** Who is in a team: the first two users. */
const team = 3;

/** Somebody, somewhere, in one run of a client. */
interface Who {
  user: number;
  machine: number;
  session: number;
}

/** The machine, or the container, which is the same one whatever its machine id. */
const placeOf = ({ machine }: Who): number => Math.min(machine, container);

type Step =
  | { kind: 'check-out' | 'activate' | 'renew' | 'release' | 'terminate'; who: Who }
  | { kind: 'borrow'; who: Who; minutes: number }
  /** The seat comes back, with the token that was got last. */
  | { kind: 'return'; who: Who }
  | { kind: 'keep'; seats: number }
  | { kind: 'wait'; minutes: number }
  | { kind: 'offline'; machine: number; minutes: number }
  | { kind: 'policy'; overQuotaPercent: number }
  | { kind: 'quota' | 'license'; seats: number }
  | { kind: 'recreate' }
  | { kind: 'reserve'; holder: number; seats: number }
  | { kind: 'cap'; holder: number; seats: number | null }
  | { kind: 'deny'; place: number | null }
  | { kind: 'end-job'; user: number }
  | { kind: 'idle'; who: Who; minutes: number }
  | { kind: 'end-own'; who: Who }
  | { kind: 'remove'; user: number };

const who = fc
  .record({ user: fc.nat(2), machine: fc.nat(3), session: fc.nat(1) })
  // One session for each start of the container, so that never two count as crashed.
  .map((each) => (placeOf(each) === container ? { ...each, session: 0 } : each));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('check-out' as const, 'activate' as const), who }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('renew' as const, 'release' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('terminate' as const), who }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('borrow' as const), who, minutes: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('return' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('keep' as const), seats: fc.nat(most) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('offline' as const),
      machine: fc.nat(2),
      minutes: fc.integer({ min: 5, max: 60 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('policy' as const), overQuotaPercent: fc.constantFrom(0, 34, 100) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('quota' as const), seats: fc.nat(most) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('license' as const), seats: fc.integer({ min: 1, max: most }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'recreate' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('reserve' as const), holder: fc.nat(team), seats: fc.nat(2) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('cap' as const),
      holder: fc.nat(team),
      seats: fc.option(fc.nat(2)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('deny' as const), place: fc.option(fc.nat(container)) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('idle' as const), who, minutes: fc.integer({ min: 1, max: 20 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end-own' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'end-job' as const), user: fc.nat(2) }),
  },
);

/**
 * The rules of floating Studio seats in a few lines: no database, no batches, no reclaiming. Times are whole minutes, so that
 * the milliseconds of the real server do not matter.
 */
class Model {
  now = 0;
  /** What the license file gives, and what of it the organization was given. */
  license = most;
  allocation = most;
  overQuotaPercent = 0;
  /** Seats that are kept for one user, or for the team. */
  reserved: { holder: number; seats: number } | undefined;
  /** Seats that one user, or the team, may have at most. */
  cap: { holder: number; seats: number } | undefined;
  readonly team = new Set([0, 1]);
  deniedPlace: number | null = null;
  /** Seats that are never lent. */
  keep = 0;
  /** When each session's lease ends. */
  readonly leases = new Map<string, ModelLease>();
  /** Borrowed seats whose sessions have ended: their tokens are out. */
  held: { id: string | undefined; user: number; ends: number }[] = [];
  /** Sessions that have had a seat. */
  readonly known = new Set<string>();
  /** When each machine's offline license ends. */
  readonly offline = new Map<number, number>();
  /** When those of organizations end that are gone. */
  private readonly lost: number[] = [];

  /** The organization's share, whether it is out elsewhere or not. */
  get share(): number {
    return Math.min(this.allocation, this.license);
  }

  /** What is left of it for the organization. What it was not given makes up first for what is lost. */
  get quota(): number {
    const lost = this.lost.filter((ends) => ends > this.now).length;
    return Math.max(0, this.share - Math.max(0, lost - (this.license - this.share)));
  }

  isLive(key: string): boolean {
    return (this.leases.get(key)?.ends ?? 0) > this.now;
  }

  get live(): string[] {
    return [...this.leases.keys()].filter((key) => this.isLive(key));
  }

  get taken(): number {
    const offline = [...this.offline.values()].filter((ends) => ends > this.now).length;
    return this.live.length + this.liveHeld.length + offline;
  }

  get liveHeld(): { user: number }[] {
    return this.held.filter(({ ends }) => ends > this.now);
  }

  isBorrowed(key: string): boolean {
    return this.isLive(key) && this.leases.get(key)!.isBorrowed;
  }

  /** Seats that are lent. */
  get lent(): number {
    return this.live.filter((key) => this.isBorrowed(key)).length + this.liveHeld.length;
  }

  /** Seats that this user finds free; null: somebody for whom none are reserved. */
  freeFor(user: number | null, overQuotaPercent = this.overQuotaPercent): number {
    const free = this.freeWithout(overQuotaPercent);
    if (!this.reserved || (user !== null && this.isReservedFor(user))) return free;
    const used = this.live.filter((key) => this.isReservedFor(this.leases.get(key)!.who.user)).length;
    return free - Math.max(0, this.reserved.seats - used);
  }

  /** The same if no seats were reserved. */
  private freeWithout(overQuotaPercent: number): number {
    return this.quota + Math.floor((this.quota * overQuotaPercent) / 100) - this.taken;
  }

  private isReservedFor(user: number): boolean {
    return this.reserved !== undefined && this.isMeant(this.reserved.holder, user);
  }

  private isMeant(holder: number, user: number): boolean {
    return holder === team ? this.team.has(user) : holder === user;
  }

  isCapped(user: number): boolean {
    if (!this.cap || !this.isMeant(this.cap.holder, user)) return false;
    const { holder, seats } = this.cap;
    const users = [...this.live.map((key) => this.leases.get(key)!.who), ...this.liveHeld].map((each) => each.user);
    return users.filter((each) => this.isMeant(holder, each)).length >= seats;
  }

  /** Why there is no seat for this user, though the machine is allowed. */
  private refusalOf(user: number): Refusal {
    if (this.quota === 0) return 'not-licensed';
    if (this.isCapped(user)) return 'cap-reached';
    return this.freeWithout(this.overQuotaPercent) <= 0 ? 'seats-exhausted' : 'reserved-for-others';
  }

  /** Why a check-out is refused; if it is granted, the session gets a seat, or keeps the one it has. */
  checkOut(someone: Who, isStudio = false): Refusal | 'granted' {
    const key = keyOf(someone);
    if (placeOf(someone) === this.deniedPlace) return 'machine-denied';
    const running = isStudio && !this.isLive(key) ? this.otherStudio(someone) : undefined;
    if (running !== undefined && this.quota > 0) {
      // Of two Studios on a machine the newer one has the seat, whether there are others or not.
      if (this.known.has(key)) return 'session-replaced';
      this.leases.delete(running);
    } else if (
      !this.isLive(key) &&
      (this.quota === 0 || this.freeFor(someone.user) <= 0 || this.isCapped(someone.user))
    ) {
      // The same user's other session on this machine, or in this container, is taken to have crashed: its seat goes on.
      const crashed = this.live.filter((each) => {
        const { who: other, isBorrowed } = this.leases.get(each)!;
        return !isBorrowed && other.user === someone.user && placeOf(other) === placeOf(someone);
      });
      if (crashed.length === 0) return this.refusalOf(someone.user);
      this.leases.delete(crashed[0] ?? '');
    }
    const isBorrowed = this.isBorrowed(key);
    const ends = isBorrowed ? this.leases.get(key)!.ends : this.now + leaseMinutes;
    const { isStudio: wasStudio = isStudio, id } = this.leases.get(key) ?? {};
    this.leases.set(key, { who: someone, ends, isStudio: wasStudio, isBorrowed, id });
    this.known.add(key);
    return 'granted';
  }

  /** Whether it is the seat that the session has, or a new one. */
  borrow(someone: Who, minutes: number): Refusal | 'granted' {
    const key = keyOf(someone);
    const before = this.isLive(key) ? this.leases.get(key)!.ends : 0;
    if (placeOf(someone) === this.deniedPlace) return 'machine-denied';
    if (!this.isLive(key) && this.quota === 0) return 'not-licensed';
    if (!this.isBorrowed(key) && this.lent >= this.quota - this.keep) return 'borrow-seats-kept';
    const answer = this.checkOut(someone);
    if (answer !== 'granted') return answer;
    const lease = this.leases.get(key)!;
    this.leases.set(key, { ...lease, ends: Math.max(before, this.now + minutes), isBorrowed: true });
    return 'granted';
  }

  /** Ends a session. A borrowed seat is not free for that. */
  end(key: string): void {
    const lease = this.leases.get(key);
    if (lease && this.isBorrowed(key)) this.held.push({ id: lease.id, user: lease.who.user, ends: lease.ends });
    this.leases.delete(key);
  }

  /** @returns what becomes of the next organization; what is out stays out */
  recreate(): Model {
    const next = new Model();
    Object.assign(next, { now: this.now, license: this.license, allocation: this.license });
    next.lost.push(...this.lost, ...this.offline.values(), ...this.held.map(({ ends }) => ends));
    return next;
  }

  /**
   * Ends the sessions for which there are no seats any more.
   *
   * @param age of a session: that of the one that was granted first is the least
   */
  cut(age: (key: string) => number): void {
    // The license allows as many beyond the seats; what is out as an offline license, lent or lost cannot be called back.
    const offline = [...this.offline.values()].filter((ends) => ends > this.now).length;
    const lost = this.lost.filter((ends) => ends > this.now).length;
    const kept = Math.max(0, Math.min(2 * this.share, 2 * this.license - lost) - offline - this.lent);
    const inOrder = this.live.filter((key) => !this.isBorrowed(key)).sort((a, b) => age(a) - age(b));
    for (const key of inOrder.slice(kept)) this.leases.delete(key);
  }

  private otherStudio(someone: Who): string | undefined {
    return this.live.find((each) => {
      const { who: other, isStudio, isBorrowed } = this.leases.get(each)!;
      return isStudio && !isBorrowed && other.user === someone.user && other.machine === someone.machine;
    });
  }

  endAll(isMeant: (who: Who) => boolean): void {
    for (const [key, { who: someone }] of this.leases) if (isMeant(someone)) this.end(key);
  }
}

interface ModelLease {
  who: Who;
  ends: number;
  isStudio: boolean;
  isBorrowed: boolean;
  /** As the server calls it, once it has a token. */
  id: string | undefined;
}

/** Why a session gets no seat. */
type Refusal =
  | 'machine-denied'
  | 'not-licensed'
  | 'cap-reached'
  | 'reserved-for-others'
  | 'seats-exhausted'
  | 'session-replaced'
  | 'borrow-seats-kept';

const statusOf = (refusal: Refusal): number => (['machine-denied', 'not-licensed'].includes(refusal) ? 403 : 409);

/** The status of a refusal, and its code. */
async function refusalIn(answer: Answer): Promise<[status: number, code: string]> {
  const status = await answer.status();
  return [status, (await answer.expect<{ code: string }>(status)).code];
}

const keyOf = ({ user, machine, session }: Who): string => `${user} ${machine} ${session}`;

let server: ReadyServer;
let users: { api: Api; id: number }[];
let root: Api;
/** Minutes that the server's clock is ahead by now. */
let stepped = 0;

const entitlement = (quantity: number) => ({
  ...{
    product: 'KSE',
    model: 'floating',
    quantity,
    features: [gui],
    offline: true,
    maxOveragePercent: 100,
    borrowMaxDays: 1,
  },
});

beforeAll(async () => {
  server = await readyServer([entitlement(most)]);
  const keep = async (api: Api): Promise<Api> => {
    const { key } = await api
      .post('/api/v1/users/me/api-keys', { name: 'Key', scopes: everyScope })
      .expect<{ key: string }>(201);
    return server.api.withBearer(key);
  };
  root = await keep(server.root);
  users = [];
  for (const name of ['a', 'b', 'c']) {
    const api = await keep(await member(server, `${name}@example.com`, null));
    users.push({ api, id: await userId(server, `${name}@example.com`) });
  }
});
afterAll(() => server.close());

const seats = (quantity: number) => [{ product: 'KSE', model: 'floating', quantity }];

/** A new organization that has so many seats. */
async function newOrganization(quantity: number): Promise<number> {
  const { id } = await root.post('/api/v1/organizations', { name: 'Run' }).expect<{ id: number }>(201);
  await root.put(`/api/v1/organizations/${id}/allocations`, seats(quantity)).expect(200);
  await server.sql(`INSERT INTO membership SELECT $1, unnest($2::bigint[]), 'USER', now()`, [
    id,
    users.map((each) => each.id),
  ]);
  await server.sql(
    `WITH made AS (INSERT INTO team (organization_id, name, created_at) VALUES ($1, 'Team', now()) RETURNING id)
       INSERT INTO team_member (organization_id, team_id, user_id, role, joined_at)
         SELECT $1, id, unnest($2::bigint[]), 'USER', now() FROM made`,
    [id, users.slice(0, 2).map((each) => each.id)],
  );
  await root.patch(`/api/v1/organizations/${id}/license-policy`, { borrowMaxDays: 1 }).expect(200);
  const seen = ({ api }: { api: Api }) => api.get(`/api/v1/organizations/${id}`).status();
  for (const each of users) expect(await withinASecond(() => seen(each), 200)).toBe(200);
  return id;
}

/** Installs a license file of the same id, which replaces the one before. */
async function install(quantity: number): Promise<void> {
  const license = await issue(specification([entitlement(quantity)]));
  await root.post('/api/v1/licenses', { license }).expect(201);
}

/** Everything that the history before has left runs out; then there is an organization that has all the seats. */
async function freshOrganization(former: number): Promise<number> {
  await later(90);
  await root.delete(`/api/v1/organizations/${former}`).expect(204);
  await install(most);
  return newOrganization(most);
}

async function later(minutes: number): Promise<void> {
  stepped += minutes;
  await server.later({ minutes });
}

/** Plays a history on the model and on the real server, and compares after each step. */
class Play {
  private model = new Model();
  private readonly ids = new Map<string, string>();
  /** The token of each session that borrowed a seat, the newest. */
  private readonly tokens = new Map<string, { id: string; token: string }>();

  constructor(public organizationId: number) {}

  async step(next: Step): Promise<void> {
    switch (next.kind) {
      case 'check-out':
        await this.checkOut(next.who);
        break;
      case 'activate':
        await this.activate(next.who);
        break;
      case 'renew':
        await this.renew(next.who);
        break;
      case 'release':
        await this.end(next.who, (api, id) => api.delete(`/api/v1/leases/${id}`).status());
        break;
      case 'terminate':
        await this.end(next.who, (_, id) => root.delete(`${this.path}/online-licenses/${id}`).status());
        break;
      case 'borrow':
        await this.borrow(next.who, next.minutes);
        break;
      case 'return':
        await this.giveBack(next.who);
        break;
      case 'keep':
        this.model.keep = next.seats;
        await root.patch(`${this.path}/license-policy`, { borrowKeepSeats: next.seats }).expect(200);
        break;
      case 'wait':
        await this.wait(next.minutes);
        break;
      case 'offline':
        await this.offline(next.machine, next.minutes);
        break;
      case 'policy':
        await this.overQuota(next.overQuotaPercent);
        break;
      case 'quota':
        await this.allocate(next.seats);
        break;
      case 'license':
        await this.cutting(async () => {
          await install(next.seats);
          this.model.license = next.seats;
        });
        break;
      case 'recreate':
        await this.recreate();
        break;
      case 'reserve':
        await this.reserve(next.holder, next.seats);
        break;
      case 'cap':
        await this.cap(next.holder, next.seats);
        break;
      case 'deny':
        this.model.deniedPlace = next.place;
        this.model.endAll((someone) => placeOf(someone) === next.place);
        await root
          .patch(`${this.path}/license-policy`, {
            deniedMachines: next.place === null ? [] : [[machineIds[0], machineIds[1], 'container'][next.place]],
          })
          .expect(200);
        break;
      case 'end-job':
        this.model.endAll(
          (someone) =>
            someone.user === next.user && placeOf(someone) === container && !this.model.isBorrowed(keyOf(someone)),
        );
        await users[next.user]!.api.delete('/api/v1/leases?jobId=job').expect(200);
        break;
      case 'idle':
        await this.idle(next.who, next.minutes);
        break;
      case 'end-own':
        await this.end(next.who, (api, id) => api.delete(`/api/v1/users/me/leases/${id}`).status());
        break;
      case 'remove':
        await this.remove(next.user);
    }
    const { totalElements } = await root.get(`${this.path}/online-licenses`).expect<{ totalElements: number }>(200);
    expect([next, totalElements]).toEqual([next, this.model.live.length]);
    const [of] = await root.get(`${this.path}/licenses`).expect<{ borrowed: number }[]>(200);
    if (of) expect([next, of.borrowed]).toEqual([next, this.model.lent]);
  }

  private get path(): string {
    return `/api/v1/organizations/${this.organizationId}`;
  }

  private async wait(minutes: number): Promise<void> {
    this.model.now += minutes;
    await later(minutes);
    // Whoever asks first divides the seats again that have returned meanwhile.
    const body = { organizationId: this.organizationId, product: 'KRE', machineId: 'clock', sessionId: 'clock' };
    await root.post('/api/v1/leases', body).expect(403);
  }

  private async allocate(quantity: number): Promise<void> {
    const isTooMuch = quantity > this.model.license;
    await this.cutting(async () => {
      await root.put(`${this.path}/allocations`, seats(quantity)).expect(isTooMuch ? 409 : 200);
      if (!isTooMuch) this.model.allocation = quantity;
    });
  }

  /** Sessions for which there are no seats any more end, those that were granted last first. */
  private async cutting(change: () => Promise<void>): Promise<void> {
    const granted = await server.sql<{ id: string }>(
      'SELECT id FROM lease WHERE organization_id = $1 ORDER BY number',
      [this.organizationId],
    );
    await change();
    const order = granted.map(({ id }) => id);
    this.model.cut((key) => order.indexOf(this.ids.get(key) ?? ''));
  }

  /** Offline licenses survive their organization, and its sessions keep it. */
  private async recreate(): Promise<void> {
    const isInUse = this.model.live.length > 0;
    await root.delete(this.path).expect(isInUse ? 409 : 204);
    if (isInUse) return;
    this.model = this.model.recreate();
    this.ids.clear();
    this.tokens.clear();
    this.organizationId = await newOrganization(this.model.license);
  }

  private async checkOut(someone: Who): Promise<void> {
    await this.askNatively(someone, {}, () => this.model.checkOut(someone));
  }

  private async borrow(someone: Who, minutes: number): Promise<void> {
    const borrowUntil = new Date(Date.now() + (stepped + minutes) * 60_000).toISOString();
    const lease = await this.askNatively(someone, { borrowUntil }, () => this.model.borrow(someone, minutes));
    if (lease) this.tokens.set(keyOf(someone), lease);
  }

  /** Whether the session is still there, or only its token. */
  private async giveBack(someone: Who): Promise<void> {
    const key = keyOf(someone);
    const proof = this.tokens.get(key);
    const lease = this.model.isLive(key) ? this.model.leases.get(key) : undefined;
    // It has gone on as any other session, which the token of before says nothing about.
    if (!proof || (lease?.id === proof.id && !lease.isBorrowed)) return;
    const { id, token } = proof;
    const { api } = users[someone.user]!;
    expect(await api.request('DELETE', `/api/v1/leases/${id}`, { token }, {}).status()).toBe(204);
    if (lease?.id === id) this.model.leases.delete(key);
    this.model.held = this.model.held.filter((each) => each.id !== id);
    this.tokens.delete(key);
  }

  private async askNatively(
    someone: Who,
    more: object,
    expecting: () => Refusal | 'granted',
  ): Promise<{ id: string; token: string } | undefined> {
    const { user, machine, session } = someone;
    const answer = users[user]!.api.post('/api/v1/leases', {
      organizationId: this.organizationId,
      product: 'KSE',
      machineId: machineIds[machine],
      sessionId: `session-${session}`,
      ...(placeOf(someone) === container && { fingerprint: 'container', jobId: 'job' }),
      ...more,
    });
    const status = await answer.status();
    const key = keyOf(someone);
    const [hadOne, wasLive] = [this.model.leases.has(key), this.model.isLive(key)];
    const expected = expecting();
    // A lease that is over goes on if nobody has needed its seat yet; else there is a new one.
    const granted = wasLive ? [200] : hadOne ? [200, 201] : [201];
    if (expected === 'granted') expect([someone, granted]).toEqual([someone, expect.arrayContaining([status])]);
    else expect([someone, await refusalIn(answer)]).toEqual([someone, [statusOf(expected), expected]]);
    if (status >= 300) return undefined;
    const lease = await answer.expect<{ id: string; token: string }>(status);
    this.ids.set(key, lease.id);
    this.model.leases.get(key)!.id = lease.id;
    return lease;
  }

  /** What Studio does to take a seat as well as to renew it; it runs in no container. */
  private async activate(someone: Who): Promise<void> {
    if (placeOf(someone) === container) return this.checkOut(someone);
    const { id: userId, api } = users[someone.user]!;
    const [machineKey, sessionId] = [machineIds[someone.machine]!, `session-${someone.session}`];
    const query = { machineKey, sessionId, package: 'KSE', organizationId: String(this.organizationId) };
    const answer = api.post(`/api/v1/license-keys/activate?${new URLSearchParams(query).toString()}`);
    const status = await answer.status();
    const expected = this.model.checkOut(someone, true);
    if (status === 200 && expected !== 'granted') {
      // Its session had a seat before, so it is told that its license has ended; the reason is in the list of refusals.
      const { expirationDate } = await answer.expect<{ expirationDate: string }>(200);
      const told = [someone, expirationDate, await this.hadSeat(userId, machineKey, sessionId)];
      expect(told).toEqual([someone, '2000-01-01T00:00:00.000Z', true]);
      expect(await this.refusalsOf(userId, machineKey, sessionId)).toContain(expected);
      return;
    }
    if (expected === 'granted') expect([someone, status]).toEqual([someone, 200]);
    else {
      expect([someone, await refusalIn(answer)]).toEqual([someone, [statusOf(expected), expected]]);
      expect([someone, await this.hadSeat(userId, machineKey, sessionId)]).toEqual([someone, false]);
      return;
    }
    const [lease] = await server.sql<{ id: string }>(
      'SELECT id FROM lease WHERE organization_id = $1 AND user_id = $2 AND machine_id = $3 AND session_id = $4',
      [this.organizationId, userId, machineKey, sessionId],
    );
    this.ids.set(keyOf(someone), lease!.id);
  }

  private async refusalsOf(...session: [userId: number, machineId: string, sessionId: string]): Promise<string[]> {
    const rows = await server.sql<{ code: string }>(
      'SELECT code FROM denial WHERE organization_id = $1 AND user_id = $2 AND machine_id = $3 AND session_id = $4',
      [this.organizationId, ...session],
    );
    return rows.map(({ code }) => code);
  }

  private async hadSeat(...session: [userId: number, machineId: string, sessionId: string]): Promise<boolean> {
    const rows = await server.sql(
      `SELECT FROM (SELECT organization_id, user_id, machine_id, session_id FROM lease
                    UNION ALL SELECT organization_id, user_id, machine_id, session_id FROM ended_session) AS s
        WHERE organization_id = $1 AND user_id = $2 AND machine_id = $3 AND session_id = $4`,
      [this.organizationId, ...session],
    );
    return rows.length > 0;
  }

  private async renew(someone: Who): Promise<void> {
    const id = this.ids.get(keyOf(someone));
    if (id === undefined) return;
    const wasLive = this.model.isLive(keyOf(someone));
    const answer = users[someone.user]!.api.post(`/api/v1/leases/${id}/renew`);
    const status = await answer.status();
    // One that is over and that nobody has needed yet competes like everybody; else it is gone.
    if (!wasLive && status === 410) {
      expect([someone, await refusalIn(answer)]).toEqual([someone, [410, 'lease-ended']]);
      expect(await server.sql('SELECT FROM lease WHERE id = $1', [id])).toEqual([]);
      return;
    }
    const expected = this.model.checkOut(someone);
    if (expected === 'granted') expect([someone, status]).toEqual([someone, 200]);
    else expect([someone, await refusalIn(answer)]).toEqual([someone, [statusOf(expected), expected]]);
    if (status === 200) this.ids.set(keyOf(someone), (await answer.expect<{ id: string }>(200)).id);
  }

  private async end(someone: Who, end: (api: Api, id: string) => Promise<number>): Promise<void> {
    const key = keyOf(someone);
    const id = this.ids.get(key);
    if (id === undefined || !this.model.isLive(key)) return;
    // Without its token a borrowed seat is not free, and the answer says so.
    expect(await end(users[someone.user]!.api, id)).toBe(this.model.isBorrowed(key) ? 200 : 204);
    this.model.end(key);
  }

  /** What the license allows beyond a quota comes with the organization's seats: without any, it is nothing. */
  private async overQuota(percent: number): Promise<void> {
    const change = root.patch(`${this.path}/license-policy`, { overQuotaPercent: percent });
    if (this.model.share === 0 && percent > 0) {
      expect(await change.expect(400)).toMatchObject({ code: 'policy-beyond-license' });
      return;
    }
    await change.expect(200);
    this.model.overQuotaPercent = percent;
  }

  /** Reserves seats for one user, for the team, or for nobody; never more than there are. */
  private async reserve(holder: number, seats: number): Promise<void> {
    const reservations = seats > 0 ? [{ product: 'KSE', seats, ...(await this.holderOf(holder)) }] : [];
    const fits = seats <= this.model.quota;
    const status = await root.patch(`${this.path}/license-policy`, { reservations }).status();
    expect(status).toBe(fits ? 200 : 400);
    if (fits) this.model.reserved = seats > 0 ? { holder, seats } : undefined;
  }

  /** Limits one user, or the team; null: nobody. */
  private async cap(holder: number, seats: number | null): Promise<void> {
    const caps = seats === null ? [] : [{ product: 'KSE', seats, ...(await this.holderOf(holder)) }];
    await root.patch(`${this.path}/license-policy`, { caps }).expect(200);
    this.model.cap = seats === null ? undefined : { holder, seats };
  }

  private async holderOf(holder: number): Promise<object> {
    if (holder !== team) return { userId: users[holder]!.id };
    const [row] = await server.sql<{ id: string }>('SELECT id FROM team WHERE organization_id = $1', [
      this.organizationId,
    ]);
    return { teamId: Number(row!.id) };
  }

  /** A client that says how long it is idle, where ten minutes are too long. */
  private async idle(someone: Who, minutes: number): Promise<void> {
    const key = keyOf(someone);
    const id = this.ids.get(key);
    if (id === undefined || !this.model.isLive(key)) return;
    await root.patch(`${this.path}/license-policy`, { idleMinutes: 10 }).expect(200);
    const renewal = users[someone.user]!.api.post(`/api/v1/leases/${id}/renew`, { idleSeconds: minutes * 60 });
    const ends = minutes >= 10 && !this.model.isBorrowed(key);
    expect([minutes, await renewal.status()]).toEqual([minutes, ends ? 410 : 200]);
    if (ends) this.model.leases.delete(key);
    else this.model.checkOut(someone);
  }

  /** Removes a member and takes them in again: what they held is over, what was reserved for them too, and they left the team. */
  private async remove(user: number): Promise<void> {
    const { id, api } = users[user]!;
    await root.delete(`${this.path}/members/${id}`).expect(204);
    this.model.endAll((someone) => someone.user === user);
    if (this.model.reserved?.holder === user) this.model.reserved = undefined;
    if (this.model.cap?.holder === user) this.model.cap = undefined;
    this.model.team.delete(user);
    await server.sql('DELETE FROM removed_member');
    await server.sql(`INSERT INTO membership VALUES ($1, $2, 'USER', now())`, [this.organizationId, id]);
    expect(await withinASecond(() => api.get(this.path).status(), 200)).toBe(200);
  }

  private async offline(machine: number, minutes: number): Promise<void> {
    const ends = this.model.now + minutes;
    const expiresAt = new Date(Date.now() + (stepped + minutes) * 60_000).toISOString();
    const held = (this.model.offline.get(machine) ?? 0) > this.model.now;
    const fits = this.model.quota > 0 && (held || this.model.freeFor(null, 0) > 0);
    const body = { product: 'KSE', machineId: machineIdOf(`offline-${machine}`), expiresAt };
    expect([body, await root.post(`${this.path}/offline-licenses`, body).status()]).toEqual([body, fits ? 201 : 409]);
    if (fits) this.model.offline.set(machine, Math.max(ends, this.model.offline.get(machine) ?? 0));
  }
}

/** Histories in which a fault was found once. */
const found: [Step[]][] = [
  // A lease that had run out was taken over as that of a crashed client, whatever the cap.
  [
    [
      { kind: 'check-out', who: { user: 0, machine: 2, session: 0 } },
      { kind: 'cap', holder: 0, seats: 0 },
      { kind: 'wait', minutes: 15 },
      { kind: 'renew', who: { user: 0, machine: 2, session: 0 } },
    ],
  ],
  // Seats that are lost leave the organization no quota, but its session may stay: the license allows as many beyond its seats.
  [
    [
      { kind: 'offline', machine: 0, minutes: 5 },
      { kind: 'offline', machine: 1, minutes: 5 },
      { kind: 'recreate' },
      { kind: 'check-out', who: { user: 0, machine: 0, session: 0 } },
      { kind: 'renew', who: { user: 0, machine: 0, session: 0 } },
      { kind: 'renew', who: { user: 0, machine: 0, session: 0 } },
      { kind: 'renew', who: { user: 0, machine: 0, session: 0 } },
      { kind: 'cap', holder: 0, seats: null },
      { kind: 'license', seats: 2 },
    ],
  ],
  // Whoever has borrowed a seat may borrow it for longer, even where the organization has lost all others.
  [
    [
      { kind: 'borrow', who: { user: 0, machine: 0, session: 0 }, minutes: 2 },
      { kind: 'quota', seats: 0 },
      { kind: 'borrow', who: { user: 0, machine: 0, session: 0 }, minutes: 5 },
    ],
  ],
];

describe('Whatever happens in whatever order', () => {
  it('the server gives seats as a model of a few lines does, and never one too many', async () => {
    let organizationId = server.organizationId;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }), async (history) => {
        const play = new Play(await freshOrganization(organizationId));
        for (const next of history) await play.step(next).finally(() => (organizationId = play.organizationId));
      }),
      { numRuns: runs, examples: found, endOnFailure: runs > 20 },
    );
  }, 3_600_000);
});
