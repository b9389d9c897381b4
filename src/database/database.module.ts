import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Logger } from 'pino';
import { Clock } from '../clock/clock.js';
import { SETTINGS } from '../config/config.module.js';
import { type Settings } from '../config/settings.js';
import { Outage } from '../errors/outage.js';
import { LOG } from '../log/log.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { dataSourceOptions } from './data-source.js';
import { DatabaseWatch } from './database-watch.js';
import { DiskWatch } from './disk-watch.js';
import { DATABASE_URL } from './database-url.js';
import { JoiningDataSource } from './joined-transaction.js';
import { Notifications } from './notifications.js';
import { RetryingPool } from './pool/retrying-pool.js';
import { PoolMetrics } from './pool/pool-metrics.js';
import { QueryLog } from './query-log.js';
import { ReportDatabase } from './report/report-database.js';

@Global()
@Module({})
export class DatabaseModule {
  /** @param entities every table: what a module owns may refer to what another one owns, which need not be there */
  static with(url: string, entities: Type[]): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        MetricsModule,
        TypeOrmModule.forRootAsync({
          inject: [SETTINGS, LOG, Clock],
          useFactory: (settings: Settings, log: Logger, clock: Clock) => ({
            ...dataSourceOptions(url, clock),
            entities,
            retryAttempts: 0,
            logger: new QueryLog(log, settings),
            maxQueryExecutionTime: settings.slowQueryMillis || undefined,
          }),
          dataSourceFactory: (options = dataSourceOptions(url)) => new JoiningDataSource(options).initialize(),
        }),
      ],
      providers: [
        { provide: DATABASE_URL, useValue: url },
        { provide: Outage, useExisting: DatabaseWatch },
        DatabaseWatch,
        DiskWatch,
        Notifications,
        PoolMetrics,
        QueryLog,
        ReportDatabase,
        RetryingPool,
      ],
      exports: [DATABASE_URL, DatabaseWatch, DiskWatch, Notifications, Outage, QueryLog, ReportDatabase],
    };
  }
}
