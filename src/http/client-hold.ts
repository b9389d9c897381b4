import { Inject, Injectable } from '@nestjs/common';
import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import { Counter, Gauge } from 'prom-client';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { isConnectionTrouble } from '../errors/connection-trouble.js';
import { DiskFullError } from '../errors/disk-full.error.js';
import { DomainError } from '../errors/domain-error.js';
import { Outage } from '../errors/outage.js';
import { tryAgainIn } from '../errors/try-again.js';
import { Metrics } from '../metrics/metrics.js';
import { sendProblem } from './problem/send-problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which requests wait for a database that is away; those that may be done twice are done again when it went meanwhile. */
    held?: { isRepeatable: (request: FastifyRequest) => boolean };
  }
}

/**
 * Declares that requests of a route wait for a database that is away, and are done again as a whole. Only for routes that may
 * be called twice: what the first call has done, if it was committed, the second finds and leaves as it is.
 *
 * @param isRepeatable of the requests whose second call would do harm, only those wait that come while the database is away
 */
export const HeldForClients = (isRepeatable: (request: FastifyRequest) => boolean = () => true): MethodDecorator =>
  RouteConfig({ held: { isRepeatable } });

/** Milliseconds before a request is done again: doubled each time, as a copy of a database may take no changes for a while. */
const firstPauseMillis = 50;
const maxPauseMillis = 1_000;

type End = 'answered' | 'expired' | 'left' | 'full';

/** A request that waits. */
interface Held {
  /** Aborted when its time is over, or its client has gone. */
  over: AbortController;
  pauseMillis: number;
  isExpired: boolean;
  /** Lets the next one be done again. */
  endTurn?: () => void;
}

/** The database has been away for longer than clients wait. */
export class HoldExpiredError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'database-unavailable';
  override readonly retryAfter = 10;

  constructor() {
    super(
      `The server has not reached its database for a while. ${tryAgainIn(10)} If it lasts, tell your administrator.`,
    );
  }
}

/** No further request can wait. */
export class HoldFullError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'too-many-held';
  override readonly retryAfter = 60;

  constructor() {
    super(`The server cannot reach its database, and too many clients are waiting for it already. ${tryAgainIn(60)}`);
  }
}

/**
 * Keeps requests of Katalon Studio and Runtime Engine while the database is away, because these do not recover from a refusal,
 * and does them again when it is back.
 */
@Injectable()
export class ClientHold {
  private readonly held = new Map<FastifyRequest, Held>();
  private readonly ends: Counter<'outcome'>;

  constructor(
    private readonly outage: Outage,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    { registry }: Metrics,
  ) {
    const count = (): number => this.held.size;
    new Gauge({
      name: 'license_server_clients_held',
      help: 'Requests of Katalon clients that wait on this server for its database',
      registers: [registry],
      collect() {
        this.set(count());
      },
    });
    this.ends = new Counter({
      name: 'license_server_client_holds_total',
      help: 'Requests of Katalon clients that have waited for the database: answered, expired (after CLIENT_HOLD_SECONDS), left (the client has gone), or full (turned away because too many waited)',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of ['answered', 'expired', 'left', 'full'] as const) this.ends.inc({ outcome }, 0);
  }

  /**
   * Of a request that comes while the database is away: resolves when it may begin.
   *
   * @throws HoldExpiredError, HoldFullError
   */
  async begin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (!this.outage.isUnderWay || this.settings.clientHoldSeconds === 0) return;
    const held = this.hold(request, reply);
    if (!held) throw new HoldFullError();
    await this.wait(held);
    // For one who has gone nothing is done.
    if (held.over.signal.aborted) throw this.expired();
  }

  /**
   * Takes a request that has failed, to do it again later.
   *
   * @returns false when it is to be answered with its failure
   */
  postpone(error: unknown, request: FastifyRequest, reply: FastifyReply): boolean {
    const { config, handler } = request.routeOptions;
    if (!config.held?.isRepeatable(request) || this.settings.clientHoldSeconds === 0) return false;
    if (!isConnectionTrouble(error) || reply.raw.destroyed) return false;
    const held = this.held.get(request) ?? this.hold(request, reply);
    if (!held || held.isExpired) return false;
    const again = async (): Promise<void> => {
      await this.wait(held);
      if (held.isExpired) sendProblem(reply, this.expired());
      else if (!held.over.signal.aborted) await handler.call(request.server, request, reply);
    };
    // What the handler throws has been answered; this is its connection's end.
    again().catch(() => undefined);
    return true;
  }

  private expired(): DomainError {
    return this.outage.isForFullDisk ? new DiskFullError() : new HoldExpiredError();
  }

  /** @returns undefined when too many wait, or its time is over already */
  private hold(request: FastifyRequest, reply: FastifyReply): Held | undefined {
    const millis = this.settings.clientHoldSeconds * 1000 - reply.elapsedTime;
    if (this.held.size >= this.settings.maxHeldRequests || millis <= 0) {
      this.ends.inc({ outcome: millis <= 0 ? 'expired' : 'full' });
      return undefined;
    }
    const held: Held = { over: new AbortController(), pauseMillis: firstPauseMillis, isExpired: false };
    this.held.set(request, held);
    reply.raw.once('close', () => this.end(request, reply, held));
    if (reply.raw.closed || reply.raw.destroyed) this.end(request, reply, held);
    void this.clock.wait(millis, held.over.signal).then(() => {
      if (!held.over.signal.aborted) held.isExpired = true;
      held.over.abort();
    });
    return held;
  }

  private end(request: FastifyRequest, reply: FastifyReply, held: Held): void {
    if (!this.held.delete(request)) return;
    const outcome: End = !reply.raw.writableFinished ? 'left' : held.isExpired ? 'expired' : 'answered';
    this.ends.inc({ outcome });
    held.over.abort();
    held.endTurn?.();
  }

  private async wait(held: Held): Promise<void> {
    held.endTurn?.();
    held.endTurn = undefined;
    const { signal } = held.over;
    await this.clock.wait(held.pauseMillis, signal);
    held.pauseMillis = Math.min(held.pauseMillis * 2, maxPauseMillis);
    const endTurn = await this.outage.over(signal);
    if (signal.aborted) endTurn();
    else held.endTurn = endTurn;
  }
}

/** Has the routes that declare it wait; call it before Nest adds them. */
export function holdClients(app: NestFastifyApplication, hold: ClientHold): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (!route.config?.held) return;
    route.preHandler = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
      hold.begin(request, reply).then(
        () => done(),
        (error: unknown) => done(error as Error),
      );
    };
  });
}
