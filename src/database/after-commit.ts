import {
  type EntityManager,
  type EntitySubscriberInterface,
  EventSubscriber,
  type QueryRunner,
  type TransactionCommitEvent,
  type TransactionRollbackEvent,
  type TransactionStartEvent,
} from 'typeorm';

type Work = () => void;

/** What waits on each connection: one list for its transaction and one for each savepoint that is open in it. */
const waiting = new WeakMap<QueryRunner, Work[][]>();

/**
 * Does something once a transaction has been committed, and never if it is not: for counters and memory, which do not
 * roll back. What was registered inside a savepoint is dropped with it.
 *
 * @param manager of the transaction
 */
export function afterCommit(manager: EntityManager, work: Work): void {
  const { queryRunner } = manager;
  const works = queryRunner?.isTransactionActive ? waiting.get(queryRunner)?.at(-1) : undefined;
  if (works) works.push(work);
  else work();
}

/** Follows transactions and savepoints from their beginning to their end. */
@EventSubscriber()
export class CommitSubscriber implements EntitySubscriberInterface {
  afterTransactionStart({ queryRunner }: TransactionStartEvent): void {
    const open = waiting.get(queryRunner);
    if (open) open.push([]);
    else waiting.set(queryRunner, [[]]);
  }

  /** Also called for a savepoint that is released: its work then waits for what surrounds it. */
  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    const open = waiting.get(queryRunner);
    const works = open?.pop() ?? [];
    const around = open?.at(-1);
    if (around) around.push(...works);
    else for (const work of works) run(work, queryRunner);
  }

  afterTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    waiting.get(queryRunner)?.pop();
  }
}

/** The change is committed: an error here must neither look like a failed change nor keep other work from being done. */
function run(work: Work, { dataSource }: QueryRunner): void {
  try {
    work();
  } catch (error) {
    dataSource.logger.log('warn', `Work after a commit failed: ${(error as Error).stack ?? String(error)}`);
  }
}
