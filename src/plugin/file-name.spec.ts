import { describe, expect, it } from '@jest/globals';
import { packageFileName, safeFileName } from './file-name.js';

describe('A file name', () => {
  it.each([
    ['Excel Keywords', 'Excel Keywords'],
    ['プラグイン', 'プラグイン'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\plugins\\a', 'C__plugins_a'],
    ['..', '_'],
    ['  ', '_'],
    ['.hidden', 'hidden'],
    ['nul', '_nul'],
    ['CON.jar', '_CON.jar'],
    ['a\u202egnp.exe', 'a_gnp.exe'],
    ['line\nbreak', 'line_break'],
  ])('for %j is %j', (text, name) => {
    expect(safeFileName(text)).toBe(name);
  });

  it('is never too long for a file system, and never ends within a character', () => {
    const name = packageFileName({ name: '語'.repeat(200), version: '1.0', packaging: 'jar' });
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(name).toMatch(/^語+-1\.0\.jar$/);
  });
});
