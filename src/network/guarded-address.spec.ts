import { describe, expect, it } from '@jest/globals';
import { guardedAddresses, GuardedAddressError, isGuarded, isInternal } from './guarded-address.js';

describe('An address that an organization enters', () => {
  it.each([
    ['loopback', ['127.0.0.1', '127.9.9.9', '::1']],
    ['this host', ['0.0.0.0', '::']],
    ['link-local', ['169.254.1.1', 'fe80::1', 'fe80::1%eth0']],
    [
      'the metadata of clouds',
      ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', 'fd20:ce::254'],
    ],
    ['IPv4-mapped', ['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::127.0.0.1']],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::127.0.0.1']],
    ['6to4', ['2002:7f00:1::', '2002:a9fe:a9fe::1']],
    ['Teredo', ['2001:0:4136:e378:8000:63bf:80ff:fffe']],
    ['multicast', ['224.0.0.1', 'ff02::1']],
  ])('is refused: %s', (_what, addresses) => {
    expect(addresses.filter((address) => !isGuarded(address))).toEqual([]);
  });

  it('may be public or private', () => {
    const addresses = [
      '10.1.2.3',
      '192.168.1.1',
      '172.16.0.9',
      '8.8.8.8',
      '2a00:1450::1',
      'fd12:3456::1',
      '::ffff:10.0.0.1',
    ];
    expect(addresses.filter(isGuarded)).toEqual([]);
  });

  it('is internal in a private network, too, however it is written', () => {
    const internal = [
      '10.1.2.3',
      '172.31.0.9',
      '192.168.1.1',
      '100.64.0.1',
      'fd12:3456::1',
      '::ffff:10.0.0.1',
      '64:ff9b::a00:1',
    ];
    expect(internal.filter((address) => !isInternal(address))).toEqual([]);
    expect(['8.8.8.8', '172.32.0.1', '2a00:1450::1', '64:ff9b::808:808'].filter(isInternal)).toEqual([]);
  });

  it('is good in a network that the administrator allows', async () => {
    await expect(guardedAddresses('127.0.0.1', [])).rejects.toThrow(GuardedAddressError);
    // Some systems read other ways to write the same address.
    await expect(guardedAddresses('localhost', ['10.0.0.0/8'])).rejects.toThrow(GuardedAddressError);
    const ipv4 = [{ address: '127.0.0.1', family: 4 }];
    expect(await guardedAddresses('127.0.0.1', ['10.0.0.0/8', '127.0.0.0/8'])).toEqual(ipv4);
    expect(await guardedAddresses('::1', ['::1'])).toEqual([{ address: '::1', family: 6 }]);
  });
});
