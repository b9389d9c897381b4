import { describe, expect, it } from '@jest/globals';
import { Semaphore, WaitedTooLongError } from './semaphore.js';

describe('Semaphore', () => {
  it('are taken by so many at once, in the order of arrival, also after a failure', async () => {
    const semaphore = new Semaphore(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const work = (index: number) =>
      semaphore.run(async () => {
        began.push(index);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (index === 0) throw new Error('failed');
        return index;
      });
    const all = Promise.allSettled([0, 1, 2, 3, 4].map(work));
    for (let done = 0; done < 5; done++) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(began).toEqual([0, 1, 2, 3, 4].slice(0, done + 2));
      ends[done]!();
    }
    expect((await all).map((each) => (each.status === 'fulfilled' ? each.value : 'failed'))).toEqual([
      'failed',
      1,
      2,
      3,
      4,
    ]);
    await expect(semaphore.run(() => Promise.resolve('free again'))).resolves.toBe('free again');
  });

  it('is not waited for longer than that, and then keeps no place in the line', async () => {
    const semaphore = new Semaphore(1, 1);
    const end = await semaphore.acquire();
    await expect(semaphore.acquire()).rejects.toThrow(WaitedTooLongError);
    end();
    await expect(semaphore.run(() => Promise.resolve('free again'))).resolves.toBe('free again');
  });
});
