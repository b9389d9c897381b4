import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setTimeout as pause } from 'node:timers/promises';
import { type Act, type Company, type Disturbance, Worker } from './clients/katalon-worker.js';
import { KatalonSite, type Seats } from './support/katalon-site.js';
import { machineIdOf } from './support/machine-id.js';
import { Network } from './support/network/network.js';
import { Program } from './support/program.js';
import { randomFrom } from './support/random.js';

/** A few clients in every run of the tests, hundreds with `npm run test:soak`. */
const clientCount = Number(process.env.KATALON_CLIENTS ?? 24);
/** Minutes of the clients' time in which things happen. */
const minutes = Number(process.env.KATALON_MINUTES ?? 10);
/** Decides who does what, and what happens when. What meets what at the server is up to this machine. */
const seed = Number(process.env.KATALON_SEED ?? Math.floor(Math.random() * 2 ** 31));
const incidentCount = Math.round(minutes * (clientCount > 100 ? 6 : 0.8));

/** The time between two moments in which clients act. */
const tickMillis = 5_000;
const ticks = (minutes * 60_000) / tickMillis;
const leaseMinutes = 5;
const maxLeaseMinutes = 6;
const officeCount = 5;
const engineAccounts = 3;

const studios = Math.ceil(clientCount * 0.6);
const engines = clientCount - studios;
/** Fewer than there are clients, so that some are refused. */
const allSeats: Seats = { KSE: Math.ceil(studios * 0.8), KRE: Math.ceil(engines * 0.8) };

/** What happens, and in how many ticks it is undone, where it can be. */
type Incident = { tick: number; whom: number; ticks: number } & (
  | { kind: 'kill' | 'crash' | 'cut' | 'sleep' }
  | { kind: 'restart' | 'terminate' | 'deny' | 'machines' | 'remove' | 'role' | 'reserve' }
  | { kind: 'lease'; minutes: number; share: number }
  | { kind: 'clock'; seconds: number }
  | { kind: 'license'; share: number; ends: boolean }
);

const anyTick = { tick: fc.nat(ticks - 1), whom: fc.nat(), ticks: fc.integer({ min: 6, max: 36 }) };
const orderly: fc.Arbitrary<Incident> = fc.oneof(
  ...(['restart', 'terminate', 'terminate', 'deny', 'machines', 'remove', 'role', 'reserve'] as const).map((kind) =>
    fc.record({ ...anyTick, kind: fc.constant(kind) }),
  ),
  fc.record({
    ...anyTick,
    kind: fc.constant('lease' as const),
    minutes: fc.integer({ min: leaseMinutes, max: maxLeaseMinutes }),
    share: fc.constantFrom(0.5, 0.7, 0.8),
  }),
  fc.record({ ...anyTick, kind: fc.constant('clock' as const), seconds: fc.integer({ min: -15, max: 10 }) }),
  fc.record({
    ...anyTick,
    kind: fc.constant('license' as const),
    share: fc.constantFrom(0.3, 0.6, 1),
    ends: fc.boolean(),
  }),
);
/** After these a session may run without a seat, or leave one behind. */
const disorderly: fc.Arbitrary<Incident> = fc.oneof(
  ...(['kill', 'kill', 'crash', 'cut', 'sleep'] as const).map((kind) =>
    fc.record({ ...anyTick, kind: fc.constant(kind) }),
  ),
);

interface Plan {
  incidents: Incident[];
  people: number;
}

const planOf = (incident: fc.Arbitrary<Incident>): fc.Arbitrary<Plan> =>
  fc.record({
    incidents: fc.array(incident, { minLength: incidentCount, maxLength: incidentCount, size: 'max' }),
    people: fc.nat(),
  });

const terminated: Act = {
  reason: 'terminated',
  message: /^Your session was ended by an administrator \(root@example\.com\) at /,
};
const denied: Act = { reason: 'machine-denied', message: /(does not|no longer) allow/ };
const removed: Act = { reason: 'member-removed', message: /no longer a member of/ };
const fewerSeats: Act = { reason: 'quota-reduced', message: /your organization has fewer seats than before/ };
const licenseEnded: Act = {
  reason: 'expired',
  // By a clock that is some seconds ahead it has ended already when it is about to.
  message: /^The license (for Katalon .* (has expired|ends at)|expires on )/,
};

/** Each has people and machines of its own. */
let plays = 0;

/** A company at work for some minutes of its time. */
class Play implements Company {
  isOpen = true;
  readonly standing = new Set<Act>();
  readonly violations: string[] = [];
  readonly disturbances: Disturbance[] = [];
  readonly tally: Record<string, number> = {};
  readonly random: () => number;
  readonly workers: Worker[] = [];
  private networks: Network[] = [];
  private readonly due: { tick: number; undo: () => Promise<void> | void }[] = [];
  private tick = 0;
  private seats = allSeats;
  /** How many seats of Runtime Engine there were, and until when. */
  private readonly history: { until: number; seats: number }[] = [];

  constructor(
    private readonly site: KatalonSite,
    people: number,
  ) {
    this.random = randomFrom(people);
  }

  now(): Date {
    return this.site.clock.now();
  }

  serverNow(): Date {
    return this.site.clock.serverNow();
  }

  /** Everybody has an account, and a way to the server. */
  async settle(): Promise<void> {
    const { site } = this;
    for (let office = 0; office < officeCount; office++) this.networks.push(await Network.before(site.api.url));
    const run = `run-${++plays}`;
    const accounts = await Promise.all(
      Array.from({ length: engineAccounts }, (_, index) => site.serviceAccount(`${run}-ci-${index}@example.com`)),
    );
    for (let index = 0; index < clientCount; index++) {
      const hostname = `${index % 4 === 3 ? 'home' : 'office'}-${index}`;
      const network = this.networks[index % officeCount]!;
      const common = { network, hostname, machineKey: machineIdOf(`${run} ${hostname}`), ksVersion: '7.8.0' };
      if (index < studios) {
        const email = `${run}-${index}@example.com`;
        const userId = await site.member(email);
        const who = { email, password: `${email} password`, userId };
        this.workers.push(new Worker({ ...common, ...who, package: 'KSE' }, this));
      } else {
        const { id: userId, key: apiKey } = accounts[index % engineAccounts]!;
        const kind = index % 2 === 0 ? 'ENGINE' : 'FLOATING_ENGINE';
        this.workers.push(new Worker({ ...common, apiKey, userId, package: kind }, this));
      }
    }
    await site.policy({ leaseMinutes, clientRenewalShare: 0.8 });
    await this.install(allSeats, 365 * 86_400);
  }

  async run(incidents: Incident[]): Promise<void> {
    for (; this.tick < ticks; this.tick++) {
      await this.moment(incidents.filter(({ tick }) => tick === this.tick));
    }
    // Everything is put right again, and nobody comes or goes.
    this.isOpen = false;
    for (const { undo } of this.due.splice(0)) await undo();
    await this.site.clock.setSkew(0);
    const quiet = this.tick + (2.5 * maxLeaseMinutes * 60_000) / tickMillis;
    for (; this.tick < quiet; this.tick++) await this.moment([]);
    await this.checkQuiet();
    this.isOpen = true;
    for (const worker of this.workers) if (worker.isWorking) await worker.leave();
    const left = await this.site.live();
    if (left.KSE + left.KRE > 0) this.violations.push(`${JSON.stringify(left)} seats are taken after all have left`);
  }

  close(): void {
    for (const network of this.networks) network.close();
  }

  /** Five seconds pass, those who are due look, and meanwhile something happens. */
  private async moment(incidents: Incident[]): Promise<void> {
    const ends = this.now().getTime() + tickMillis;
    for (const incident of incidents) await this.before(incident);
    const looks = Promise.all(this.workers.filter(({ isDue }) => isDue).map((worker) => worker.look()));
    if (incidents.length > 0) await pause(this.random() * 30);
    for (const incident of incidents) await this.during(incident);
    for (const each of this.due.splice(0)) {
      if (each.tick > this.tick) this.due.push(each);
      else await each.undo();
    }
    await looks;
    if (incidents.length > 0 || this.tick % 3 === 0) await this.survey();
    // What took longer than that has taken the time itself.
    await this.site.clock.advance(Math.max(0, ends - this.now().getTime()));
  }

  /** What only clients and clocks notice. */
  private async before(incident: Incident): Promise<void> {
    const worker = this.pick(incident.whom, ({ isWorking }) => isWorking);
    if (incident.kind === 'crash') worker?.crash();
    else if (incident.kind === 'sleep') worker?.sleep(incident.ticks * 4 * tickMillis);
    else if (incident.kind === 'clock') await this.site.clock.setSkew(incident.seconds * 1000);
  }

  private async during(incident: Incident): Promise<void> {
    const { site } = this;
    switch (incident.kind) {
      case 'kill':
        await site.kill(() => this.workers.forEach((worker) => worker.expose('server killed')));
        break;
      case 'restart':
        await site.restart();
        break;
      case 'cut':
        this.cut(incident);
        break;
      case 'terminate':
      case 'deny':
        await this.terminate(incident);
        break;
      case 'machines':
        for (const worker of this.workers) if (worker.isAtHome) worker.expect(denied);
        await site.policy({ allowedMachines: ['office-*'] });
        this.later(incident, () => site.policy({ allowedMachines: [] }));
        break;
      case 'remove':
        await this.remove(incident);
        break;
      case 'role':
        await this.changeRole(incident);
        break;
      case 'reserve': {
        const { userId } = this.pick(incident.whom, ({ isStudio }) => isStudio)!;
        // Refused while there are no seats.
        const reservations = [{ product: 'KSE', seats: 2, userId }];
        await site.root.patch(`${site.path}/license-policy`, { reservations }).status();
        this.later(incident, () => site.policy({ reservations: [] }));
        break;
      }
      case 'lease':
        await site.policy({ leaseMinutes: incident.minutes, clientRenewalShare: incident.share });
        break;
      case 'license':
        await this.changeLicense(incident);
    }
  }

  private cut(incident: Incident): void {
    const network = this.networks[incident.whom % officeCount]!;
    network.cut();
    this.later(incident, () => network.mend());
  }

  private async terminate(incident: Incident): Promise<void> {
    const worker = this.pick(incident.whom, ({ isWorking }) => isWorking);
    if (!worker) return;
    const [lease] = await this.site.sql<{ id: string }>('SELECT id FROM lease WHERE session_id = $1', [
      worker.client.sessionId,
    ]);
    if (!lease) return;
    worker.expect(terminated);
    const deny = incident.kind === 'deny';
    if (deny) worker.expect(denied);
    const status = await this.site.root.delete(`${this.site.path}/online-licenses/${lease.id}?deny=${deny}`).status();
    // It may have ended in the very moment.
    if (![204, 404].includes(status)) this.violations.push(`A termination was answered with ${status}`);
    if (deny) this.later(incident, () => this.site.policy({ deniedMachines: [] }));
  }

  private async remove(incident: Incident): Promise<void> {
    const { userId } = this.pick(incident.whom, () => true)!;
    for (const worker of this.workers) if (worker.userId === userId) worker.expect(removed);
    const status = await this.site.root.delete(`${this.site.path}/members/${userId}`).status();
    if (![204, 404].includes(status)) this.violations.push(`A removal was answered with ${status}`);
    this.later(incident, () => this.site.takeIn(userId));
  }

  private async changeRole(incident: Incident): Promise<void> {
    const { userId } = this.pick(incident.whom, () => true)!;
    const change = async (role: string): Promise<void> => {
      const status = await this.site.root.patch(`${this.site.path}/members/${userId}`, { role }).status();
      if (![200, 404].includes(status)) this.violations.push(`A new role was answered with ${status}`);
    };
    await change('ADMIN');
    this.later(incident, () => change('USER'));
  }

  /** Another license file, with fewer seats or an end that is near; then one as at the beginning. */
  private async changeLicense(incident: Incident & { kind: 'license' }): Promise<void> {
    const { share, ends } = incident;
    const seats = { KSE: Math.floor(allSeats.KSE * share), KRE: Math.floor(allSeats.KRE * share) };
    if (ends) this.standing.add(licenseEnded);
    await this.install(seats, ends ? (incident.ticks * tickMillis) / 2000 : 365 * 86_400);
    this.later(incident, async () => {
      if (this.standing.delete(licenseEnded)) {
        this.workers.forEach((worker) => worker.expect(licenseEnded));
      }
      await this.install(allSeats, 365 * 86_400);
    });
  }

  private async install(seats: Seats, seconds: number): Promise<void> {
    this.workers.forEach((worker) => worker.expect(fewerSeats));
    const before = this.history.at(-1);
    this.history.push({ until: Infinity, seats: seats.KRE });
    await this.site.install(seats, new Date(this.serverNow().getTime() + seconds * 1000));
    if (before) before.until = this.now().getTime();
    this.seats = seats;
  }

  /** Never more sessions than seats; and who works has one, unless an administrator or the test has taken it. */
  private async survey(): Promise<void> {
    const live = await this.site.live();
    for (const product of ['KSE', 'KRE'] as const) {
      if (live[product] <= this.seats[product]) continue;
      this.violations.push(`${live[product]} sessions of ${product} on ${this.seats[product]} seats`);
    }
    const working = this.workers.filter(({ hasUnexpiredLicense }) => hasUnexpiredLicense);
    const sessions = await this.site.sessions(working.map(({ client }) => client.sessionId));
    const known = new Map(sessions.map((session) => [session.sessionId, session]));
    for (const worker of working) {
      const fault = worker.faultOf(known.get(worker.client.sessionId));
      if (fault) this.violations.push(fault);
    }
    const began = this.now().getTime() - maxLeaseMinutes * 60_000;
    // Their seats stay taken until their licenses are over, whoever has ended them.
    const most = Math.max(...this.history.filter(({ until }) => until > began).map(({ seats }) => seats));
    const running = working.filter(({ isStudio }) => !isStudio).length;
    if (running > most) this.violations.push(`${running} Runtime Engines have a license, on ${most} seats`);
  }

  /** Each client works on a seat, or knows why it does not. */
  private async checkQuiet(): Promise<void> {
    const working = this.workers.filter(({ client, isWorking }) => isWorking && !client.isLost);
    const sessions = await this.site.sessions(working.map(({ client }) => client.sessionId));
    const seated = new Set(sessions.filter(({ isLive }) => isLive).map(({ sessionId }) => sessionId));
    for (const { client, name } of working) {
      if (!seated.has(client.sessionId)) this.violations.push(`${name} works without a seat when all is quiet`);
      if (client.endedMessage !== undefined) this.violations.push(`${name} is told that it has no seat, and works`);
    }
    const live = await this.site.live();
    const seats = live.KSE + live.KRE;
    if (seats !== working.length) this.violations.push(`${seats} seats are taken by ${working.length} clients`);
    for (const { client, name } of this.workers.filter(({ client: { isLost } }) => isLost)) {
      const isListed = this.disturbances.some(({ session }) => session === name);
      if (!isListed) this.violations.push(`${name} (${client.machineKey}) runs without a seat, for no cause`);
    }
    for (const { name, isWorking, isAsleep, offBecause } of this.workers) {
      if (!isWorking && !isAsleep && !offBecause) this.violations.push(`${name} has stopped for no reason`);
    }
  }

  private pick(index: number, isFit: (worker: Worker) => boolean): Worker | undefined {
    const fit = this.workers.filter(isFit);
    return fit[index % fit.length];
  }

  private later({ ticks: after }: Incident, undo: () => Promise<void> | void): void {
    this.due.push({ tick: this.tick + after, undo });
  }
}

let site: KatalonSite;

beforeAll(async () => {
  site = await KatalonSite.start(allSeats);
}, 240_000);
afterAll(async () => {
  await site.close();
  await Program.endAll();
});

/** Plays one plan; whatever fails says how to play it again. */
async function play(incident: fc.Arbitrary<Incident>): Promise<Play> {
  let last: Play | undefined;
  console.info(`KATALON_SEED=${seed} KATALON_CLIENTS=${clientCount} KATALON_MINUTES=${minutes}`);
  await fc.assert(
    fc.asyncProperty(planOf(incident), async ({ incidents, people }) => {
      last = new Play(site, people);
      try {
        await last.settle();
        await last.run(incidents);
        expect(last.violations).toEqual([]);
      } finally {
        last.close();
      }
    }),
    { seed, numRuns: 1, endOnFailure: true },
  );
  console.info(JSON.stringify(last!.tally), JSON.stringify(last!.disturbances));
  return last!;
}

describe(`${clientCount} clients, as Katalon Studio and Runtime Engine behave, for ${minutes} minutes of their time`, () => {
  it('have never more sessions than seats, and hear why they stop, whatever administrators do', async () => {
    const { disturbances, tally } = await play(orderly);
    expect(disturbances).toEqual([]);
    expect(tally).not.toHaveProperty('dropped');
    expect(tally.renewed).toBeGreaterThan(0);
  }, 3_600_000);

  it('also when servers and clients are killed, networks are cut, and laptops sleep', async () => {
    await play(fc.oneof(orderly, disorderly));
  }, 3_600_000);
});
