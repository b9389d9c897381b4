/**
 * Does something again and again, never twice at the same moment. Its timer keeps no process alive, and an error ends neither
 * it nor the process.
 */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  /** @param onError told of each run that failed; the next one comes all the same */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly everyMillis: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The first run comes after one interval: call {@link run} for one before. */
  start(): void {
    this.timer ??= setInterval(() => void this.run(), this.everyMillis).unref();
  }

  /** Now; or waits for the run that is under way. */
  run(): Promise<void> {
    this.underWay ??= this.work()
      .catch(this.onError)
      .finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** Resolves when the run that is under way has ended. No other begins by itself. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }
}
