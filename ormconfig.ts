import { DataSource } from 'typeorm';
import { dataSourceOptions } from './src/database/data-source.js';
import { entities } from './src/entities.js';
import { databaseAddress } from './src/config/database-address.js';

/** For TypeORM's own command line: `npx typeorm -d dist/ormconfig.js migration:show` or `schema:log`, with DATABASE_URL set. */
export default new DataSource({
  ...dataSourceOptions(databaseAddress(process.env.DATABASE_URL ?? '')),
  entities,
});
