import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Clock } from '../../clock/clock.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { tryAgainIn } from '../../errors/try-again.js';
import { Metrics } from '../../metrics/metrics.js';
import { SignInUnavailableError } from '../auth.errors.js';

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
