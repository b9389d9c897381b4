import ipaddr from 'ipaddr.js';
import { lookup } from 'node:dns/promises';
import { networksContain } from './networks.js';

/**
 * Where only this machine, its link or the cloud that it runs in answers: often with secrets, and to any caller. Private
 * networks are not among these, for a company's own servers are there.
 */
const guardedNetworks = [
  // This host, loopback, link-local with the metadata services of most clouds.
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '::/128',
  '::1/128',
  'fe80::/10',
  'fec0::/10',
  // Inside of clouds: Alibaba, Azure, Oracle; AWS, Google, Scaleway.
  '100.100.0.0/16',
  '168.63.129.16/32',
  '192.0.0.0/24',
  'fd00:ec2::/32',
  'fd20:ce::/32',
  'fd00:42::/32',
  // Not one machine at all: multicast, broadcast, reserved.
  '224.0.0.0/4',
  '240.0.0.0/4',
  'ff00::/8',
];

/** Networks of companies and providers: they lead nowhere from the Internet. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15', 'fc00::/7'];

/** IPv6 networks whose addresses stand for an IPv4 address, and the byte at which that one begins. */
const translated: readonly [string, number][] = [
  // IPv4-compatible, IPv4-mapped and IPv4-translated.
  ['::/96', 12],
  ['::ffff:0:0/96', 12],
  ['::ffff:0:0:0/96', 12],
  // NAT64, also of the own network.
  ['64:ff9b::/96', 12],
  ['64:ff9b:1::/48', 12],
  // 6to4.
  ['2002::/16', 2],
];

/** The host is at an address to which only the server's administrator may have it connect. */
export class GuardedAddressError extends Error {
  constructor() {
    super('This server does not connect to that address.');
  }
}

/** An address of a host, as the name service has it. */
export interface Address {
  address: string;
  family: number;
}

/**
 * Looks up the addresses of a host that was not entered by an administrator of this server. Connect to one of those that it
 * returns, not to the name: a second lookup could bring another one.
 *
 * @param allowed networks in which every address is good
 * @param isRefused which addresses are not good outside of these
 * @throws GuardedAddressError
 * @throws Error with code ENOTFOUND and the like
 */
export async function guardedAddresses(
  host: string,
  allowed: readonly string[],
  isRefused = isGuarded,
): Promise<Address[]> {
  const found = await lookup(host, { all: true });
  const refused = refusedUnless(allowed, isRefused);
  const good = found.filter(({ address }) => !refused(address));
  if (good.length === 0) throw new GuardedAddressError();
  return good;
}

/** Whether an address is refused that is in none of the allowed networks. */
export function refusedUnless(
  allowed: readonly string[],
  isRefused: (address: string) => boolean,
): (address: string) => boolean {
  const isAllowed = networksContain(allowed);
  return (address) => !isAllowed(address) && isRefused(address);
}

/** Whether an address is one of this machine, its link or its cloud. */
export const isGuarded = standsForOneOf(guardedNetworks);

/** Whether an address is one of these, or of a private network. */
export const isInternal = standsForOneOf([...guardedNetworks, ...privateNetworks]);

/** Whether an address, or the IPv4 address that it stands for, is in one of some networks. What is no address is, too. */
function standsForOneOf(networks: readonly string[]): (text: string) => boolean {
  const contains = networksContain(networks);
  return (text) => {
    if (!ipaddr.isValid(text)) return true;
    const address = ipaddr.parse(text);
    if (contains(text)) return true;
    return address instanceof ipaddr.IPv6 && ipv4Within(address).some(contains);
  };
}

/** The IPv4 addresses for which an IPv6 address may stand. */
function ipv4Within(address: ipaddr.IPv6): string[] {
  const bytes = address.toByteArray();
  const embedded = translated
    .filter(([network]) => address.match(ipaddr.IPv6.parseCIDR(network)))
    .map(([, start]) => bytes.slice(start, start + 4));
  // Teredo hides the client's address, and ISATAP has it behind a mark.
  if (address.match(ipaddr.IPv6.parseCIDR('2001::/32'))) {
    embedded.push(bytes.slice(12).map((byte) => byte ^ 0xff));
  }
  if ((bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe) {
    embedded.push(bytes.slice(12));
  }
  return embedded.map((each) => each.join('.'));
}
