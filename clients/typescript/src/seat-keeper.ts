import { checkOut, type Grant, type SeatSession } from './check-out.js';
import { onExit } from './exit-hooks.js';
import { type LeaseView, type RenewalView } from './generated/api.js';
import { type PublicKeys } from './lease-token.js';
import { type LicenseServer } from './license-server.js';
import { errorOf, RefusedError } from './problem.js';
import { type LostReason, SeatEventSource, type SeatEvents, type SeatListener } from './seat-events.js';
import { answerMillis, isOver, planAfterFailure, planOf, type SeatPlan } from './seat-plan.js';
import { ServerKeys } from './server-keys.js';
import { systemTime, type TimeSource } from './time-source.js';

/** The seat that a program wants. */
export interface WantedSeat {
  product: 'KSE' | 'KRE';
  /** May be left out where the owner of the key is a member of one organization only. */
  organizationId?: number;
  /** The same on this machine every time; its host name unless given (in a browser it must be given). */
  machineId?: string;
  /** The same for one run of the program; a random one unless given. A program that comes back with it gets its seat back. */
  sessionId?: string;
  hostname?: string;
  version?: string;
  fingerprint?: string;
  /** A CI job, whose seats can be released together. */
  jobId?: string;
  /** Seconds to wait for a seat, and for a server that is away; 0 unless given. */
  waitSeconds?: number;
}

export interface KeeperOptions {
  /** The server's public keys: tokens signed with others are refused. Unless given, they are what the server publishes. */
  publicKeys?: PublicKeys;
  /** Whether the seat is released when the program ends; true unless given. */
  releaseOnExit?: boolean;
  /** Gives up waiting for a seat. */
  signal?: AbortSignal;
  /** The clocks; tests have their own. */
  time?: TimeSource;
  /** From 0 to 1; tests have their own. */
  random?: () => number;
}

/** How often the keeper looks whether this computer slept or its clock was set, in milliseconds. */
const lookMillis = 30_000;
/** A difference between the two clocks, in milliseconds, that means one of these. */
const stepMillis = 5000;
/** How long to wait for answers when a seat that was perhaps granted is given back, in milliseconds. */
const strayMillis = 5000;
/** A change of the offset that is told, in seconds. */
const offsetSeconds = 5;

/**
 * Takes a seat and keeps it until it is released: renews it in time, survives an outage of the server for as long as its
 * lease lasts, and says by events what happens. It decides by a clock that is never set.
 */
export class SeatKeeper {
  private readonly events = new SeatEventSource();
  private readonly keys: ServerKeys;
  private readonly time: TimeSource;
  private readonly random: () => number;
  private readonly stop = new AbortController();
  private state: 'idle' | 'taking' | 'held' | 'over' = 'idle';
  private current: RenewalView | undefined;
  private keeping: Promise<void> = Promise.resolve();
  private releasing: Promise<void> | undefined;
  private removeExitHook: () => void = () => undefined;
  private toldOffset = 0;

  constructor(
    private readonly server: LicenseServer,
    private readonly wanted: WantedSeat,
    private readonly options: KeeperOptions = {},
  ) {
    this.keys = new ServerKeys(server, options.publicKeys);
    this.time = options.time ?? systemTime;
    this.random = options.random ?? Math.random;
  }

  /** Whether the program has a seat now. */
  get isHeld(): boolean {
    return this.state === 'held';
  }

  /** The newest lease; undefined: there was none yet. Its token passes the seat on to a program that this one starts. */
  get lease(): Readonly<RenewalView> | undefined {
    return this.current;
  }

  /** @returns a function that removes the listener */
  on<Name extends keyof SeatEvents>(name: Name, listener: SeatListener<Name>): () => void {
    return this.events.on(name, listener);
  }

  /**
   * Takes a seat, and keeps it. To be called once.
   *
   * @throws RefusedError when there is no seat, also after waiting; UnreachableError; UntrustedTokenError
   */
  async take(): Promise<LeaseView> {
    if (this.state !== 'idle') throw new Error('This keeper has taken its seat before: make another one.');
    this.state = 'taking';
    const taking = this.checkedOut();
    // A release waits until it is known what became of it.
    this.keeping = taking.then(
      () => undefined,
      () => undefined,
    );
    try {
      const { lease, sentAt } = await taking;
      if (this.options.releaseOnExit ?? true) this.removeExitHook = onExit(() => this.release());
      this.events.emit('granted', { lease });
      this.tellOf(lease);
      this.keeping = this.keep(planOf(lease, sentAt, this.random()));
      return lease;
    } catch (error) {
      this.state = 'over';
      throw error;
    }
  }

  /** Gives the seat back, or stops waiting for one. If the server is away, the seat falls free when its lease ends. */
  release(): Promise<void> {
    this.releasing ??= this.releaseOnce();
    return this.releasing;
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  private async checkedOut(): Promise<Grant> {
    const { server, time, events, stop, options } = this;
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    const session = await this.session();
    try {
      const grant = await checkOut({ server, time, events, signal }, session, this.wanted.waitSeconds ?? 0);
      this.current = grant.lease;
      await this.verify(grant.lease, grant.lease.token, session);
      signal.throwIfAborted();
      this.state = 'held';
      return grant;
    } catch (error) {
      if (!(error instanceof RefusedError)) await this.giveBackStray(session);
      throw error;
    }
  }

  private async session(): Promise<SeatSession> {
    const { waitSeconds: _, ...wanted } = this.wanted;
    const machineId = wanted.machineId ?? hostname();
    if (machineId === undefined) throw new TypeError('A keeper in a browser needs a machineId.');
    const organizationId = wanted.organizationId ?? (await this.onlyOrganization());
    return { hostname: hostname(), sessionId: crypto.randomUUID(), ...wanted, machineId, organizationId };
  }

  /** The organization of an account that has only one. */
  private async onlyOrganization(): Promise<number> {
    const all = await this.server.get('/api/v1/organizations/list');
    const [only] = all;
    if (only && all.length === 1) return only.id;
    throw new TypeError(
      only
        ? `Give the organizationId: ${all.map(({ id, name }) => `${id} (${name})`).join(', ')}.`
        : 'The owner of this API key is a member of no organization.',
    );
  }

  private async keep(first: SeatPlan): Promise<void> {
    const { time, stop } = this;
    let plan = first;
    let drift = time.wall() - time.monotonic();
    while (this.isHeld) {
      const now = time.monotonic();
      if (isOver(plan, now)) this.lose('expired', undefined);
      else if (now >= plan.attemptAt) plan = await this.attempt(plan);
      else {
        await time.sleep(Math.min(plan.attemptAt - now, plan.endsAt - now, lookMillis), stop.signal);
        const drifted = time.wall() - time.monotonic();
        // The clock was set, or the computer slept while the other clock stood still: only the server knows what is left.
        if (Math.abs(drifted - drift) > stepMillis) plan = { ...plan, attemptAt: time.monotonic() };
        drift = drifted;
      }
    }
  }

  /** Renews once. */
  private async attempt(plan: SeatPlan): Promise<SeatPlan> {
    const sentAt = this.time.monotonic();
    try {
      const renewed = await this.renewed(answerMillis(plan, sentAt));
      if (!this.isHeld) return plan;
      return planOf(renewed, sentAt, this.random());
    } catch (thrown) {
      if (!this.isHeld) return plan;
      const error = errorOf(thrown);
      const status = error instanceof RefusedError ? error.status : undefined;
      if (status === 410 || status === 409) {
        this.lose(status === 410 ? 'ended' : 'taken', error);
        return plan;
      }
      const asked = error instanceof RefusedError ? error.retryAfterSeconds : undefined;
      const now = this.time.monotonic();
      const next = planAfterFailure(plan, now, this.random(), (asked ?? 0) * 1000);
      this.events.emit('retrying', { error, inMillis: next.attemptAt - now });
      return next;
    }
  }

  private async renewed(timeoutMillis: number): Promise<RenewalView> {
    const former = this.current;
    if (!former) throw new Error('There is no lease to renew.');
    const lease = await this.server.post('/api/v1/leases/{leaseId}/renew', {
      path: { leaseId: former.id },
      body: { token: former.token ?? undefined, clientTime: new Date(this.time.wall()).toISOString() },
      timeoutMillis,
    });
    if (lease.token !== null) await this.verify(lease, lease.token);
    // Kept also when the seat was released meanwhile, for the release gives back the newest one.
    this.current = { ...lease, token: lease.token ?? former.token };
    if (this.isHeld) {
      if (lease.id === former.id) this.events.emit('renewed', { lease: this.current });
      else this.events.emit('replaced', { lease: this.current, former: former.id });
      this.tellOf(lease);
    }
    return lease;
  }

  /** By the server's time: this computer's clock may be wrong. */
  private async verify({ id, serverTime }: RenewalView, token: string, session?: SeatSession): Promise<void> {
    const { product, machineId, sessionId } = session ?? {};
    await this.keys.verify(token, { leaseId: id, product, machineId, sessionId, now: new Date(serverTime) });
  }

  private tellOf({ warning, clockOffsetSeconds: seconds }: RenewalView): void {
    if (warning !== null) this.events.emit('warning', { message: warning });
    if (seconds === null || Math.abs(seconds - this.toldOffset) < offsetSeconds) return;
    this.toldOffset = seconds;
    this.events.emit('clockOffset', { seconds });
  }

  private lose(reason: LostReason, error: Error | undefined): void {
    this.state = 'over';
    this.removeExitHook();
    this.events.emit('lost', { reason, error });
  }

  private async releaseOnce(): Promise<void> {
    const wasHeld = this.isHeld;
    this.state = 'over';
    this.removeExitHook();
    this.stop.abort(new DOMException('The seat was released.', 'AbortError'));
    await this.keeping;
    if (wasHeld && this.current) this.events.emit('released', { error: await this.giveBack(this.current) });
  }

  private async giveBack({ id, token }: RenewalView): Promise<Error | undefined> {
    try {
      const path = { leaseId: id };
      await this.server.delete('/api/v1/leases/{leaseId}', { path, body: token ? { token } : {}, keepalive: true });
      return undefined;
    } catch (error) {
      return errorOf(error);
    }
  }

  /** After a check-out that failed: the server may have granted a seat whose answer did not arrive. */
  private async giveBackStray({ sessionId, machineId }: SeatSession): Promise<void> {
    try {
      const timeoutMillis = strayMillis;
      const { content } = await this.server.get('/api/v1/users/me/leases', { query: { size: 500 }, timeoutMillis });
      const stray = content.find((each) => each.sessionId === sessionId && each.machineId === machineId);
      if (!stray) return;
      await this.server.delete('/api/v1/leases/{leaseId}', { path: { leaseId: stray.id }, body: {}, timeoutMillis });
    } catch {
      // Then it falls free when its lease ends.
    }
  }
}

/** The name of this computer; undefined in a browser. */
function hostname(): string | undefined {
  const { process } = globalThis as { process?: NodeJS.Process };
  return process?.getBuiltinModule('node:os').hostname();
}
