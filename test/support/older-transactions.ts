import { until } from './until.js';
import { type ReadyServer } from './test-server.js';

/**
 * Resolves when every transaction that has begun so far is over, those of other tests on the same PostgreSQL too. An older
 * transaction holds back the sealing of what was committed after it began.
 */
export async function olderTransactionsOver(server: Pick<ReadyServer, 'sql'>): Promise<void> {
  const [{ newest }] = (await server.sql('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS newest')) as [
    { newest: string },
  ];
  const isOver = 'SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 AS over';
  await until(async () => (await server.sql<{ over: boolean }>(isOver, [newest]))[0]!.over, 60, 'older transactions');
}
