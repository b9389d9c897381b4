import { describe, expect, it } from '@jest/globals';
import { nextPathIn } from './next-path.js';

describe('Where a sign-in goes on', () => {
  it('is a path of the console', () => {
    expect(nextPathIn('/profile?tab=keys#top', 'https://licenses.test')).toBe('/profile?tab=keys#top');
    expect(nextPathIn('/a/../profile', 'https://licenses.test')).toBe('/profile');
  });

  it('is below the path of SERVER_URL, whether the page names it or not', () => {
    for (const next of ['/profile', '/licenses/profile']) {
      expect(nextPathIn(next, 'https://company.test/licenses')).toBe('/profile');
    }
    expect(nextPathIn('/licenses', 'https://company.test/licenses/')).toBe('/');
    expect(nextPathIn('/licensesque', 'https://company.test/licenses')).toBe('/licensesque');
  });

  it.each([
    undefined,
    7,
    ['/a'],
    '',
    'profile',
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'https://evil.test/',
    '/ /x',
  ])('is not %j', (next) => {
    expect(nextPathIn(next, 'https://licenses.test')).toBeUndefined();
  });

  it('has a bounded length', () => {
    expect(nextPathIn(`/${'x'.repeat(1000)}`, 'https://licenses.test')).toBeUndefined();
  });
});
