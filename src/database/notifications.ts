import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import pg from 'pg';
import { type Logger } from 'pino';
import { type EntityManager } from 'typeorm';
import { LOG } from '../log/log.module.js';
import { afterCommit } from './after-commit.js';
import { ConnectionProbe } from './connection-probe.js';
import { DatabaseClient } from './database-client.js';
import { DATABASE_URL } from './database-url.js';
import { RetryingPool } from './pool/retrying-pool.js';

type Listener = (payload: string) => void;

/**
 * PostgreSQL's LISTEN: what another server, or an administrator with psql, has changed. Triggers send it with the commit of
 * the change. While the connection is down nothing is heard, so {@link isListening} is false and caches must not be used.
 *
 * This connection is also the one over which the server notices that the network drops its packets: then it ends all the others.
 */
@Injectable()
export class Notifications implements OnModuleInit, OnApplicationShutdown {
  private readonly listeners = new Map<string, Listener[]>();
  private readonly resumeListeners: (() => void)[] = [];
  private client: DatabaseClient | undefined;
  private probe: ConnectionProbe | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;
  private listening = false;

  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly pool: RetryingPool,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Subscribe in a constructor: listening starts when the module does. */
  on(channel: string, listener: Listener): void {
    this.listeners.set(channel, [...(this.listeners.get(channel) ?? []), listener]);
  }

  /**
   * Tells this server's own listeners at the commit what the database tells all servers a moment later: the answer to the
   * request that changed something must not be given from what was remembered before.
   *
   * @param manager of the transaction; no one is notified if it does not commit
   */
  tellAtCommit(manager: EntityManager, channel: string, ...payloads: (string | number)[]): void {
    afterCommit(manager, () => {
      for (const payload of payloads) this.tell(channel, String(payload));
    });
  }

  /** Called whenever listening begins again, for something may have been missed. */
  onResume(listener: () => void): void {
    this.resumeListeners.push(listener);
  }

  get isListening(): boolean {
    return this.listening;
  }

  async onModuleInit(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    this.probe?.stop();
    await this.client?.end();
  }

  private async connect(): Promise<void> {
    const client = new DatabaseClient({
      connectionString: this.url,
      application_name: 'license-server notifications',
    });
    client.on('error', (error) => this.log.warn({ err: error }, 'The connection for notifications broke'));
    client.on('end', () => {
      if (this.client === client) this.lost();
    });
    client.on('notification', ({ channel, payload }) => {
      this.tell(channel, payload ?? '');
    });
    try {
      await client.connect();
      for (const channel of this.listeners.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      this.client = client;
      this.listening = true;
      this.pool.resume();
      this.probe = new ConnectionProbe(client, () => this.fallSilent(client));
      this.probe.start();
      for (const listener of this.resumeListeners) this.call(listener);
    } catch (error) {
      this.log.warn({ err: error }, 'The database cannot be reached for notifications');
      await client.end().catch(() => undefined);
      this.lost();
    }
  }

  private tell(channel: string, payload: string): void {
    for (const listener of this.listeners.get(channel) ?? []) this.call(() => listener(payload));
  }

  /** A listener that fails must neither silence the others nor end the process. */
  private call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.log.error({ err: error }, 'A notification of the database could not be followed');
    }
  }

  private fallSilent(client: DatabaseClient): void {
    this.log.error('The database has not answered for three seconds: all connections to it are given up');
    this.pool.suspend();
    client.abandon();
  }

  private lost(): void {
    this.probe?.stop();
    this.listening = false;
    this.client = undefined;
    if (this.stopped) return;
    this.retry = setTimeout(() => void this.connect(), 500);
  }
}
