import { type TimeSource } from '../src/index.js';

/** The clocks of a client's computer, which stand still until a test moves them on. */
export class SteppedTime implements TimeSource {
  private ahead = 0;
  private wrong = 0;
  private readonly sleepers = new Set<() => void>();

  monotonic(): number {
    return this.ahead;
  }

  wall(): number {
    return Date.now() + this.ahead + this.wrong;
  }

  sleep(millis: number, signal: AbortSignal): Promise<void> {
    const until = this.ahead + millis;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.ahead < until && !signal.aborted) return;
        this.sleepers.delete(look);
        resolve();
      };
      this.sleepers.add(look);
      signal.addEventListener('abort', look, { once: true });
      look();
    });
  }

  /** Lets time pass. */
  pass(millis: number): void {
    this.ahead += millis;
    this.wake();
  }

  /** Sets the clock of this computer; no time passes but the half minute in which the keeper looks at it. */
  setWrong(millis: number): void {
    this.wrong = millis;
    this.pass(30_000);
  }

  private wake(): void {
    for (const look of [...this.sleepers]) look();
  }
}
