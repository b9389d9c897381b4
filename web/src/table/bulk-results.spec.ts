import { describe, expect, it } from '@jest/globals';
import { errorsOf, inParts } from './bulk-results';

describe('what is done to many entries', () => {
  it('goes in requests of 500, each entry once', async () => {
    const sizes: number[] = [];
    const keys = [...Array.from({ length: 1001 }, (_, index) => index), 0, 1];
    const results = await inParts(keys, (part) => {
      sizes.push(part.length);
      return Promise.resolve(part);
    });
    expect(sizes).toEqual([500, 500, 1]);
    expect(results).toHaveLength(1001);
  });

  it('has a result for each row, also where several rows are one thing', () => {
    const error = { code: 'not-found', message: 'It is gone.' };
    const rows = [{ id: 1 }, { id: 2 }, { id: 1 }];
    const results = [
      { key: 2, error: null },
      { key: 1, error },
    ];
    expect(
      errorsOf(
        rows,
        ({ id }) => id,
        results,
        ({ key }) => key,
      ),
    ).toEqual([error, null, error]);
  });
});
