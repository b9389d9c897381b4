import { expect, it } from '@jest/globals';
import { withoutHanging } from '../../test/support/without-hanging.js';
import { asRead, trimInvisible } from './invisible.js';

it.each([
  ['  Ada\u00a0L. \r\n', 'Ada\u00a0L.'],
  ['\u200b\ufeffAda\u2060', 'Ada'],
  ['\u{e0001}Ada\u{e007f}', 'Ada'],
  ['😀 Ada 😀', '😀 Ada 😀'],
  [' \t', ''],
  ['', ''],
])('%j is read as %j', (text, read) => {
  expect(trimInvisible(text)).toBe(read);
});

it('A text of a million blanks takes no time, wherever they are', () => {
  const blanks = ' '.repeat(1_000_000);
  expect(withoutHanging(() => asRead(`a${blanks}b`).length)).toBe(1_000_002);
  expect(withoutHanging(() => asRead(`${blanks}a${blanks}`))).toBe('a');
});
