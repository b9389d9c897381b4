import { describe, expect, it } from '@jest/globals';
import { bytesOf } from './bytes';

/** Locales put spaces of several kinds before a unit. */
function plain(text: string): string {
  return text.replaceAll(/\s/g, ' ');
}

describe('a size', () => {
  it('has a unit that keeps its number below a thousand', () => {
    expect(
      ['0', '1', '999', '1000', '1536000', '2500000000'].map((size) => plain(bytesOf(Number(size), 'en'))),
    ).toEqual(['0 bytes', '1 byte', '999 bytes', '1 kB', '1.5 MB', '2.5 GB']);
  });

  it('stays with the largest unit', () => {
    expect(plain(bytesOf(12_345_000_000_000, 'en'))).toBe('12,345 GB');
  });

  it('is written as in the language of the reader', () => {
    expect(plain(bytesOf(1_536_000, 'de'))).toBe('1,5 MB');
  });
});
