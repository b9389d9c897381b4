import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { InitialSchema1764000000000 } from './migrations/1764000000000-initial-schema.js';
import { People1764028800000 } from './migrations/1764028800000-people.js';
import { Seats1764036000000 } from './migrations/1764036000000-seats.js';
import { Mail1764039600000 } from './migrations/1764039600000-mail.js';
import { Announcements1764043200000 } from './migrations/1764043200000-announcements.js';
import { SeatRules1764046800000 } from './migrations/1764046800000-seat-rules.js';
import { SeatReservationIndex1764046800001 } from './migrations/1764046800001-seat-reservation-index.js';

// Ids are JSON numbers, and no sequence here comes near 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** What TypeORM needs to know; entities are collected from the modules that own them. */
export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    uuidExtension: 'pgcrypto',
    // The schema changes by migration only.
    synchronize: false,
    migrationsRun: false,
    migrations: [
      InitialSchema1764000000000,
      People1764028800000,
      Seats1764036000000,
      Mail1764039600000,
      Announcements1764043200000,
      SeatRules1764046800000,
      SeatReservationIndex1764046800001,
    ],
    migrationsTableName: 'migration',
    poolSize: 12,
    extra: { connectionTimeoutMillis: 10_000, application_name: 'license-server' },
  };
}

/** Any constant will do, as long as it is the same in every server and used for nothing else. */
const migrationLock = 4_711_001;

/**
 * Brings the schema up to date. Servers that start together on one database wait for each other here.
 *
 * @throws Error when a migration fails; the schema is then as it was before
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = new DataSource(dataSourceOptions(url));
  const guard = new pg.Client({ connectionString: url });
  await guard.connect();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await dataSource.initialize();
    const done = await dataSource.runMigrations({ transaction: 'all' });
    return done.map((migration) => migration.name);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
    await guard.end();
  }
}
