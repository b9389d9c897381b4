import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Api } from './support/api.js';
import { machineIdOf } from './support/machine-id.js';
import {
  cli,
  everyScope,
  member,
  readyServer,
  type ReadyServer,
  userId,
  withinASecond,
} from './support/test-server.js';
import { until } from './support/until.js';

/** Histories that are tried: a few in every run of the tests, many with `npm run test:soak`. */
const runs = Number(process.env.SOAK_RUNS ?? 10);
const leaseMinutes = 15;
const floatingSeats = 2;
/** The user who has a seat of their own. */
const licensedUser = 0;
/** A waiting Runtime Engine is refused after 55 seconds; on a busy machine it hangs up before. */
const maxWaitMillis = 40_000;

type SeatModel = 'per-user' | 'node-locked' | 'floating';

/** Which seats a client takes, in this order. */
const models = {
  native: ['per-user', 'node-locked', 'floating'],
  ENGINE: ['node-locked', 'floating', 'per-user'],
  FLOATING_ENGINE: ['floating'],
} as const satisfies Record<string, readonly SeatModel[]>;
type Client = keyof typeof models;

/** A session has a host name of its own, so that none counts as the crashed one of another: that is played in lease-model. */
interface Session {
  client: Client;
  user: number;
  machine: number;
}

type Step =
  | { kind: 'ask'; session: Session; isPatient: boolean }
  /** Of the sessions that have had a seat, the one in this place, counted round and round. */
  | { kind: 'renew' | 'release' | 'terminate'; place: number }
  /** A native program asks in the moment in which such a session is ended, while others wait. */
  | { kind: 'rush'; place: number; session: Session }
  | { kind: 'wait'; minutes: number }
  | { kind: 'offline'; machine: number; minutes: number }
  | { kind: 'over-quota'; percent: number }
  | { kind: 'engines-wait'; seconds: number }
  | { kind: 'free-machine'; machine: number }
  | { kind: 'hang-up'; place: number };

const session = fc.record({
  client: fc.constantFrom<Client>('native', 'ENGINE', 'FLOATING_ENGINE'),
  user: fc.nat(1),
  machine: fc.nat(2),
});
const place = fc.nat(11);
const minutes = fc.integer({ min: 1, max: 20 });
const steps: Record<Step['kind'], [weight: number, step: fc.Arbitrary<Step>]> = {
  ask: [12, fc.record({ kind: fc.constant('ask'), session, isPatient: fc.boolean() })],
  renew: [4, fc.record({ kind: fc.constant('renew'), place })],
  release: [2, fc.record({ kind: fc.constant('release'), place })],
  terminate: [2, fc.record({ kind: fc.constant('terminate'), place })],
  rush: [3, fc.record({ kind: fc.constant('rush'), place, session })],
  wait: [3, fc.record({ kind: fc.constant('wait'), minutes })],
  offline: [
    2,
    fc.record({ kind: fc.constant('offline'), machine: fc.nat(1), minutes: fc.integer({ min: 5, max: 60 }) }),
  ],
  'over-quota': [1, fc.record({ kind: fc.constant('over-quota'), percent: fc.constantFrom(0, 50, 100) })],
  'engines-wait': [1, fc.record({ kind: fc.constant('engines-wait'), seconds: fc.constantFrom(0, 55, 55) })],
  'free-machine': [2, fc.record({ kind: fc.constant('free-machine'), machine: fc.nat(2) })],
  'hang-up': [1, fc.record({ kind: fc.constant('hang-up'), place: fc.nat(2) })],
};
const step = fc.oneof(...Object.values(steps).map(([weight, arbitrary]) => ({ weight, arbitrary })));

const keyOf = ({ client, user, machine }: Session): string => `${client}-${user}-${machine}`;

/** The rules of Runtime Engine's seats in a few lines; times are whole minutes. */
class Model {
  now = 0;
  overQuotaPercent = 0;
  engineWaitSeconds = 55;
  readonly leases = new Map<string, { session: Session; model: SeatModel; ends: number }>();
  /** Machines that have the node-locked seat, whether they work or not. */
  readonly bound = new Set<number>();
  readonly offline = new Map<number, { model: SeatModel; ends: number }>();
  queue: Session[] = [];

  liveLease(session: Session): { session: Session; model: SeatModel; ends: number } | undefined {
    const lease = this.leases.get(keyOf(session));
    return lease && lease.ends > this.now ? lease : undefined;
  }

  liveIn(model: SeatModel): Session[] {
    return [...this.leases.values()]
      .filter((lease) => lease.model === model && lease.ends > this.now)
      .map((l) => l.session);
  }

  /** Why there is no seat, or which one there is, for a session behind so many that wait. */
  decide({ user, machine, client }: Session, before: number): { model: SeatModel } | { code: string } {
    const obstacles: string[] = [];
    for (const model of models[client]) {
      const obstacle = this.obstacleIn(model, { user, machine, before });
      if (!obstacle) return { model };
      obstacles.push(obstacle);
    }
    return { code: ['others-waiting', 'seats-exhausted'].find((code) => obstacles.includes(code)) ?? '' };
  }

  private obstacleIn(
    model: SeatModel,
    { user, machine, before }: { user: number; machine: number; before: number },
  ): string | undefined {
    if (model === 'per-user') {
      if (user !== licensedUser) return 'no-seat-assigned';
      return this.liveIn(model).some((other) => other.machine !== machine) ? 'seat-used-elsewhere' : undefined;
    }
    if (model === 'node-locked' && this.bound.has(machine)) return undefined;
    const free = this.freeIn(model);
    if (free <= 0) return 'seats-exhausted';
    return free <= before ? 'others-waiting' : undefined;
  }

  /** @param overQuotaPercent none where an offline license is asked for */
  freeIn(model: SeatModel, overQuotaPercent = this.overQuotaPercent): number {
    const offline = [...this.offline.values()].filter((each) => each.model === model && each.ends > this.now).length;
    if (model === 'node-locked') return 1 - this.bound.size - offline;
    return floatingSeats + Math.floor((floatingSeats * overQuotaPercent) / 100) - this.liveIn(model).length - offline;
  }

  grant(session: Session, model: SeatModel): void {
    this.leases.set(keyOf(session), { session, model, ends: this.now + leaseMinutes });
    if (model === 'node-locked') this.bound.add(session.machine);
  }

  /** Gives seats to the queue, in its order. @returns the sessions that got one */
  serve(): Session[] {
    const served: Session[] = [];
    for (let place = 0; place < this.queue.length;) {
      const next = this.queue[place]!;
      const decision = this.decide(next, place);
      if ('code' in decision) {
        place++;
        continue;
      }
      this.grant(next, decision.model);
      this.leave(next);
      served.push(next);
      place = 0;
    }
    return served;
  }

  /** Why there is no seat for a session, if there is none before, while and after the lease of another one ends. */
  refusalsAround(session: Session, ending: Session): string[] | undefined {
    const after = Object.assign(new Model(), this, { leases: new Map(this.leases), bound: new Set(this.bound) });
    after.leases.delete(keyOf(ending));
    const decisions = [this.decide(session, this.queue.length), after.decide(session, after.queue.length)];
    after.serve();
    decisions.push(after.decide(session, after.queue.length));
    const codes = decisions.flatMap((decision) => ('code' in decision ? decision.code : []));
    return codes.length === decisions.length ? codes : undefined;
  }

  isWaiting(session: Session): boolean {
    return this.queue.some((each) => keyOf(each) === keyOf(session));
  }

  leave(session: Session): void {
    this.queue = this.queue.filter((each) => keyOf(each) !== keyOf(session));
  }
}

interface Reply {
  status: number;
  body: { id?: string; code?: string; expirationDate?: string; details?: object; reason?: string };
}

/** A request that waits at the server. */
interface Waiting {
  session: Session;
  since: number;
  hangUp: AbortController;
  reply: Promise<Reply | undefined>;
  isSettled: boolean;
}

let server: ReadyServer;
let users: { api: Api; id: number; key: string }[];
let root: Api;
/** Minutes that the server's clock is ahead by now. */
let stepped = 0;
let histories = 0;

const seats = (model: SeatModel, quantity: number) => ({ product: 'KRE', model, quantity });

beforeAll(async () => {
  const engine = { features: [cli], offline: true, maxOveragePercent: 100 };
  server = await readyServer([
    { ...seats('per-user', 1), features: [cli] },
    { ...seats('node-locked', 1), ...engine },
    { ...seats('floating', floatingSeats), ...engine },
  ]);
  const keyFor = async (api: Api): Promise<string> => {
    const request = { name: 'Key', scopes: everyScope };
    return (await api.post('/api/v1/users/me/api-keys', request).expect<{ key: string }>(201)).key;
  };
  root = server.api.withBearer(await keyFor(server.root));
  users = [];
  for (const name of ['a', 'b']) {
    const key = await keyFor(await member(server, `${name}@example.com`, null));
    users.push({ api: server.api.withBearer(key), id: await userId(server, `${name}@example.com`), key });
  }
});
afterAll(() => server.close());

async function later(minutes: number): Promise<void> {
  stepped += minutes;
  await server.later({ minutes });
}

/** All that the history before has left runs out; then there is an organization that has all the seats. */
async function freshOrganization(former: number): Promise<number> {
  await later(90);
  await root.delete(`/api/v1/organizations/${former}`).expect(204);
  const { id } = await root.post('/api/v1/organizations', { name: 'Run' }).expect<{ id: number }>(201);
  const all = [seats('per-user', 1), seats('node-locked', 1), seats('floating', floatingSeats)];
  await root.put(`/api/v1/organizations/${id}/allocations`, all).expect(200);
  await server.sql(`INSERT INTO membership SELECT $1, unnest($2::bigint[]), 'USER', now()`, [
    id,
    users.map((u) => u.id),
  ]);
  const seen = ({ api }: { api: Api }) => api.get(`/api/v1/organizations/${id}`).status();
  for (const each of users) expect(await withinASecond(() => seen(each), 200)).toBe(200);
  const seat = { userId: users[licensedUser]!.id, product: 'KRE', model: 'per-user' };
  await root.post(`/api/v1/organizations/${id}/licensed-users`, seat).expect(204);
  await root.patch(`/api/v1/organizations/${id}/license-policy`, { engineWaitSeconds: 55 }).expect(200);
  return id;
}

/** Plays a history on the model and on the real server, and compares after each step. */
class Play {
  private readonly model = new Model();
  /** The last lease of each session, and how those ended that did not expire. */
  private readonly ids = new Map<string, string>();
  private readonly endings = new Map<string, string>();
  private readonly sessions = new Map<string, Session>();
  private waiting: Waiting[] = [];
  private readonly run = ++histories;

  constructor(private readonly organizationId: number) {}

  async step(next: Step): Promise<void> {
    await this.hangUpOld();
    await this.do(next);
    await this.served(next);
    await this.compare(next);
  }

  /** Ends what still waits. */
  async end(): Promise<void> {
    for (const each of [...this.waiting]) await this.hangUp(each);
  }

  private async do(next: Step): Promise<void> {
    switch (next.kind) {
      case 'ask':
        return this.ask(next.session, next.isPatient);
      case 'renew':
        return this.withSession(next.place, (session) => this.renew(session));
      case 'release':
        return this.withSession(next.place, (session) => this.endLease(session, 'released'));
      case 'terminate':
        return this.withSession(next.place, (session) => this.endLease(session, 'terminated'));
      case 'rush':
        return this.withSession(next.place, (session) => this.rush(session, { ...next.session, client: 'native' }));
      case 'wait':
        this.model.now += next.minutes;
        return later(next.minutes);
      case 'offline':
        return this.offline(next.machine, next.minutes);
      case 'over-quota':
        this.model.overQuotaPercent = next.percent;
        return this.policy({ overQuotaPercent: next.percent });
      case 'engines-wait':
        this.model.engineWaitSeconds = next.seconds;
        return this.policy({ engineWaitSeconds: next.seconds });
      case 'free-machine':
        return this.freeMachine(next.machine);
      case 'hang-up': {
        const place = this.waiting[next.place];
        if (place) await this.hangUp(place);
      }
    }
  }

  private async withSession(place: number, act: (session: Session) => Promise<void>): Promise<void> {
    const all = [...this.sessions.values()];
    const session = all[place % all.length];
    if (session) await act(session);
  }

  private get path(): string {
    return `/api/v1/organizations/${this.organizationId}`;
  }

  private async policy(change: object): Promise<void> {
    await root.patch(`${this.path}/license-policy`, change).expect(200);
  }

  private nameOf(session: Session): string {
    return `${this.run}-${keyOf(session)}`;
  }

  private async ask(session: Session, isPatient: boolean): Promise<void> {
    const { model } = this;
    if (model.isWaiting(session)) return;
    const live = model.liveLease(session);
    const decision = live ? { model: live.model } : model.decide(session, model.queue.length);
    const isEngine = session.client !== 'native';
    const isKnown = this.ids.has(keyOf(session));
    // A Runtime Engine waits for its first seat only, and for as long as the policy says.
    const waits = 'code' in decision && (isEngine ? !isKnown && model.engineWaitSeconds > 0 : isPatient);
    if (waits) return this.join(session);
    const reply = await this.send(session, isPatient);
    if ('model' in decision) {
      model.grant(session, decision.model);
      await this.granted(session, reply);
    } else if (isEngine && isKnown) {
      // It had a seat before, so it is told that its license has ended; the reason is in the list of refusals.
      expect([session, reply.status, reply.body.expirationDate]).toEqual([session, 200, '2000-01-01T00:00:00.000Z']);
      expect([session, await this.denials(session)]).toEqual([session, expect.arrayContaining([decision.code])]);
    } else expect([session, reply.status, reply.body.code]).toEqual([session, 409, decision.code]);
  }

  private async denials(session: Session): Promise<string[]> {
    const name = this.nameOf(session);
    const rows = await server.sql<{ code: string }>('SELECT code FROM denial WHERE session_id = $1', [name]);
    return rows.map(({ code }) => code);
  }

  private async join(session: Session): Promise<void> {
    const hangUp = new AbortController();
    const place: Waiting = {
      ...{ session, since: Date.now(), hangUp, isSettled: false },
      reply: this.send(session, true, hangUp.signal).catch((error: unknown) => {
        if (hangUp.signal.aborted) return undefined;
        throw error;
      }),
    };
    const settled = (): boolean => (place.isSettled = true);
    place.reply.then(settled, settled);
    this.waiting.push(place);
    this.model.queue.push(session);
    await this.untilWaiting();
  }

  /** Resolves when as many wait at the server as in the model. */
  private async untilWaiting(): Promise<void> {
    const wanted = this.model.queue.length;
    const isThere = async (): Promise<boolean> => (await this.countWaiting()) === wanted;
    await until(isThere, 30, `${wanted} to wait`);
  }

  private async countWaiting(): Promise<number> {
    const [row] = await server.sql<{ count: number }>('SELECT count(*)::int AS count FROM seat_waiter');
    return row!.count;
  }

  private async hangUp(place: Waiting): Promise<void> {
    this.forget(place);
    this.model.leave(place.session);
    place.hangUp.abort();
    await place.reply;
    // Before others are served: the next in the queue may have waited for that alone.
    const left = new Set(this.waiting);
    await until(async () => (await this.countWaiting()) <= left.size, 30, 'the place to be given up');
  }

  private forget(place: Waiting): void {
    this.waiting = this.waiting.filter((each) => each !== place);
  }

  private async hangUpOld(): Promise<void> {
    const isOld = ({ session, since }: Waiting) => session.client !== 'native' && Date.now() > since + maxWaitMillis;
    for (const each of this.waiting.filter(isOld)) await this.hangUp(each);
    await this.served('after one that waited for long');
  }

  /** Sessions that waited and have a seat now, according to the model, have their answers. */
  private async served(after: unknown): Promise<void> {
    for (const session of this.model.serve()) {
      const place = this.waiting.find((each) => each.session === session)!;
      await until(() => place.isSettled, 30, `${JSON.stringify(session)} to get a seat after ${JSON.stringify(after)}`);
      this.forget(place);
      await this.granted(session, (await place.reply)!);
    }
  }

  private async granted(session: Session, { status, body }: Reply): Promise<void> {
    const key = keyOf(session);
    // A native lease that is over goes on if no other session has needed its seat; else it is a new one.
    const isNative = session.client === 'native';
    expect([session, isNative ? [200, 201] : [200], body.code]).toEqual([
      session,
      expect.arrayContaining([status]),
      undefined,
    ]);
    if (!isNative) expect(Date.parse(body.expirationDate!)).toBeGreaterThan(Date.now() + stepped * 60_000);
    const rows = await server.sql<{ id: string }>(
      'SELECT id FROM lease WHERE organization_id = $1 AND user_id = $2 AND session_id = $3',
      [this.organizationId, users[session.user]!.id, this.nameOf(session)],
    );
    expect([session, rows.length]).toEqual([session, 1]);
    this.ids.set(key, rows[0]!.id);
    this.sessions.set(key, session);
    this.endings.delete(key);
  }

  private async send(session: Session, isPatient: boolean, signal?: AbortSignal): Promise<Reply> {
    const [name, machine] = [this.nameOf(session), machineIdOf(`machine-${session.machine}`)];
    const { organizationId } = this;
    const isNative = session.client === 'native';
    const about = { sessionId: name, hostname: name };
    const native = {
      ...about,
      organizationId,
      product: 'KRE',
      machineId: machine,
      ...(isPatient && { waitSeconds: 300 }),
    };
    const engine = { ...about, organizationId: String(organizationId), package: session.client, machineKey: machine };
    const path = isNative ? 'leases' : `license-keys/activate?${new URLSearchParams(engine).toString()}`;
    const response = await fetch(`${server.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${users[session.user]!.key}`, 'content-type': 'application/json' },
      ...(isNative && { body: JSON.stringify(native) }),
      signal,
    });
    return { status: response.status, body: (await response.json()) as Reply['body'] };
  }

  /** A native client renews with the id of its lease, Runtime Engine by asking again. */
  private async renew(session: Session): Promise<void> {
    const { model } = this;
    const id = this.ids.get(keyOf(session));
    if (id === undefined || model.isWaiting(session)) return;
    if (session.client !== 'native') return this.ask(session, false);
    const answer = users[session.user]!.api.post(`/api/v1/leases/${id}/renew`);
    const status = await answer.status();
    const body = await answer.expect<Reply['body']>(status);
    const former = model.leases.get(keyOf(session));
    if (!former || status === 410) {
      // It was ended, or it ran out and its seat was given back; never one that lives, or whose seat is still there.
      const reason = this.endings.get(keyOf(session)) ?? 'expired';
      expect([session, status, body.reason]).toEqual([session, 410, reason]);
      expect([session, model.liveLease(session)]).toEqual([session, undefined]);
      expect(await server.sql('SELECT FROM lease WHERE id = $1', [id])).toEqual([]);
      return;
    }
    // One that is over competes like everybody; what had a floating seat is bound to no machine now.
    const client = former.model === 'floating' ? 'FLOATING_ENGINE' : 'native';
    const live = model.liveLease(session);
    const decision = live ? { model: live.model } : model.decide({ ...session, client }, model.queue.length);
    if ('code' in decision) {
      expect([session, status, body.code]).toEqual([session, 409, decision.code]);
      return;
    }
    expect([session, status]).toEqual([session, 200]);
    model.grant(session, decision.model);
    this.ids.set(keyOf(session), body.id!);
  }

  private async endLease(session: Session, reason: 'released' | 'terminated'): Promise<void> {
    const id = this.ids.get(keyOf(session));
    if (id === undefined || !this.model.liveLease(session)) return;
    const answer =
      reason === 'released'
        ? users[session.user]!.api.delete(`/api/v1/leases/${id}`)
        : root.delete(`${this.path}/online-licenses/${id}`);
    await answer.expect(204);
    this.over(session, reason);
  }

  /** A newcomer that asks when a seat comes free does not get it before the sessions that wait. */
  private async rush(leaver: Session, newcomer: Session): Promise<void> {
    const { model } = this;
    const id = this.ids.get(keyOf(leaver));
    if (!model.liveLease(leaver) || model.liveLease(newcomer) || model.isWaiting(newcomer)) return;
    const codes = model.queue.length > 0 ? model.refusalsAround(newcomer, leaver) : undefined;
    if (!codes) return;
    const ended = root.delete(`${this.path}/online-licenses/${id}`).expect(204);
    const reply = await this.send(newcomer, false);
    await ended;
    this.over(leaver, 'terminated');
    expect([newcomer, reply.status, reply.body.code]).toEqual([
      newcomer,
      409,
      expect.stringMatching(`^(${codes.join('|')})$`),
    ]);
  }

  private over(session: Session, reason: string): void {
    this.model.leases.delete(keyOf(session));
    this.endings.set(keyOf(session), reason);
  }

  /** An administrator gives the node-locked seat to whichever machine comes next; sessions that have it end. */
  private async freeMachine(machine: number): Promise<void> {
    const { model } = this;
    const path = `${this.path}/machines/${machineIdOf(`machine-${machine}`)}`;
    await root.delete(path).expect(model.bound.has(machine) ? 204 : 404);
    for (const session of model.liveIn('node-locked'))
      if (session.machine === machine) this.over(session, 'machine-removed');
    model.bound.delete(machine);
  }

  /** An offline license takes the node-locked seat, or else a floating one of the quota. */
  private async offline(machine: number, minutes: number): Promise<void> {
    const { model } = this;
    const expiresAt = new Date(Date.now() + (stepped + minutes) * 60_000).toISOString();
    const body = { product: 'KRE', machineId: machineIdOf(`offline-${machine}`), expiresAt };
    const held = model.offline.get(machine);
    const isHeld = held !== undefined && held.ends > model.now;
    const free = (['node-locked', 'floating'] as const).find((each) => model.freeIn(each, 0) > 0);
    const seat = isHeld ? held.model : free;
    const answer = root.post(`${this.path}/offline-licenses`, body);
    if (!seat) {
      const refusal = await answer.expect<Reply['body']>(409);
      expect([body, refusal.code, refusal.reason]).toEqual([body, 'no-offline-seat', 'none-free']);
      return;
    }
    expect([body, (await answer.expect<{ model: string }>(201)).model]).toEqual([body, seat]);
    model.offline.set(machine, { model: seat, ends: Math.max(model.now + minutes, isHeld ? held.ends : 0) });
  }

  private async compare(next: Step): Promise<void> {
    interface Online {
      content: { sessionId: string; model: SeatModel }[];
    }
    const { content } = await root.get(`${this.path}/online-licenses?size=100`).expect<Online>(200);
    const real = content.map(({ sessionId, model }) => `${sessionId} ${model}`).sort();
    const { leases, now, queue } = this.model;
    const live = [...leases.values()].filter(({ ends }) => ends > now);
    expect([next, real]).toEqual([next, live.map(({ session: s, model }) => `${this.nameOf(s)} ${model}`).sort()]);
    // No session was served out of turn, and none has lost its place.
    expect([next, this.waiting.filter((each) => each.isSettled).map((each) => each.session)]).toEqual([next, []]);
    expect([next, await this.countWaiting()]).toEqual([next, queue.length]);
  }
}

const of = (client: Client, user: number, machine: number): Session => ({ client, user, machine });
const ask = (session: Session): Step => ({ kind: 'ask', session, isPatient: false });

/** Histories that chance plays rarely. */
const rare: [Step[]][] = [
  // The node-locked seat comes free, and a session waits that cannot have it: it is not for a newcomer.
  [
    [
      ...[ask(of('ENGINE', 1, 0)), ask(of('FLOATING_ENGINE', 0, 1)), ask(of('FLOATING_ENGINE', 1, 1))],
      ask(of('FLOATING_ENGINE', 0, 2)),
      { kind: 'free-machine', machine: 0 },
      ask(of('native', 1, 1)),
    ],
  ],
  // A seat comes free while one waits, and in that moment another one asks, again and again.
  [
    [
      ...[ask(of('ENGINE', 1, 0)), ask(of('FLOATING_ENGINE', 0, 1)), ask(of('FLOATING_ENGINE', 1, 1))],
      ...[1, 2, 3, 4, 5, 6].flatMap((place): Step[] => [
        ask(of('FLOATING_ENGINE', place % 2, 2)),
        ask(of('FLOATING_ENGINE', place % 2, 1)),
        { kind: 'rush', place, session: of('native', 1, 1) },
      ]),
    ],
  ],
  // Two leases run out, and others need one seat and then both: a renewal competes, and is refused or told that it is over.
  [
    [
      ...[ask(of('ENGINE', 1, 0)), ask(of('native', 1, 1)), ask(of('native', 1, 2))],
      { kind: 'wait', minutes: 15 },
      ask(of('FLOATING_ENGINE', 0, 1)),
      ...([1, 2] as const).map((place): Step => ({ kind: 'renew', place })),
      { kind: 'wait', minutes: 15 },
      ...[ask(of('FLOATING_ENGINE', 0, 1)), ask(of('FLOATING_ENGINE', 0, 2))],
      ...([1, 2] as const).map((place): Step => ({ kind: 'renew', place })),
    ],
  ],
];

describe('Whatever Runtime Engines and native programs do in whatever order', () => {
  it('they get seats of every kind, wait for them, and hear why there is none, as in a model of a few lines', async () => {
    let { organizationId } = server;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (history) => {
        organizationId = await freshOrganization(organizationId);
        const play = new Play(organizationId);
        try {
          for (const next of history) await play.step(next);
        } finally {
          await play.end();
        }
      }),
      { numRuns: runs, examples: rare, endOnFailure: runs > 10 },
    );
  }, 3_600_000);
});
