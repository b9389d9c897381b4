import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, type EntityManager, type QueryRunner, type ReplicationMode } from 'typeorm';

/** What statements join: a transaction that is still open, or one that has ended. */
interface Surroundings {
  runner: QueryRunner | undefined;
}

const surroundings = new AsyncLocalStorage<Surroundings>();

/** A data source whose statements and transactions join the transaction that {@link asOneTransaction} has begun around them. */
export class JoiningDataSource extends DataSource {
  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    return surroundings.getStore()?.runner ?? super.createQueryRunner(mode);
  }
}

/**
 * Makes one transaction of everything that services do, although each opens its own: theirs become savepoints. Only what `work`
 * itself waits for takes part; other tasks of the process keep their own connections.
 *
 * @param end `rollback`: a rehearsal, which leaves nothing behind
 */
export async function asOneTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  end: 'commit' | 'rollback' = 'commit',
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  const release = runner.release.bind(runner);
  const around: Surroundings = { runner };
  try {
    await runner.startTransaction();
    // The services release their connection at their end, and here it is still in use.
    runner.release = () => Promise.resolve();
    const result = await surroundings.run(around, () => work(runner.manager));
    // What follows the commit is no part of the transaction any more.
    around.runner = undefined;
    await (end === 'commit' ? runner.commitTransaction() : runner.rollbackTransaction());
    return result;
  } catch (error) {
    around.runner = undefined;
    // The error says more than one of the rollback could.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    runner.release = release;
    await release();
  }
}
