import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type Pool } from 'pg';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Metrics } from '../../metrics/metrics.js';
import { poolOf } from './pool-of.js';

/** How busy this server's connections to the database are. */
@Injectable()
export class PoolMetrics {
  constructor(@InjectDataSource() dataSource: DataSource, { registry }: Metrics) {
    const pool = (): Pool => poolOf(dataSource);
    new Gauge({
      name: 'license_server_database_connections',
      help: 'Open connections to the database, by what they do',
      labelNames: ['state'],
      registers: [registry],
      collect() {
        const { totalCount, idleCount } = pool();
        this.set({ state: 'idle' }, idleCount);
        this.set({ state: 'used' }, totalCount - idleCount);
      },
    });
    new Gauge({
      name: 'license_server_database_connections_max',
      help: 'Connections to the database that this server opens at most',
      registers: [registry],
      collect() {
        this.set(pool().options.max);
      },
    });
    new Gauge({
      name: 'license_server_database_waiting_requests',
      help: 'Pieces of work that wait for a connection to the database',
      registers: [registry],
      collect() {
        this.set(pool().waitingCount);
      },
    });
  }
}
