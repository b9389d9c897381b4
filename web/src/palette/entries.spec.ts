import { describe, expect, it } from '@jest/globals';
import { matches } from './entries';

const audit = { label: 'Audit log', description: 'Organization' };

describe('the palette', () => {
  it('finds an entry by parts of its words, in any order and case', () => {
    expect(matches('LOG aud', audit)).toBe(true);
    expect(matches('organi', audit)).toBe(true);
    expect(matches('audit server', audit)).toBe(false);
  });

  it('shows everything before something is typed', () => {
    expect(matches('', audit)).toBe(true);
  });
});
