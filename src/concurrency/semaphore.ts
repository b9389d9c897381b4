/** Lets a few do something at the same time; the rest wait in line and come in the order of their arrival. */
export class Semaphore {
  private readonly waiting: (() => void)[] = [];
  private busy = 0;

  constructor(private readonly limit: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    const end = await this.acquire();
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Resolves when it is one's turn, with what ends it; that has to be called once. */
  async acquire(): Promise<() => void> {
    if (this.busy < this.limit) this.busy++;
    // A finished task passes its permit on, so `busy` stays.
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    return () => {
      const next = this.waiting.shift();
      if (next) next();
      else this.busy--;
    };
  }
}
