import { describe, expect, it } from '@jest/globals';
import { SharedReads } from './shared-reads.js';

/** Reads that end when the test says so. */
function reads(): { started: number; read: () => Promise<number>; end: (failure?: Error) => void } {
  const ends: ((failure?: Error) => void)[] = [];
  const all = {
    started: 0,
    read: (): Promise<number> => {
      const number = ++all.started;
      return new Promise((resolve, reject) => {
        ends.push((failure) => (failure ? reject(failure) : resolve(number)));
      });
    },
    end: (failure?: Error): void => ends.shift()?.(failure),
  };
  return all;
}

describe('Shared reads', () => {
  it('answer all who ask while one is under way with the next one', async () => {
    const shared = new SharedReads<number>();
    const database = reads();
    const first = shared.get('a', database.read);
    const later = [shared.get('a', database.read), shared.get('a', database.read)];
    expect(database.started).toBe(1);
    database.end();
    expect(await first).toBe(1);
    database.end();
    expect(await Promise.all(later)).toEqual([2, 2]);
    expect(database.started).toBe(2);
  });

  it('tell what fails only to those who share it', async () => {
    const shared = new SharedReads<number>();
    const database = reads();
    const first = shared.get('a', database.read);
    const second = shared.get('a', database.read);
    database.end(new Error('away'));
    await expect(first).rejects.toThrow('away');
    database.end();
    expect(await second).toBe(2);
  });

  it('keep different questions apart, and nothing for later', async () => {
    const shared = new SharedReads<number>();
    const database = reads();
    const answers = [shared.get('a', database.read), shared.get('b', database.read)];
    database.end();
    database.end();
    expect(await Promise.all(answers)).toEqual([1, 2]);
    const third = shared.get('a', database.read);
    database.end();
    expect(await third).toBe(3);
  });
});
