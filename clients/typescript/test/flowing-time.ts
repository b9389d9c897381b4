import { type TimeSource } from '../src/index.js';

/** The clocks of a client's computer, which go on as all clocks do, and which a test moves on faster. */
export class FlowingTime implements TimeSource {
  private readonly start = performance.now();
  private ahead = 0;
  private wrong = 0;
  private readonly sleepers = new Map<() => void, number>();

  monotonic(): number {
    return performance.now() - this.start + this.ahead;
  }

  wall(): number {
    return Date.now() + this.ahead + this.wrong;
  }

  /** Ends when the test looks. */
  sleep(millis: number, signal: AbortSignal): Promise<void> {
    const until = this.monotonic() + millis;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.monotonic() < until && !signal.aborted) return;
        this.sleepers.delete(look);
        signal.removeEventListener('abort', look);
        resolve();
      };
      this.sleepers.set(look, until);
      signal.addEventListener('abort', look);
      look();
    });
  }

  /** How many sleep. */
  get asleep(): number {
    return this.sleepers.size;
  }

  /** When the first of them wants to be woken. */
  get nextWake(): number {
    return Math.min(...this.sleepers.values());
  }

  /** Wakes those whose time has come. */
  look(): void {
    for (const look of [...this.sleepers.keys()]) look();
  }

  /** Lets time pass, for both clocks. */
  pass(millis: number): void {
    this.ahead += millis;
    this.look();
  }

  /** The computer slept, and its clock that is never set stood still. */
  passAsleep(millis: number): void {
    this.wrong += millis;
  }

  setWrong(millis: number): void {
    this.wrong = millis;
  }
}
