import { Injectable } from '@nestjs/common';

/**
 * The server's time. Nothing else asks the operating system for it, so that tests can step it.
 * What must agree between servers (leases, licenses) is computed by the database from `server_now(offset)`.
 */
@Injectable()
export class Clock {
  private offset = 0;

  now(): Date {
    return new Date(this.millis());
  }

  /** Milliseconds since 1970. */
  millis(): number {
    return Date.now() + this.offset;
  }

  /** Milliseconds that this clock is ahead of the operating system's: 0 but in tests. */
  get offsetMillis(): number {
    return this.offset;
  }

  /** Moves this clock; only tests do. */
  advance(millis: number): void {
    this.offset += millis;
  }
}
