import { expect, test } from '@jest/globals';
import { viewQueryOf } from './view-address';

test('A view keeps search, filters, order and tab of a list, but not its page', () => {
  expect(viewQueryOf('?tab=machines&page=3&sort=hostname%2Cdesc&search=build')).toBe(
    'tab=machines&sort=hostname%2Cdesc&search=build',
  );
  expect(viewQueryOf('?page=2')).toBe('');
  expect(viewQueryOf('')).toBe('');
});
