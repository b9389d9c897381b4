import { describe, expect, it } from '@jest/globals';
import { GroupCommit, type Outcome } from './group-commit.js';

describe('Group commit', () => {
  it('does together what arrives together, in order, each with its own result', async () => {
    const batches: number[][] = [];
    const doubles = new GroupCommit<number, number>((items) => {
      batches.push([...items]);
      return Promise.resolve(items.map((item) => ({ result: item * 2 })));
    }, never);
    const results = await Promise.all([1, 2, 3].map((item) => doubles.add(item)));
    expect(results).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('gathers the next batch while one is under way, up to its size', async () => {
    const batches: number[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const group = new GroupCommit<number, number>(
      async (items) => {
        batches.push(items.length);
        if (batches.length === 1) await gate;
        return items.map((item) => ({ result: item }));
      },
      never,
      4,
    );
    const first = group.add(0);
    await new Promise(setImmediate);
    const rest = [1, 2, 3, 4, 5].map((item) => group.add(item));
    release();
    expect(await Promise.all([first, ...rest])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(batches).toEqual([1, 4, 1]);
  });

  it('gives the error of one to that one', async () => {
    const group = new GroupCommit<number, number>(
      (items) =>
        Promise.resolve(
          items.map((item): Outcome<number> => (item === 2 ? { error: new Error('two') } : { result: item })),
        ),
      never,
    );
    const results = await Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('tries each alone when one may have spoiled the batch', async () => {
    const { group, sizes } = spoiltByTwo((error) => (error as Error).message === 'two spoils it');
    const results = await Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(sizes).toEqual([3, 1, 1, 1]);
  });

  it('tells all at once when it is the fault of none', async () => {
    const { group, sizes } = spoiltByTwo(never);
    const results = await Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(sizes).toEqual([3]);
  });
});

const never = (): boolean => false;

function spoiltByTwo(isOfOneItem: (error: unknown) => boolean): {
  group: GroupCommit<number, number>;
  sizes: number[];
} {
  const sizes: number[] = [];
  const group = new GroupCommit<number, number>((items) => {
    sizes.push(items.length);
    if (items.includes(2)) return Promise.reject(new Error('two spoils it'));
    return Promise.resolve(items.map((item) => ({ result: item })));
  }, isOfOneItem);
  return { group, sizes };
}
