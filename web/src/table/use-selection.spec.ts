import { describe, expect, it } from '@jest/globals';
import { between, changed } from './use-selection';

const key = (row: string): string => row;
const shown = ['a', 'b', 'c', 'd'];

describe('Rows that are selected with Shift', () => {
  it('are those between the one before and this one, upwards too', () => {
    expect(between(shown, key, 'b', 'd')).toEqual(['b', 'c', 'd']);
    expect(between(shown, key, 'd', 'b')).toEqual(['b', 'c', 'd']);
  });

  it('are this one alone when none was selected before, or on another page', () => {
    expect(between(shown, key, undefined, 'c')).toEqual(['c']);
    expect(between(shown, key, 'z', 'c')).toEqual(['c']);
  });
});

describe('A selection', () => {
  it('keeps what is on other pages', () => {
    const more = changed(new Map([['z', 'z']]), ['a', 'b'], key, true);
    expect([...more.keys()]).toEqual(['z', 'a', 'b']);
    expect([...changed(more, shown, key, false).keys()]).toEqual(['z']);
  });
});
