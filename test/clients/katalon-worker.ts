import { performance } from 'node:perf_hooks';
import { type ServerSession } from '../support/katalon-site.js';
import { type Network } from '../support/network/network.js';
import { type ClientOptions, KatalonClient, ServerRefusedError } from './katalon-client.js';

/** Milliseconds between two looks of a client at its license. */
export const lookMillis = 30_000;

/** What the test itself has done to a session; nothing else excuses that it runs without a seat. */
export type Cause = 'network cut' | 'server killed' | 'client killed' | 'put to sleep';

/** A session that the test has disturbed so that it may run without a seat, or leave one behind. */
export interface Disturbance {
  session: string;
  cause: Cause;
}

/** Something that an administrator does to sessions: how they end at the server, and what they are told. */
export interface Act {
  reason: string;
  message: RegExp;
}

/** Where whoever has lost a seat finds no other one. */
const competition =
  /All \d+ .* seats of Acme are in use|The only .* seat of Acme is in use|No .* seat of Acme is free|reserved for others/;

/** What all workers of a test share. */
export interface Company {
  now(): Date;
  serverNow(): Date;
  random(): number;
  /** Whether anybody still starts or ends a client. */
  isOpen: boolean;
  /** What ends each session, also one that begins later. */
  standing: Set<Act>;
  violations: string[];
  disturbances: Disturbance[];
  tally: Record<string, number>;
}

export interface WorkerOptions extends Omit<ClientOptions, 'serverUrl' | 'now'> {
  network: Network;
  userId: number;
}

/** A person with Studio, or a CI job with Runtime Engine: starts the client, looks as it looks, and ends it. */
export class Worker {
  readonly client: KatalonClient;
  readonly userId: number;
  /** By the clients' clock, in milliseconds. */
  nextLook: number;
  /** Why it does not run now, in words for a reader of the log. */
  offBecause = 'never started';
  private own: Act[] = [];
  private exposure: Cause | undefined;
  private lookBegan = 0;
  private asleepUntil = 0;
  private runEnds = Infinity;
  private isBusy = false;

  constructor(
    private readonly options: WorkerOptions,
    private readonly company: Company,
  ) {
    const { network, userId, ...client } = options;
    this.userId = userId;
    this.client = new KatalonClient({ ...client, serverUrl: network.url, now: () => company.now() });
    this.nextLook = company.now().getTime() + Math.floor(company.random() * lookMillis);
  }

  get name(): string {
    return `${this.options.package} ${this.options.hostname} ${this.client.sessionId}`;
  }

  get isStudio(): boolean {
    return this.options.package === 'KSE';
  }

  get isAtHome(): boolean {
    return this.options.hostname?.startsWith('home') ?? false;
  }

  get isAsleep(): boolean {
    return this.asleepUntil > this.company.now().getTime();
  }

  /** Whether somebody, or a job, works with it now. */
  get isWorking(): boolean {
    return this.client.license !== undefined && !this.isAsleep;
  }

  /** Whether what it has is a license that the server has not called over. */
  get hasUnexpiredLicense(): boolean {
    const end = (this.client.license?.expirationDate ?? 0) * 1000;
    return this.isWorking && end > this.company.serverNow().getTime() + 1000;
  }

  get isDue(): boolean {
    return !this.isBusy && !this.isAsleep && this.company.now().getTime() >= this.nextLook;
  }

  /** To be called before an administrator does something that may end this session. */
  expect(act: Act): void {
    this.own.push(act);
  }

  /** The test does something to whatever this client has under way. */
  expose(cause: Cause): void {
    if (this.client.underWay !== undefined) this.exposure = cause;
  }

  /** The process is killed; it says nothing to anybody. */
  crash(): void {
    if (this.client.license) this.disturb('client killed');
    this.end('killed by the test');
  }

  /** The lid of the laptop is closed. */
  sleep(millis: number): void {
    if (this.client.license) this.disturb('put to sleep');
    this.asleepUntil = this.company.now().getTime() + millis;
    this.nextLook = this.asleepUntil;
    this.expect({ reason: 'expired', message: competition });
  }

  /** What happens every 30 seconds. */
  async look(): Promise<void> {
    this.isBusy = true;
    this.exposure = undefined;
    this.lookBegan = performance.now();
    try {
      if (!this.client.license) await this.start();
      else if (this.company.isOpen && this.company.now().getTime() >= this.runEnds) await this.leave();
      else await this.watch();
    } finally {
      this.isBusy = false;
      this.nextLook = Math.max(this.nextLook + lookMillis, this.company.now().getTime());
    }
  }

  /** The window is closed, or the run has come to its end. */
  async leave(): Promise<void> {
    // It cannot read its license, so it has nothing to release.
    if (!this.client.isLost) await this.attempt(() => this.client.release(), 'its release');
    this.end('ended by its user');
    this.count('ended');
  }

  /**
   * @param session what it has at the server
   * @returns what is wrong with it
   */
  faultOf(session: ServerSession | undefined): string | undefined {
    if (!this.hasUnexpiredLicense || session?.isLive) return undefined;
    const reason = session?.reason ?? 'no reason';
    const isMeant = this.acts.some((act) => act.reason === reason);
    return isMeant ? undefined : `${this.name} works without a seat, which it lost by ${reason}`;
  }

  private get acts(): Act[] {
    return [...this.own, ...this.company.standing];
  }

  private async start(): Promise<void> {
    if (!this.company.isOpen || this.company.random() > 0.5) return;
    const granted = await this.attempt(() => this.client.activate(), 'its activation', true);
    if (!granted) {
      const { offBecause } = this;
      this.end(offBecause);
      return;
    }
    this.count('started');
    this.offBecause = '';
    this.runEnds = this.company.now().getTime() + (this.isStudio ? 600_000 : 400_000) * (0.2 + this.company.random());
  }

  private async watch(): Promise<void> {
    const look = await this.attempt(() => this.client.heartbeat(this.company.now()), 'its renewal');
    if (look) this.count(look);
    if (look === 'told') this.check(this.client.endedMessage ?? '');
    if (look === 'locked') await this.stop();
    if (look === undefined && this.exposure) this.disturb(this.exposure);
  }

  /** The license has ended: Studio shows a dialog, closes and releases; Runtime Engine stops its run, and releases nothing. */
  private async stop(): Promise<void> {
    const because = this.client.endedMessage ?? 'its license ended while it slept';
    if (this.client.endedMessage === undefined && !this.acts.some(({ reason }) => reason === 'expired')) {
      this.company.violations.push(`${this.name} stopped, and was not told why`);
    }
    if (this.isStudio) await this.attempt(() => this.client.release(), 'its release');
    this.end(`told: ${because}`);
  }

  private check(message: string): void {
    const { acts } = this;
    const isRight = acts.some((act) => act.message.test(message)) || (acts.length > 0 && competition.test(message));
    if (isRight) return;
    const happened = acts.map(({ reason }) => reason).join(', ') || 'nothing';
    this.company.violations.push(`${this.name} was told "${message}" after ${happened}`);
  }

  /** @param mayBeRefused in words; nothing but a first activation may be */
  private async attempt<T>(work: () => Promise<T>, what: string, mayBeRefused = false): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const isAnswered = error instanceof ServerRefusedError;
      if (isAnswered && mayBeRefused && [403, 404, 409].includes(error.status)) {
        this.offBecause = `refused: ${error.message}`;
        this.count('refused');
        return undefined;
      }
      const cause = (error as Error).cause ?? error;
      if (this.options.network.wasCutSince(this.lookBegan)) this.exposure = 'network cut';
      // What `fetch` throws when a connection breaks.
      const isDropped = (error as Error).name === 'TypeError';
      if (!isDropped || !this.exposure) {
        const status = isAnswered ? ` with ${error.status}` : '';
        this.company.violations.push(`${this.name} lost ${what}${status}: ${String(cause)}`);
      }
      this.offBecause = `its connection was lost: ${this.exposure}`;
      this.count('dropped');
      return undefined;
    }
  }

  private end(because: string): void {
    this.client.forget();
    this.offBecause = because;
    this.own = [];
    this.asleepUntil = 0;
    this.runEnds = Infinity;
  }

  private disturb(cause: Cause): void {
    this.company.disturbances.push({ session: this.name, cause });
  }

  private count(what: string): void {
    this.company.tally[what] = (this.company.tally[what] ?? 0) + 1;
  }
}
