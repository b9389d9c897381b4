import { describe, expect, it } from '@jest/globals';
import { FilterParser } from 'ldapts';
import { filterForAll, filterWith, isFilter } from './search-filter.js';

describe('The filter of a person', () => {
  it('escapes what was typed, so it never becomes part of the filter (RFC 4515)', () => {
    expect(filterWith('(uid={user})', { user: '*)(uid=\\a\u0000' })).toBe('(uid=\\2a\\29\\28uid=\\5ca\\00)');
    expect(filterWith('(member={dn})', { dn: 'cn=a\\,b (c),dc=d' })).toBe('(member=cn=a\\5c,b \\28c\\29,dc=d)');
  });

  it('means the text as it was typed', () => {
    const filter = FilterParser.parseString(filterWith('(uid={user})', { user: 'a(b)*\\c' }));
    expect(filter).toMatchObject({ attribute: 'uid', value: 'a(b)*\\c' });
  });

  it('keeps placeholders that were typed as text', () => {
    expect(filterWith('(&(uid={user})(member={dn}))', { user: '{dn}', dn: 'x' })).toBe('(&(uid={dn})(member=x))');
  });

  it('finds everybody with a star in the place of the name', () => {
    expect(filterForAll('(|(mail={user})(uid={user}))')).toBe('(|(mail=*)(uid=*))');
  });

  it('is told apart from what is none', () => {
    expect(
      ['(uid={user})', '(|(uid={user})(mail={user}*))', '(uid:caseExactMatch:={user})'].filter(isFilter),
    ).toHaveLength(3);
    const broken = [
      '(uid={user}',
      '(&(uid={user})',
      '(&)(a=b)',
      '({user})',
      '({user}=*)',
      '(uid=\\{user})',
      '(&(a=b)())',
    ];
    expect(broken.filter(isFilter)).toEqual([]);
  });
});
