import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { tryAgainIn } from '../../errors/try-again.js';
import { Metrics } from '../../metrics/metrics.js';
import { SignInUnavailableError } from '../auth.errors.js';

/** Attempts that wait at one counter of failures although their turn would come too late. An office is often one address. */
const maxLatePerCounter = 20;

/** How long a client is prepared to wait for its turn. */
export interface HoldLimit {
  millis: number;
  /** Aborted when the client disconnects. */
  gone: AbortSignal;
}

/**
 * Throttled sign-ins of Katalon clients, which wait for their turn because a refusal would break them. A server that stops lets
 * them wait on: whose turn comes in time is answered, and the others lose their connections with it, as all held requests do.
 */
@Injectable()
export class SignInQueue {
  private waiting = 0;
  /** Attempts whose turn would come too late, by the counter at which they wait. */
  private readonly late = new Map<string | null, number>();

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const count = (): number => this.waiting;
    new Gauge({
      name: 'license_server_sign_ins_waiting',
      help: 'Throttled sign-ins of Katalon clients that wait for their turn on this server.',
      registers: [metrics.registry],
      collect() {
        this.set(count());
      },
    });
  }

  /**
   * Lets an attempt wait although its turn would come too late.
   *
   * @param counter of failures that it waits for
   * @returns to be called at the end of the wait; undefined: as many wait there as may
   */
  joinLate(counter: string | null): (() => void) | undefined {
    const before = this.late.get(counter) ?? 0;
    if (before >= maxLatePerCounter) return undefined;
    this.late.set(counter, before + 1);
    return () => {
      const left = (this.late.get(counter) ?? 1) - 1;
      if (left > 0) this.late.set(counter, left);
      else this.late.delete(counter);
    };
  }

  /** @throws SignInUnavailableError when as many wait already as may be held, or the client has disconnected */
  async wait(millis: number, { gone }: HoldLimit): Promise<void> {
    if (this.waiting >= this.settings.maxHeldRequests) {
      throw new SignInUnavailableError(`Too many throttled sign-ins are waiting on this server. ${tryAgainIn(60)}`);
    }
    this.waiting++;
    try {
      await this.clock.wait(millis, gone);
    } finally {
      this.waiting--;
    }
    if (gone.aborted) throw new SignInUnavailableError('The client has disconnected.');
  }
}
