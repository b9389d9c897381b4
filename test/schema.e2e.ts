import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions, migrate } from '../src/database/data-source.js';
import { entities } from '../src/entities.js';
import { emptyDatabase } from './support/test-server.js';

/** Of libraries, which know their tables themselves. */
const notOurs = ['migration', 'rate_limit'];

/** Numbers of transactions, a type that TypeORM does not know, and indexes over them. */
const transactionNumbers = /"(xid|granted_xid|ended_xid|sealed_below|restored_in|\w+_xid)"/;

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await emptyDatabase();
  await migrate(database.url);
  const { extra, ...options } = dataSourceOptions(database.url);
  // TypeORM reads a schema with many questions at once on one connection, which only a pipeline is made for.
  dataSource = await new DataSource({
    ...options,
    entities,
    extra: { ...(extra as object), pipeline: true },
  }).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('The schema', () => {
  it('has an entity for every table', async () => {
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const ours = tables.map(({ name }) => name).filter((name) => !notOurs.includes(name));
    expect(dataSource.entityMetadatas.map(({ tableName }) => tableName).sort()).toEqual(ours.sort());
  });

  it('is what the entities say, with every column, default, index, check and foreign key', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query).filter((query) => !transactionNumbers.test(query))).toEqual([]);
  });
});
