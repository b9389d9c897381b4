import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Clock } from '../clock/clock.js';
import { Metrics } from '../metrics/metrics.js';
import { SignInUnavailableError } from './auth.errors.js';

/** How long a client is prepared to wait for its turn. */
export interface Patience {
  millis: number;
  /** Aborted when the client disconnects. */
  gone: AbortSignal;
}

/** Attempts that wait on this server at the same time: each holds a connection and a form of a few KiB. */
const maxWaiting = 1000;

/** Throttled sign-ins of Katalon clients, which wait for their turn because a refusal would break them. */
@Injectable()
export class SignInQueue implements BeforeApplicationShutdown {
  private waiting = 0;
  private readonly closing = new AbortController();

  constructor(
    private readonly clock: Clock,
    metrics: Metrics,
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

  /** Before the server waits for its open requests to end. */
  beforeApplicationShutdown(): void {
    this.closing.abort();
  }

  /** @throws SignInUnavailableError when too many wait already, the server stops, or the client has disconnected */
  async wait(millis: number, { gone }: Patience): Promise<void> {
    if (this.waiting >= maxWaiting) {
      throw new SignInUnavailableError(
        'Too many throttled sign-ins are waiting on this server. Try again in a minute.',
      );
    }
    this.waiting++;
    try {
      await this.clock.wait(millis, AbortSignal.any([gone, this.closing.signal]));
    } finally {
      this.waiting--;
    }
    if (gone.aborted) throw new SignInUnavailableError('The client has disconnected.');
    if (this.closing.signal.aborted) {
      throw new SignInUnavailableError('The server is shutting down. Try again in a few seconds.');
    }
  }
}
