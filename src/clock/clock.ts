import { Injectable } from '@nestjs/common';

/** Milliseconds that a timer of Node.js can take. */
const maxTimerMillis = 2 ** 31 - 1;

/**
 * The server's time. Nothing else asks the operating system for it, so that tests can step it.
 * What must agree between servers (leases, licenses) is computed by the database from `server_now()`.
 */
@Injectable()
export class Clock {
  private offset = 0;
  /** What {@link wait} goes by: like a stop-watch it never goes back, however the time is set. */
  private stepped = 0;
  private readonly alarms = new Set<() => void>();

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

  /** Resolves once this many milliseconds have passed, whatever the time is set to meanwhile, or the signal is aborted. */
  async wait(millis: number, signal: AbortSignal): Promise<void> {
    const elapsed = (): number => performance.now() + this.stepped;
    const end = elapsed() + millis;
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const check = (): void => {
        clearTimeout(timer);
        const left = end - elapsed();
        if (left > 0 && !signal.aborted) {
          timer = setTimeout(check, Math.min(left, maxTimerMillis));
          return;
        }
        this.alarms.delete(check);
        signal.removeEventListener('abort', check);
        resolve();
      };
      this.alarms.add(check);
      signal.addEventListener('abort', check);
      check();
    });
  }

  /** Moves this clock; only tests do. */
  advance(millis: number): void {
    this.offset += millis;
    this.stepped += Math.max(0, millis);
    for (const check of [...this.alarms]) check();
  }
}
