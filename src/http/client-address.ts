import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * The network address that a request came from: the address of the connection, or, if that is a trusted proxy, the address
 * that the proxy names. Nothing else in the server reads it, so limits and the audit log always agree.
 *
 * A proxy may name something that is not an address (`unknown`, garbage). Then the last proxy's own address counts.
 */
export function clientAddress(request: Pick<FastifyRequest, 'ip' | 'ips' | 'socket'>): string {
  const known = parseAddress(request.ip);
  if (known) return known;
  for (const address of request.ips?.toReversed() ?? []) {
    const proxy = parseAddress(address);
    if (proxy) return proxy;
  }
  return parseAddress(request.socket.remoteAddress ?? '') ?? '';
}

/** {@link clientAddress} as a parameter of a route. */
export const ClientAddress = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  clientAddress(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Longer than any spelling of an address with quotes, brackets, zone and port. */
const maxLength = 100;

/**
 * Reads an address as connections and proxies write it: perhaps quoted, in brackets, with a port or a zone id.
 *
 * @returns the one spelling in which addresses are compared (RFC 5952; an IPv4-mapped address is the IPv4 address), or
 * undefined if the text is not an address
 */
export function parseAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (text.length > maxLength) return undefined;
  const unquoted = text.trim().replace(/^"(.*)"$/, '$1');
  const inBrackets = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(unquoted)?.[1];
  const bare = inBrackets ?? unquoted.replace(/^([\d.]+):\d{1,5}$/, '$1');
  // A zone id names an interface of one machine; it is not part of the address.
  const address = bare.replace(/%.*$/, '');
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return canonicalIpv6(address);
    default:
      return undefined;
  }
}

function canonicalIpv6(address: string): string {
  // The URL parser writes the form of RFC 5952, but an embedded IPv4 address in hex.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high = '', low = ''] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(canonical) ?? [];
  if (!high) return canonical;
  const [upper, lower] = [parseInt(high, 16), parseInt(low, 16)];
  return [upper >> 8, upper & 255, lower >> 8, lower & 255].join('.');
}

/** The networks around an address that limits and the audit log count by. */
export interface AddressNetworks {
  /** What one subscriber has: the IPv4 address, or the /64 of an IPv6 address. */
  site: string;
  /** The /24 of an IPv4 address, the /48 of an IPv6 address. */
  network: string;
}

/** @param address as {@link clientAddress} gives it; anything else stands for itself */
export function networksOf(address: string): AddressNetworks {
  switch (isIP(address)) {
    case 4:
      return { site: address, network: `${address.slice(0, address.lastIndexOf('.'))}.0/24` };
    case 6:
      return { site: ipv6Network(address, 4), network: ipv6Network(address, 3) };
    default:
      return { site: address, network: address };
  }
}

/** @param groups how many of the eight 16-bit groups the prefix has */
function ipv6Network(address: string, groups: number): string {
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  const prefix = [...before, ...zeros, ...after].slice(0, groups);
  return `${new URL(`http://[${prefix.join(':')}::]`).hostname.slice(1, -1)}/${groups * 16}`;
}

/**
 * Which addresses in `X-Forwarded-For` belong to the trusted proxies, in any spelling that {@link parseAddress} reads: a proxy
 * that adds a port to the address of the proxy before it is still recognized.
 *
 * @param proxies addresses and networks, as the setting has them
 */
export function trustedProxies(proxies: readonly string[]): ((address: string) => boolean) | false {
  if (proxies.length === 0) return false;
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    const prefix = bits === undefined ? undefined : Number(bits);
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, prefix, family);
  }
  return (text) => {
    const address = parseAddress(text);
    return address !== undefined && trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}
