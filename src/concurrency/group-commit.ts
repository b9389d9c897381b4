interface Waiting<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (reason: unknown) => void;
}

/** What became of one item of a batch. */
export type Outcome<R> = { result: R } | { error: unknown };

/**
 * Collects what many requests want at the same moment and does it in one transaction, so that they share one commit. While
 * a batch is under way the next one gathers. Served in the order of arrival; each item has its own result or error.
 */
export class GroupCommit<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private underWay = 0;
  private scheduled = false;

  /**
   * @param work does a whole batch: one outcome per item, in their order. When it throws, nothing of the batch has happened
   * @param isItemError whether an error of a batch may be the fault of one item in it; else all of them get it at once
   * @param most items in a batch
   * @param lanes batches at the same time
   * @param onBatch told of each batch that has been tried: how many items, and in how many seconds
   */
  constructor(
    private readonly work: (items: readonly T[]) => Promise<readonly Outcome<R>[]>,
    private readonly isItemError: (error: unknown) => boolean,
    private readonly most = 200,
    private readonly lanes = 1,
    private readonly onBatch: (items: number, seconds: number) => void = () => undefined,
  ) {}

  /** Resolves after the commit of the batch that the item was part of. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** Everything that arrives in one turn of the event loop goes together. */
  private schedule(): void {
    if (this.scheduled || this.underWay >= this.lanes || this.waiting.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.run(this.waiting.splice(0, this.most));
    });
  }

  private async run(batch: Waiting<T, R>[]): Promise<void> {
    this.underWay++;
    this.schedule();
    const begin = performance.now();
    try {
      await this.settle(batch);
    } finally {
      this.underWay--;
      this.onBatch(batch.length, (performance.now() - begin) / 1000);
      this.schedule();
    }
  }

  /** Where one item may have spoiled the batch, each is tried alone and gets an answer of its own. */
  private async settle(batch: Waiting<T, R>[]): Promise<void> {
    try {
      const outcomes = await this.work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome && 'result' in outcome) resolve(outcome.result);
        else reject(outcome?.error ?? new Error('A batch has lost an item'));
      });
    } catch (error) {
      if (batch.length > 1 && this.isItemError(error)) for (const each of batch) await this.settle([each]);
      else for (const each of batch) each.reject(error);
    }
  }
}

/**
 * Whether PostgreSQL has refused a batch for what one of its items brought: SQLSTATE classes of wrong data, violated
 * constraints, and deadlocks. All else is the database's own trouble.
 */
export function isItemError(error: unknown): boolean {
  return /^(22|23|40)\w{3}$/.test((error as { code?: string }).code ?? '');
}
