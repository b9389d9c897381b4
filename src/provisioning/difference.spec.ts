import { describe, expect, it } from '@jest/globals';
import { difference } from './difference.js';

describe('difference', () => {
  it('names what is wanted to be another one, and leaves the rest alone', () => {
    expect(difference({ a: 1, b: 2, c: undefined }, { a: 1, b: 3, c: 4, d: 5 })).toEqual([
      { name: 'b', from: 3, to: 2 },
    ]);
  });

  it('compares lists and objects by their content', () => {
    class Rule {
      constructor(readonly team: string | undefined) {}
    }
    expect(
      difference({ rules: [new Rule('a')], none: [new Rule(undefined)] }, { rules: [{ team: 'a' }], none: [{}] }),
    ).toEqual([]);
    expect(difference({ rules: [] }, { rules: ['a'] })).toEqual([{ name: 'rules', from: ['a'], to: [] }]);
  });

  it('tells of a secret only that it differs', () => {
    expect(difference({ password: 'new' }, { password: 'old' }, ['password'])).toEqual([{ name: 'password' }]);
  });
});
