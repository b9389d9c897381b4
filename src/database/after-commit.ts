import {
  type EntityManager,
  type EntitySubscriberInterface,
  EventSubscriber,
  type QueryRunner,
  type TransactionCommitEvent,
} from 'typeorm';

const waiting = new WeakMap<QueryRunner, (() => void)[]>();

/**
 * Does something once a transaction has been committed, and never if it is not: for counters and memory, which do not
 * roll back.
 *
 * @param manager of the transaction
 */
export function afterCommit(manager: EntityManager, work: () => void): void {
  const { queryRunner } = manager;
  if (!queryRunner?.isTransactionActive) {
    work();
    return;
  }
  const works = waiting.get(queryRunner);
  if (works) works.push(work);
  else waiting.set(queryRunner, [work]);
}

/** Hears of the end of transactions. */
@EventSubscriber()
export class CommitSubscriber implements EntitySubscriberInterface {
  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    // Also called for a savepoint; then the transaction goes on.
    if (queryRunner.isTransactionActive) return;
    const works = waiting.get(queryRunner);
    if (!works) return;
    waiting.delete(queryRunner);
    for (const work of works) work();
  }
}
