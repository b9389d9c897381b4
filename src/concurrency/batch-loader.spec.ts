import { describe, expect, it } from '@jest/globals';
import { batchLoader } from './batch-loader.js';

describe('batchLoader', () => {
  it('are one statement for all who ask at the same moment, and for each what was asked for', async () => {
    const asked: (readonly string[])[] = [];
    const lengthOf = batchLoader((words: readonly string[]) => {
      asked.push(words);
      return Promise.resolve(new Map(words.filter((word) => word !== '').map((word) => [word, word.length])));
    });
    expect(await Promise.all(['seat', '', 'lease', 'seat'].map(lengthOf))).toEqual([4, undefined, 5, 4]);
    expect(asked).toEqual([['seat', '', 'lease']]);
  });

  it('tell all who asked of an error, and work again after it', async () => {
    let down = true;
    const identity = batchLoader((words: readonly string[]) =>
      down ? Promise.reject(new Error('gone')) : Promise.resolve(new Map(words.map((word) => [word, word]))),
    );
    const [first, second] = await Promise.allSettled([identity('a'), identity('b')]);
    expect([first, second]).toMatchObject([{ reason: { message: 'gone' } }, { reason: { message: 'gone' } }]);
    down = false;
    expect(await identity('a')).toBe('a');
  });
});
