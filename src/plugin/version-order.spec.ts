import { describe, expect, it } from '@jest/globals';
import { versionOrder } from './version-order.js';

const order = (a: string, b: string) => {
  const [left, right] = [Buffer.from(versionOrder(a)), Buffer.from(versionOrder(b))];
  return left.compare(right);
};

describe('Versions', () => {
  it.each([
    ['1.9', '1.10'],
    ['1.2.3', '1.2.4'],
    ['1', '1.0.1'],
    ['1.0-SNAPSHOT', '1.0'],
    ['1.0-alpha', '1.0-beta'],
    ['1.0-beta2', '1.0-rc1'],
    ['1.0-rc9', '1.0-rc10'],
    ['1.0.0-rc1', '1.0.0'],
    ['1.0', '1.0.jre8'],
    ['1.0.jre8', '1.0.1'],
    ['0.9', '1'],
    ['20261231', '99999999999999999999'],
    ['2.0.0', '10.0.0'],
  ])('%s is older than %s', (older, newer) => {
    expect([order(older, newer), order(newer, older)]).toEqual([-1, 1]);
  });

  it.each([
    ['1.0', '1.0.0'],
    ['1.0.0.Final', '1'],
    ['v1.2', 'V1.02'],
    ['1.0-RC1', '1.0.rc.1'],
  ])('%s is as new as %s', (one, other) => {
    expect(order(one, other)).toBe(0);
  });
});
