import { type Clock } from '../clock/clock.js';

/**
 * Does something again and again, never twice at the same moment. Its timer keeps no process alive, and an error ends neither
 * it nor the process.
 */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private following: Promise<void> | undefined;
  private underWay: Promise<void> | undefined;
  private readonly ending = new AbortController();

  /**
   * @param work is told by the signal to end early, where it takes long
   * @param onError told of each run that failed; the next one comes all the same
   */
  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly everyMillis: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The first run comes after one interval: call {@link run} for one before. */
  start(): void {
    this.timer ??= setInterval(() => void this.run(), this.everyMillis).unref();
  }

  /** The same by the server's clock, which only tests set; an interval begins when the run before it has ended. */
  startBy(clock: Clock): void {
    this.following ??= this.follow(clock);
  }

  private async follow(clock: Clock): Promise<void> {
    const { signal } = this.ending;
    for (;;) {
      await this.underWay;
      await clock.wait(this.everyMillis, signal);
      if (signal.aborted) return;
      await this.run();
    }
  }

  /** Now; or waits for the run that is under way. */
  run(): Promise<void> {
    this.underWay ??= this.work(this.ending.signal)
      .catch(this.onError)
      .finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** Resolves when the run that is under way has ended. No other run begins automatically. */
  async stop(): Promise<void> {
    this.ending.abort();
    clearInterval(this.timer);
    await this.following;
    await this.underWay;
  }
}
