import { describe, expect, it } from '@jest/globals';
import { directionOf, lastPageBefore, nextSort, pageIndexOf, pageSizeOf, rangeOf, sortOf } from './list-request';

const columns = [{ key: 'email', sortable: true }, { key: 'createdAt', sortable: true }, { key: 'actions' }];

function page(number: number, entries: number, totalElements: number, size = 25) {
  const content = Array.from({ length: entries }, (_, index) => index);
  return { content, page: number, size, totalElements, totalPages: Math.ceil(totalElements / size) };
}

describe('the page of a list', () => {
  it('counts from 1 in the address and from 0 for the server', () => {
    expect(pageIndexOf('1')).toBe(0);
    expect(pageIndexOf('7')).toBe(6);
  });

  it.each(['', '0', '-1', '1.5', 'two', '1000000', 'Infinity'])(
    'is the first one when the address says "%s"',
    (text) => {
      expect(pageIndexOf(text)).toBe(0);
    },
  );

  it('has one of the offered sizes, 25 by default', () => {
    expect(pageSizeOf('100')).toBe(100);
    expect(pageSizeOf('1000')).toBe(25);
    expect(pageSizeOf('')).toBe(25);
  });

  it('says which entries it shows', () => {
    expect(rangeOf(page(0, 25, 60))).toEqual({ from: 1, to: 25 });
    expect(rangeOf(page(2, 10, 60))).toEqual({ from: 51, to: 60 });
  });

  it('gives way to the last page when its last entry has gone', () => {
    expect(lastPageBefore(page(2, 0, 50), 2)).toBe(2);
    expect(lastPageBefore(page(1, 0, 0), 1)).toBe(1);
  });

  it('stays when it has entries, is the first one, or is not there yet', () => {
    expect(lastPageBefore(page(1, 5, 30), 1)).toBeUndefined();
    expect(lastPageBefore(page(0, 0, 0), 0)).toBeUndefined();
    expect(lastPageBefore(undefined, 3)).toBeUndefined();
  });
});

describe('the order of a list', () => {
  it('comes from the address only for columns that can be sorted', () => {
    expect(sortOf('email', columns)).toBe('email');
    expect(sortOf('createdAt,desc', columns)).toBe('createdAt,desc');
    expect(sortOf('actions', columns)).toBeUndefined();
    expect(sortOf('password', columns)).toBeUndefined();
    expect(sortOf('email,asc', columns)).toBeUndefined();
  });

  it('is shown at the column that it sorts', () => {
    expect(directionOf('email', 'email')).toBe('ascending');
    expect(directionOf('email,desc', 'email')).toBe('descending');
    expect(directionOf('email', 'createdAt')).toBeUndefined();
    expect(directionOf(undefined, 'email')).toBeUndefined();
  });

  it('goes from ascending over descending back to the default with each click', () => {
    const first = nextSort('createdAt,desc', 'email', 'createdAt,desc');
    const second = nextSort(first, 'email', 'createdAt,desc');
    const third = nextSort(second, 'email', 'createdAt,desc');
    expect([first, second, third]).toEqual(['email', 'email,desc', 'createdAt,desc']);
  });

  it('ends with no order at all where a list has no default', () => {
    expect(nextSort('email,desc', 'email')).toBe('');
  });
});
