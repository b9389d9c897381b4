import { describe, expect, it } from '@jest/globals';
import { isDiskFull } from './disk-full.js';

describe('A full disk', () => {
  it('is known by what PostgreSQL and the operating system say, wherever the driver puts it', () => {
    const full = [
      { code: '53100' },
      { driverError: { code: '53100' } },
      { code: 'ENOSPC' },
      { cause: { code: 'EDQUOT' } },
    ];
    expect(full.map(isDiskFull)).toEqual([true, true, true, true]);
    expect([undefined, null, new Error('x'), { code: '53300' }, { code: 53100 }].some(isDiskFull)).toBe(false);
  });
});
