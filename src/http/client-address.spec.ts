import { describe, expect, it } from '@jest/globals';
import { clientAddress, networksOf, parseAddress, trustedProxies } from './client-address.js';

describe('An address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    [' 192.0.2.7 ', '192.0.2.7'],
    ['192.0.2.7:5123', '192.0.2.7'],
    ['"192.0.2.7:5123"', '192.0.2.7'],
    ['[192.0.2.7]:5123', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['"[2001:db8::7]:5123"', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:C000:0207', '192.0.2.7'],
    ['[::ffff:192.0.2.7]:5123', '192.0.2.7'],
    ['::', '::'],
  ])('is understood when written %s', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    'example.com',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.7:',
    '192.0.2.7:x',
    '192.0.2.7:123456',
    '[2001:db8::7',
    '2001:db8::7]',
    '[]:80',
    '"',
    '1.2.3.4\n',
    '%',
    '::1%'.repeat(100),
    'x'.repeat(100_000),
  ])('is not %j', (text) => {
    const address = parseAddress(text);
    expect(address === undefined || address === text.trim()).toBe(true);
  });
});

describe('The networks around an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
    ['2001:db8::7', '2001:db8::/64', '2001:db8::/48'],
    ['2001:0:0:5::1', '2001:0:0:5::/64', '2001::/48'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64', '1:2:3::/48'],
    ['::1', '::/64', '::/48'],
    ['', '', ''],
  ])('%s', (address, site, network) => {
    expect(networksOf(address)).toEqual({ site, network });
  });
});

describe("A client's address", () => {
  const socket = { remoteAddress: '::ffff:127.0.0.1' } as never;

  it('is the connection’s where no proxy is trusted', () => {
    expect(clientAddress({ ip: '::ffff:127.0.0.1', ips: undefined, socket })).toBe('127.0.0.1');
  });

  it('is the nearest proxy’s where that proxy names something else', () => {
    const ips = ['::ffff:127.0.0.1', '10.1.2.3:99', 'unknown'];
    expect(clientAddress({ ip: 'unknown', ips, socket })).toBe('10.1.2.3');
  });
});

describe('Trusted proxies', () => {
  it('are recognized in any spelling, and nothing else is', () => {
    const trusts = trustedProxies(['127.0.0.1', '10.1.0.0/16', 'fd00::/8']);
    if (!trusts) throw new Error('None is trusted');
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3:4711', '[fd00::1%eth0]:80'])
      expect(trusts(address)).toBe(true);
    for (const address of ['127.0.0.2', '10.2.0.1', 'fe00::1', 'unknown', '']) expect(trusts(address)).toBe(false);
    expect(trustedProxies([])).toBe(false);
  });
});
