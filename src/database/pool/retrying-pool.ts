import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool, type PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { connectionLost, isConnectionTrouble } from '../../errors/connection-trouble.js';
import { OpenConnections } from './open-connections.js';
import { poolOf } from './pool-of.js';

/** Milliseconds that work waits for a database that does not answer: a restart is over by then, a longer failure is told. */
const timeoutMillis = 4_000;
const retryMillis = 150;

type Callback = (error: Error | undefined, client?: PoolClient, done?: (release?: unknown) => void) => void;

/**
 * Makes requests for a connection wait a little while the database is being restarted or handed over. Only the begin of
 * work is repeated; what was under way has failed, and its caller is told.
 */
@Injectable()
export class RetryingPool {
  private readonly pool: Pool;
  private readonly connections: OpenConnections;
  private isSilent = false;

  constructor(@InjectDataSource() dataSource: DataSource) {
    const pool = (this.pool = poolOf(dataSource));
    this.connections = new OpenConnections(pool);
    const connect = pool.connect.bind(pool) as (callback: Callback) => void;
    pool.connect = ((callback?: Callback) => {
      const end = Date.now() + timeoutMillis;
      if (callback) {
        this.attempt(connect, end, callback);
        return undefined;
      }
      return new Promise<PoolClient>((resolve, reject) => {
        this.attempt(connect, end, (error, client) => {
          if (client) resolve(client);
          else reject(error ?? new Error('The pool gave no connection'));
        });
      });
    }) as Pool['connect'];
  }

  /**
   * The database has fallen silent: breaks all connections. Until {@link resume} requests for one fail at once: trying takes
   * seconds, and what drops packets is no restart that is over in a moment.
   */
  suspend(): void {
    this.isSilent = true;
    this.connections.abandon();
  }

  /** The database answers. */
  resume(): void {
    this.isSilent = false;
  }

  private attempt(connect: (callback: Callback) => void, end: number, callback: Callback): void {
    if (this.isSilent) {
      callback(Object.assign(new Error('The database does not answer'), { code: connectionLost }));
      return;
    }
    connect((error, client, done) => {
      if (error && isConnectionTrouble(error) && Date.now() < end && !this.pool.ending) {
        setTimeout(() => this.attempt(connect, end, callback), retryMillis);
      } else callback(error, client, done);
    });
  }
}
