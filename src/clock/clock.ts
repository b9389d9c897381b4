import { Injectable } from '@nestjs/common';

/**
 * The server's time. Nothing else asks the operating system for it, so that tests can step it.
 * What must agree between servers (leases, licenses) is computed by the database from `server_now(offset)`.
 */
@Injectable()
export class Clock {
  private offset = 0;
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

  /** Resolves once this clock has moved on by so many milliseconds, or the signal is aborted. */
  async wait(millis: number, signal: AbortSignal): Promise<void> {
    const end = this.millis() + millis;
    await new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const check = (): void => {
        clearTimeout(timer);
        const left = end - this.millis();
        if (left > 0 && !signal.aborted) {
          timer = setTimeout(check, left);
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
    for (const check of [...this.alarms]) check();
  }
}
