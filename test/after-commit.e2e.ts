import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataSource, type EntityManager } from 'typeorm';
import { afterCommit } from '../src/database/after-commit.js';
import { dataSourceOptions } from '../src/database/data-source.js';
import { asOneTransaction, JoiningDataSource } from '../src/database/joined-transaction.js';
import { emptyDatabase } from './support/test-server.js';

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let dataSource: DataSource;
beforeAll(async () => {
  database = await emptyDatabase();
  dataSource = await new JoiningDataSource({ ...dataSourceOptions(database.url), migrations: [] }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('What is to be done after a commit', () => {
  const done: string[] = [];
  const note = (manager: EntityManager, word: string): void => afterCommit(manager, () => done.push(word));
  const noteIn = (manager: EntityManager, word: string): Promise<void> => {
    note(manager, word);
    return Promise.resolve();
  };
  const failing = (work: (manager: EntityManager) => Promise<void> | void): Promise<void> =>
    dataSource.transaction(async (manager) => {
      await work(manager);
      throw new Error('rolled back');
    });

  it('waits for it, is done once, in its order, and is forgotten when it does not come', async () => {
    await dataSource.transaction(async (manager) => {
      note(manager, 'first');
      await manager.query('SELECT 1');
      note(manager, 'second');
      expect(done).toEqual([]);
    });
    expect(done.splice(0)).toEqual(['first', 'second']);
    await expect(failing((manager) => note(manager, 'never'))).rejects.toThrow('rolled back');
    await dataSource.transaction((manager) => manager.query('SELECT 1'));
    expect(done).toEqual([]);
  });

  it('waits for the outermost transaction', async () => {
    await dataSource.transaction(async (manager) => {
      await manager.transaction(async (inner) => {
        await inner.query('SELECT 1');
        note(inner, 'inner');
      });
      expect(done).toEqual([]);
    });
    expect(done.splice(0)).toEqual(['inner']);
  });

  it('is dropped with the savepoint that rolls back, and kept for the rest of the transaction', async () => {
    await dataSource.transaction(async (manager) => {
      note(manager, 'before');
      const savepoint = manager.transaction(async (inner) => {
        note(inner, 'never');
        await inner.transaction((innermost) => noteIn(innermost, 'never either'));
        throw new Error('rolled back to the savepoint');
      });
      await expect(savepoint).rejects.toThrow('rolled back to the savepoint');
      await manager.transaction((inner) => noteIn(inner, 'second savepoint'));
      note(manager, 'after');
    });
    expect(done.splice(0)).toEqual(['before', 'second savepoint', 'after']);
  });

  it('is dropped when the transaction around a released savepoint rolls back', async () => {
    await expect(failing((manager) => manager.transaction((inner) => noteIn(inner, 'never')))).rejects.toThrow(
      'rolled back',
    );
    expect(done).toEqual([]);
  });

  it('is not done by the next transaction on the same connection', async () => {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      note(runner.manager, 'never');
      await runner.rollbackTransaction();
      await runner.startTransaction();
      note(runner.manager, 'second');
      await runner.commitTransaction();
      expect(done.splice(0)).toEqual(['second']);
    } finally {
      await runner.release();
    }
  });

  it('does not make a committed change look failed, nor stop other work, when one piece of it fails', async () => {
    const committed = dataSource.transaction(async (manager) => {
      await manager.query('SELECT 1');
      afterCommit(manager, () => {
        throw new Error('a listener');
      });
      note(manager, 'other');
      return 'committed';
    });
    await expect(committed).resolves.toBe('committed');
    expect(done.splice(0)).toEqual(['other']);
  });

  it('is done at once where there is no transaction', () => {
    note(dataSource.manager, 'now');
    expect(done.splice(0)).toEqual(['now']);
  });
});

describe('One transaction of several', () => {
  const done: string[] = [];
  /** A service's own, which knows nothing of what is around it. */
  const insert = (id: number): Promise<unknown> =>
    dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO one_of_several VALUES ($1)', [id]);
      afterCommit(manager, () => done.push(String(id)));
    });
  const count = async (): Promise<number> => {
    const [row] = await dataSource.query<{ count: string }[]>('SELECT count(*) AS count FROM one_of_several');
    return Number(row?.count);
  };
  beforeAll(() => dataSource.query('CREATE TABLE one_of_several (id int PRIMARY KEY)'));
  afterEach(() => dataSource.query('DELETE FROM one_of_several'));

  it('commits them together, and does then what waits for the commit', async () => {
    const outside = count();
    const seen = await asOneTransaction(dataSource, async () => {
      await insert(1);
      await insert(2);
      expect(done).toEqual([]);
      return count();
    });
    expect([await outside, seen, await count()]).toEqual([0, 2, 2]);
    expect(done.splice(0)).toEqual(['1', '2']);
  });

  it('rolls them back together, when one of them fails or it was a rehearsal', async () => {
    const failing = asOneTransaction(dataSource, async () => {
      await insert(1);
      await insert(1);
    });
    await expect(failing).rejects.toThrow('duplicate key');
    expect(await asOneTransaction(dataSource, () => insert(1).then(count), 'rollback')).toBe(1);
    expect([await count(), done]).toEqual([0, []]);
  });

  it('goes on after one that failed and was expected to', async () => {
    await asOneTransaction(dataSource, async () => {
      await insert(1);
      await expect(insert(1)).rejects.toThrow('duplicate key');
      await insert(2);
    });
    expect(await count()).toBe(2);
    expect(done.splice(0)).toEqual(['1', '2']);
  });

  it('is none of the work that goes on at the same time', async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const beside = begun.then(count);
    await asOneTransaction(dataSource, async () => {
      await insert(1);
      begin();
      expect(await beside).toBe(0);
    });
  });
});
