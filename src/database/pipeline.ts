import { type EntityManager } from 'typeorm';
import { type PreparingClient, type Statement } from './preparing-client.js';

/**
 * Sends statements of a transaction together and then waits for their answers, instead of one journey to the database for
 * each. PostgreSQL still runs them one after the other, in their order, each on its own snapshot.
 *
 * @param manager of the transaction
 * @returns the rows of each
 * @throws DatabaseError of the first that failed; the transaction is then void, as always
 */
export async function pipeline(manager: EntityManager, statements: readonly Statement[]): Promise<unknown[][]> {
  if (!manager.queryRunner) throw new Error('Only the statements of a transaction go together');
  const client = (await manager.queryRunner.connect()) as PreparingClient;
  return client.queryAll(statements);
}
