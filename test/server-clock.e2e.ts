import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { Clock } from '../src/clock/clock.js';
import { dataSourceOptions } from '../src/database/data-source.js';
import { runHot, step, withCommit } from '../src/database/pool/pipeline.js';
import { poolOf } from '../src/database/pool/pool-of.js';
import { type Statement } from '../src/database/pool/preparing-client.js';
import { migratedDatabase } from './support/test-server.js';

const ahead = `SELECT round(extract(epoch FROM server_now() - clock_timestamp()))::int AS seconds`;

let database: Awaited<ReturnType<typeof migratedDatabase>>;
let dataSource: DataSource;
let clock: Clock;

/** With a single connection, so that each transaction finds what the one before has left there. */
async function connected(by: Clock): Promise<DataSource> {
  const options = { ...dataSourceOptions(database.url, by), poolSize: 1 } as DataSourceOptions;
  return new DataSource(options).initialize();
}

beforeAll(async () => {
  database = await migratedDatabase();
  clock = new Clock();
  dataSource = await connected(clock);
});
afterEach(() => clock.advance(-clock.offsetMillis));
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function secondsAhead(manager: EntityManager = dataSource.manager): Promise<number> {
  const [row] = await manager.query<[{ seconds: number }]>(ahead);
  return row.seconds;
}

async function failing(work: (manager: EntityManager) => Promise<void>): Promise<void> {
  const transaction = dataSource.transaction(async (manager) => {
    await work(manager);
    throw new Error('rolled back');
  });
  await expect(transaction).rejects.toThrow('rolled back');
}

describe("The server's time in the database", () => {
  it('is the time of the database, with nothing set on its connections, while no test steps the clock', async () => {
    const fresh = await connected(new Clock());
    try {
      const look = `SELECT current_setting('license_server.ahead_millis', true) AS set`;
      await fresh.transaction((manager) => manager.query('SELECT 1'));
      expect(await fresh.query(look)).toEqual([{ set: null }]);
      expect(await secondsAhead(fresh.manager)).toBe(0);
    } finally {
      await fresh.destroy();
    }
  });

  it('follows the clock forwards and backwards', async () => {
    clock.advance(90_000);
    expect(await secondsAhead()).toBe(90);
    clock.advance(-120_000);
    expect(await secondsAhead()).toBe(-30);
    clock.advance(30_000 + 400 * 86_400_000);
    expect(await secondsAhead()).toBe(400 * 86_400);
  });

  it('does not change within an open transaction, and follows in the next one', async () => {
    await dataSource.transaction(async (manager) => {
      expect(await secondsAhead(manager)).toBe(0);
      clock.advance(60_000);
      expect(await secondsAhead(manager)).toBe(0);
      const together = await Promise.all([secondsAhead(manager), secondsAhead(manager)]);
      expect(together).toEqual([0, 0]);
    });
    expect(await dataSource.transaction(secondsAhead)).toBe(60);
  });

  it('follows in a transaction that has not sent a statement yet', async () => {
    await dataSource.transaction(async (manager) => {
      clock.advance(60_000);
      expect(await secondsAhead(manager)).toBe(60);
    });
    const isolated = await dataSource.transaction('REPEATABLE READ', async (manager) => {
      clock.advance(60_000);
      const [{ level }] = await manager.query<[{ level: string }]>(
        `SELECT current_setting('transaction_isolation') AS level`,
      );
      return [level, await secondsAhead(manager)];
    });
    expect(isolated).toEqual(['repeatable read', 120]);
  });

  it('is the same after a rollback', async () => {
    await failing(async (manager) => {
      clock.advance(60_000);
      expect(await secondsAhead(manager)).toBe(60);
    });
    expect(await secondsAhead()).toBe(60);
    await failing(async (manager) => {
      expect(await secondsAhead(manager)).toBe(60);
      clock.advance(60_000);
    });
    expect(await dataSource.transaction(secondsAhead)).toBe(120);
  });

  it('follows after a transaction in which a statement has failed', async () => {
    const refused = dataSource.transaction(async (manager) => {
      await expect(manager.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
      clock.advance(60_000);
      await secondsAhead(manager);
    });
    await expect(refused).rejects.toThrow('current transaction is aborted');
    expect(await dataSource.transaction(secondsAhead)).toBe(60);
  });

  it('follows in hot statements, and does not change in those that go with the commit', async () => {
    const statement: Statement = [ahead, []];
    clock.advance(60_000);
    expect(await runHot(poolOf(dataSource), statement)).toEqual([{ seconds: 60 }]);
    const taken: object[] = [];
    const takeRows = await dataSource.transaction(async (manager) => {
      await secondsAhead(manager);
      clock.advance(60_000);
      return withCommit(manager, [step(statement, (rows: object[]) => taken.push(...rows))]);
    });
    takeRows();
    expect(taken).toEqual([{ seconds: 60 }]);
    expect(await runHot(poolOf(dataSource), statement)).toEqual([{ seconds: 120 }]);
  });

  it('is there for a server of the previous release too, which passes how far it is ahead', async () => {
    const before = 'SELECT round(extract(epoch FROM server_now(60000) - clock_timestamp()))::int AS seconds';
    expect(await dataSource.query(before)).toEqual([{ seconds: 60 }]);
  });
});
