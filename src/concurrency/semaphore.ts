/** Others took their turns for too long. */
export class WaitedTooLongError extends Error {}

/** Lets a few do something at the same time; the rest wait in line and come in the order of their arrival. */
export class Semaphore {
  private readonly waiting: (() => void)[] = [];
  private busy = 0;

  /** @param maxWaitMillis after which one that waits gives up */
  constructor(
    private readonly limit: number,
    private readonly maxWaitMillis?: number,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    const end = await this.acquire();
    try {
      return await work();
    } finally {
      end();
    }
  }

  /**
   * Resolves when it is one's turn, with what ends it; that has to be called once.
   *
   * @throws WaitedTooLongError
   */
  async acquire(): Promise<() => void> {
    if (this.busy < this.limit) this.busy++;
    // A finished task passes its permit on, so `busy` stays.
    else await this.wait();
    return () => {
      const next = this.waiting.shift();
      if (next) next();
      else this.busy--;
    };
  }

  private wait(): Promise<void> {
    const { maxWaitMillis, waiting } = this;
    return new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(new WaitedTooLongError('Others took too long'));
      };
      const timer = maxWaitMillis === undefined ? undefined : setTimeout(giveUp, maxWaitMillis);
      const begin = (): void => {
        clearTimeout(timer);
        resolve();
      };
      waiting.push(begin);
    });
  }
}
