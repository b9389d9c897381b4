import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Api } from './api.js';
import { randomFrom } from './random.js';

/** A lease as its client knows it; times are this process's milliseconds, on one clock for all clients. */
interface Held {
  id: string;
  /** When the check-out was acknowledged: from here on it is certainly held… */
  from: number;
  /** …until its release was asked for. */
  until?: number;
  released: boolean;
  /** The newest end that the server has acknowledged. */
  expiresAt: string;
}

/** The servers that are asked, with the key of a user. */
export interface Site {
  urls: () => readonly string[];
  key: string;
  organizationId: number;
}

/** What the clients have been told, all together. */
interface Seen {
  history: Held[];
  /** Answers that no server may give. */
  violations: string[];
  /** Answers by status; 0: the connection broke. */
  tally: Record<string, number>;
}

/** A client of the license server that gives up on nothing it has asked for until it knows what became of it. */
class RestlessClient {
  private run = 0;
  private lease: Held | undefined;

  constructor(
    private readonly name: string,
    private readonly random: () => number,
    private readonly site: Site,
    private readonly seen: Seen,
  ) {}

  /** Takes, renews and releases seats until it is told to stop. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const dice = this.random();
      if (!this.lease) await this.checkOut(isOver);
      else if (dice < 0.6) await this.renew(this.lease, isOver);
      else if (dice < 0.7) await this.checkOutAgain(this.lease, isOver);
      else await this.release(this.lease, isOver);
      // Real clients have something else to do, too.
      await pause(this.random() * 40);
    }
  }

  /** What it believes to hold; a server must still renew it. */
  async stillHolds(): Promise<boolean> {
    if (!this.lease) return true;
    const answer = await this.ask((api) => api.post(`/api/v1/leases/${this.lease?.id}/renew`), [200, 409, 410]);
    return answer?.status === 200 && (answer.body as { id: string }).id === this.lease.id;
  }

  private get seatRequest(): object {
    const sessionId = `${this.name}-${this.run}`;
    const { organizationId } = this.site;
    return { organizationId, product: 'KSE', machineId: this.name, sessionId, hostname: this.name };
  }

  private async checkOut(isOver: () => boolean): Promise<void> {
    const answer = await this.ask((api) => api.post('/api/v1/leases', this.seatRequest), [200, 201, 409], isOver);
    if (!answer || answer.status === 409) return;
    const { id, expiresAt } = answer.body as { id: string; expiresAt: string };
    this.lease = { id, from: performance.now(), released: false, expiresAt };
    this.seen.history.push(this.lease);
  }

  /** Asking again is asking once. */
  private async checkOutAgain(lease: Held, isOver: () => boolean): Promise<void> {
    const answer = await this.ask((api) => api.post('/api/v1/leases', this.seatRequest), [200, 201, 409], isOver);
    if (!answer) return;
    const { id, expiresAt } = answer.body as { id: string; expiresAt: string };
    if (answer.status < 300 && id === lease.id) this.acknowledge(lease, expiresAt);
    else this.seen.violations.push(`${this.name} held ${lease.id}, asked again and got ${answer.status} ${id}`);
  }

  private async renew(lease: Held, isOver: () => boolean): Promise<void> {
    const answer = await this.ask((api) => api.post(`/api/v1/leases/${lease.id}/renew`), [200, 409, 410], isOver);
    if (!answer) return;
    const { id, expiresAt } = answer.body as { id?: string; expiresAt: string };
    if (id === lease.id) this.acknowledge(lease, expiresAt);
    else this.seen.violations.push(`${this.name} has lost ${lease.id}: ${JSON.stringify(answer.body)}`);
  }

  private acknowledge(lease: Held, expiresAt: string): void {
    if (expiresAt < lease.expiresAt) this.seen.violations.push(`${lease.id} ends earlier after a renewal`);
    lease.expiresAt = expiresAt;
  }

  private async release(lease: Held, isOver: () => boolean): Promise<void> {
    lease.until ??= performance.now();
    this.lease = undefined;
    this.run++;
    // Even at the end: one that was asked for is asked for until it is acknowledged.
    const answer = await this.ask(
      (api) => api.delete(`/api/v1/leases/${lease.id}`),
      [204],
      () => false,
    );
    lease.released = answer?.status === 204;
    if (isOver() && !lease.released) this.seen.violations.push(`${lease.id} could not be released`);
  }

  /**
   * Asks a server at random, and another one while the answer is a broken connection or "try again later".
   *
   * @returns undefined when it was over before there was an answer
   */
  private async ask(
    send: (api: Api) => ReturnType<Api['get']>,
    expected: number[],
    isOver: () => boolean = () => false,
  ): Promise<{ status: number; body: unknown } | undefined> {
    for (;;) {
      const urls = this.site.urls();
      const answer = send(new Api(urls[Math.floor(this.random() * urls.length)]!).withBearer(this.site.key));
      const status = await answer.status().catch(() => 0);
      this.seen.tally[status] = (this.seen.tally[status] ?? 0) + 1;
      if (expected.includes(status)) return { status, body: await answer.expect(status) };
      if (status === 503 && !(await answer.headers()).get('retry-after'))
        this.seen.violations.push('A 503 without Retry-After');
      if (status !== 0 && status !== 503) {
        this.seen.violations.push(`${status} ${JSON.stringify(await answer.expect(status))}`);
      }
      if (isOver()) return undefined;
      await pause(10 + this.random() * 40);
    }
  }
}

/** Runs SQL. */
type Rows = <T extends object>(text: string) => Promise<T[]>;

/** Clients that take, renew and release seats of KSE all the time, while something is done to the servers. */
export class RestlessClients implements Seen {
  readonly history: Held[] = [];
  readonly violations: string[] = [];
  readonly tally: Record<string, number> = {};
  private readonly all: RestlessClient[];
  private isOver = false;
  private work: Promise<unknown> = Promise.resolve();

  constructor(site: Site, count: number, seed: number) {
    this.all = Array.from(
      { length: count },
      (_, index) => new RestlessClient(`machine-${index}`, randomFrom(seed + index), site, this),
    );
  }

  start(): void {
    this.work = Promise.all(this.all.map((client) => client.work(() => this.isOver)));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.work;
  }

  /**
   * What the servers have done wrong, once {@link stop} has resolved; {@link nothingWrong} if nothing.
   *
   * @param seats of the pool
   */
  async findings(rows: Rows, seats: number): Promise<typeof nothingWrong> {
    const now = performance.now();
    const kept = await Promise.all(this.all.map((client) => client.stillHolds()));
    const live = await rows<{ id: string }>('SELECT id FROM lease WHERE expires_at > now()');
    const there = new Set(live.map(({ id }) => id));
    const sessions = await rows<{ from: number; until: number }>(
      // Check-outs are timed to the millisecond.
      `SELECT floor(extract(epoch FROM started_at) * 1000)::float8 AS from,
              floor(extract(epoch FROM ended_at) * 1000)::float8 AS until
         FROM (SELECT started_at, ended_at FROM ended_session UNION ALL SELECT started_at, 'infinity' FROM lease) AS session`,
    );
    const [pool] = await rows<{ in_use: number; leases: number }>(
      `SELECT in_use, (SELECT count(*)::int FROM lease l WHERE l.pool_id = p.id) AS leases
         FROM seat_pool p WHERE product = 'KSE' AND model = 'floating'`,
    );
    return {
      violations: this.violations,
      // As the clients know it, and as the database does.
      tooMany: [
        maxAtOnce(this.history.map(({ from, until = now }) => ({ from, until }))) > seats,
        maxAtOnce(sessions) > seats,
        live.length > seats,
      ],
      lost: kept.filter((holds) => !holds).length,
      missing: this.history.filter(({ id, until: asked }) => asked === undefined && !there.has(id)),
      heldAfterRelease: this.history.filter(({ id, released }) => released && there.has(id)),
      miscounted: pool!.in_use - pool!.leases,
    };
  }
}

export const nothingWrong = {
  violations: [] as string[],
  tooMany: [false, false, false],
  lost: 0,
  missing: [] as Held[],
  heldAfterRelease: [] as Held[],
  miscounted: 0,
};

/** The most that were there at the same moment; one that ends at a moment makes room for one that begins then. */
function maxAtOnce(spans: { from: number; until: number }[]): number {
  const steps = spans
    .filter(({ from, until }) => until > from)
    .flatMap(({ from, until }) => [
      { at: from, change: 1 },
      { at: until, change: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.change - b.change);
  let now = 0;
  let most = 0;
  for (const { change } of steps) most = Math.max(most, (now += change));
  return most;
}
