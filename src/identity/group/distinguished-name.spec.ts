import { describe, expect, it } from '@jest/globals';
import { parseDistinguishedName } from './distinguished-name.js';

describe('A distinguished name (RFC 4514)', () => {
  it('is read part by part, the type of each without case', () => {
    expect(parseDistinguishedName('CN=Testers, OU=Groups ,dc=example')).toEqual([
      [['cn', 'Testers']],
      [['ou', 'Groups']],
      [['dc', 'example']],
    ]);
    expect(parseDistinguishedName('uid=a+cn=b,2.5.4.10=c')).toEqual([
      [
        ['uid', 'a'],
        ['cn', 'b'],
      ],
      [['2.5.4.10', 'c']],
    ]);
  });

  it.each([
    ['cn=Leads\\, EMEA', 'Leads, EMEA'],
    ['cn=Leads\\2C EMEA', 'Leads, EMEA'],
    ['cn="Leads, EMEA"', 'Leads, EMEA'],
    ['cn="a \\"b\\" c"', 'a "b" c'],
    ['cn=a "b" c', 'a "b" c'],
    ['cn=M\\C3\\BCller \\F0\\9F\\98\\80', 'Müller 😀'],
    ['cn= a  ', 'a'],
    ['cn=\\ a\\ ', ' a '],
    ['cn=a\\\\ ', 'a\\'],
    ['cn=a=b', 'a=b'],
    ['cn=cn\\=admins\\,ou\\=groups', 'cn=admins,ou=groups'],
    ['cn=a\\00b', 'a\u0000b'],
    ['cn=', ''],
  ])('means what its escapes and quotes stand for: %s', (text, value) => {
    expect(parseDistinguishedName(text)).toEqual([[['cn', value]]]);
  });

  it.each(['', 'testers', 'Leads, EMEA', '=a', 'cn=a,', 'cn=a,,ou=b', 'cn=a\\', 'a b=c', ',cn=a'])(
    'is not what has no types: %s',
    (text) => {
      expect(parseDistinguishedName(text)).toBeUndefined();
    },
  );

  it('is read in no time, whatever is in it', () => {
    const begun = performance.now();
    for (const text of [' ', '\\ ', 'a=', '"', '\\', '+', 'a ']) parseDistinguishedName(`cn=${text.repeat(50_000)}`);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
