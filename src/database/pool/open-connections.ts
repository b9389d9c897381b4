import { type Pool } from 'pg';
import { type DatabaseClient } from '../database-client.js';

/** The connections of a pool, to be broken together when the database falls silent. */
export class OpenConnections {
  private readonly clients = new Set<DatabaseClient>();

  constructor(pool: Pool) {
    // A pool that TypeORM has made has its first connection already.
    for (const client of (pool as unknown as { _clients: DatabaseClient[] })._clients) this.clients.add(client);
    pool.on('connect', (client) => this.clients.add(client as unknown as DatabaseClient));
    pool.on('remove', (client) => this.clients.delete(client as unknown as DatabaseClient));
  }

  /** What waits for an answer fails now, and not when TCP gives up. */
  abandon(): void {
    for (const client of this.clients) client.abandon();
  }
}
