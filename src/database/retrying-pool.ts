import { type Pool, type PoolClient } from 'pg';
import { isConnectionTrouble } from '../errors/connection-trouble.js';

/** Milliseconds that work waits for a database that does not answer: a restart is over by then, a longer failure is told. */
const timeoutMillis = 4_000;
const retryMillis = 150;

type Callback = (error: Error | undefined, client?: PoolClient, done?: (release?: unknown) => void) => void;

/**
 * Makes requests for a connection wait a little while the database is being restarted or handed over. Only the begin of
 * work is repeated; what was under way has failed, and its caller is told.
 */
export function retryWhileConnecting(pool: Pool): void {
  // A connection may end in the very moment in which it is handed out, before its taker listens; the taker's first statement
  // fails then, and that is enough. Without any listener the whole process would end.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const connect = pool.connect.bind(pool) as (callback: Callback) => void;
  const attempt = (end: number, callback: Callback): void => {
    connect((error, client, done) => {
      if (error && isConnectionTrouble(error) && Date.now() < end && !pool.ending) {
        setTimeout(() => attempt(end, callback), retryMillis);
      } else callback(error, client, done);
    });
  };
  pool.connect = ((callback?: Callback) => {
    const end = Date.now() + timeoutMillis;
    if (callback) {
      attempt(end, callback);
      return undefined;
    }
    return new Promise<PoolClient>((resolve, reject) => {
      attempt(end, (error, client) => {
        if (client) resolve(client);
        else reject(error ?? new Error('The pool gave no connection'));
      });
    });
  }) as Pool['connect'];
}
