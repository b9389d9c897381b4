import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type PoolClient } from 'pg';
import { type Logger } from 'pino';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { Clock } from '../../clock/clock.js';
import { PeriodicTask } from '../../concurrency/periodic-task.js';
import { SETTINGS } from '../../config/config.module.js';
import { type Settings } from '../../config/settings.js';
import { isConnectionTrouble } from '../../errors/connection-trouble.js';
import { countedTime } from '../../errors/counted.js';
import { LOG } from '../../log/log.module.js';
import { dataSourceOptions } from '../data-source.js';
import { OpenConnections } from '../pool/open-connections.js';
import { poolOf } from '../pool/pool-of.js';
import { rowsOf } from '../query.js';
import { ReplicaLag } from './replica-lag.js';
import { type PrimaryState, primaryState, type ReplicaState, replicaState } from './report-database.queries.js';

const lookMillis = 2_000;

/** Milliseconds after which a replica that does not answer a look counts as gone, and its connections are broken. */
const silenceMillis = 3_000;

/** A replica that is further behind is not read: a report must not miss what an administrator has seen happen. */
export const maxLagMillis = 30_000;

/** Connections to the replica; four exports leave two for reports. */
const poolSize = 6;

/** Milliseconds that a replica may take to accept a connection, and to answer: reports go to the primary instead. */
const connectMillis = 2_000;
const answerMillis = 30_000;

/**
 * Where reports are read: in the read replica of `DATABASE_REPORT_URL`, while it is there and at most {@link maxLagMillis} behind,
 * else in the primary. Nothing is ever written there.
 */
@Injectable()
export class ReportDatabase implements OnModuleInit, OnApplicationShutdown {
  /** Undefined if no such database is set, or if it cannot be read now. */
  private replica: DataSource | undefined;
  private readonly source: DataSource | undefined;
  private connections: OpenConnections | undefined;
  private readonly lag = new ReplicaLag();
  /** Why the replica is not read, as the log was told last; null: it is read. */
  private problem: string | null | undefined;
  private readonly looking = new PeriodicTask(
    () => this.look(),
    lookMillis,
    (error) => this.leave((error as Error).message),
  );

  constructor(
    @InjectDataSource() private readonly primary: DataSource,
    @Inject(SETTINGS) { databaseReportUrl }: Settings,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.source = databaseReportUrl === undefined ? undefined : sourceOf(databaseReportUrl, primary, clock);
  }

  onModuleInit(): void {
    if (!this.source) return;
    // A replica that is away does not delay the start.
    void this.looking.run();
    this.looking.startBy(this.clock);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.looking.stop();
    this.replica = undefined;
    if (this.source?.isInitialized) await this.source.destroy();
  }

  /** Reads, statement by statement. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.preferReplica((source) => work(source.manager));
  }

  /** Reads all at one moment of the database. */
  readAtOnce<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.preferReplica((source) => source.transaction('REPEATABLE READ', work));
  }

  /** A connection for what takes long, such as a cursor; its taker releases it. */
  connect(): Promise<PoolClient> {
    return this.preferReplica((source) => poolOf(source).connect());
  }

  private async preferReplica<T>(work: (source: DataSource) => Promise<T>): Promise<T> {
    const { replica } = this;
    if (!replica) return work(this.primary);
    try {
      return await work(replica);
    } catch (error) {
      const isAway = isConnectionTrouble(error);
      if (!isAway && !(error instanceof QueryFailedError)) throw error;
      if (isAway) this.leave((error as Error).message);
      // Such as: what it read was removed on the primary long ago.
      else this.log.warn({ err: error }, 'The read replica could not answer a report, which is read from the primary');
      return work(this.primary);
    }
  }

  /** Asks the primary first: what it says then, a replica that is up to date has. */
  private async look(): Promise<void> {
    const { source } = this;
    if (!source) return;
    const asked = this.clock.millis();
    const [primary] = await rowsOf<PrimaryState>(this.primary, primaryState).catch(() => []);
    // While the primary is away, nothing can be said about the lag, and nothing new is written.
    if (!primary) return;
    if (!source.isInitialized) {
      await source.initialize();
      this.connections = new OpenConnections(poolOf(source));
    }
    const [replica] = await this.askReplica(source);
    const problem = replica ? this.problemWith(primary, replica, asked) : 'it says nothing about itself';
    if (problem !== undefined) {
      this.leave(problem);
      return;
    }
    if (replica?.replayed !== null && !this.lag.isKnown) return;
    if (this.problem !== null) this.log.info('Reports are read from the read replica');
    this.problem = null;
    this.replica = source;
  }

  private askReplica(source: DataSource): Promise<ReplicaState[]> {
    const timer = setTimeout(() => this.connections?.abandon(), silenceMillis).unref();
    return rowsOf<ReplicaState>(source, replicaState).finally(() => clearTimeout(timer));
  }

  private problemWith(primary: PrimaryState, replica: ReplicaState, asked: number): string | undefined {
    if (replica.cluster !== primary.cluster || replica.name !== primary.name) {
      return 'it is not a stand-by of the database in DATABASE_URL';
    }
    // The primary itself, or two stand-bys while another one takes over.
    if (replica.replayed === null || primary.position === null) return undefined;
    const millis = this.lag.add(primary.position, replica.replayed, asked);
    return millis > maxLagMillis ? `it is ${countedTime(millis)} behind` : undefined;
  }

  private leave(problem: string): void {
    this.replica = undefined;
    // How far it is behind changes all the time.
    const isNews =
      typeof this.problem !== 'string' || !problem.endsWith(' behind') || !this.problem.endsWith(' behind');
    if (isNews && problem !== this.problem) {
      this.log.warn({ problem }, 'Reports are read from the primary: the read replica cannot be used');
    }
    this.problem = problem;
  }
}

/** It connects when it is initialized. */
function sourceOf(url: string, { options }: DataSource, clock: Clock): DataSource {
  const base = dataSourceOptions(url, clock) as { extra: Record<string, unknown> };
  return new DataSource({
    ...(base as object),
    type: 'postgres',
    url,
    entities: options.entities,
    ...(options.logger && { logger: options.logger }),
    ...(options.maxQueryExecutionTime !== undefined && { maxQueryExecutionTime: options.maxQueryExecutionTime }),
    migrations: [],
    subscribers: [],
    installExtensions: false,
    poolSize,
    extra: {
      ...base.extra,
      connectionTimeoutMillis: connectMillis,
      query_timeout: answerMillis,
      application_name: 'license-server-reports',
      options: `${String(base.extra.options)} -c default_transaction_read_only=on`,
    },
  });
}
