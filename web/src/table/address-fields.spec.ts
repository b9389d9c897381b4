import { describe, expect, it } from '@jest/globals';
import { fieldsIn, searchOf } from './address-fields';

const defaults = { page: '1', size: '25', sort: 'email', search: '' };

describe('the fields of a list in the address', () => {
  it('are the defaults where the address does not name them', () => {
    expect(fieldsIn({}, defaults)).toEqual(defaults);
  });

  it('are read as text, whatever the router makes of them', () => {
    expect(fieldsIn({ page: 3, search: true, sort: 'name' }, defaults)).toEqual({
      ...defaults,
      page: '3',
      search: 'true',
      sort: 'name',
    });
  });

  it('ignore what is no plain value, and what the list does not have', () => {
    expect(fieldsIn({ page: [2], search: { a: 1 }, sort: null, tab: 'x' }, defaults)).toEqual(defaults);
  });

  it('do not stand in the address where they are as by default', () => {
    expect(searchOf({ ...defaults, page: '2' }, defaults)).toEqual({
      page: 2,
      size: undefined,
      sort: undefined,
      search: undefined,
    });
  });

  it('stand there as numbers only when they read back as the same text', () => {
    const written = (search: string) => searchOf({ ...defaults, search }, defaults).search;
    expect(written('42')).toBe(42);
    expect(written('0042')).toBe('0042');
    expect(written('4.20')).toBe('4.20');
    expect(written('9007199254740993')).toBe('9007199254740993');
  });

  it('come back from the address as they were typed', () => {
    for (const search of ['42', '0042', ' x ', 'true', '1e3', '-1']) {
      const fields = { ...defaults, search };
      expect(fieldsIn(searchOf(fields, defaults), defaults)).toEqual(fields);
    }
  });
});
