import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** Parses a whole number between two bounds, both of them allowed. */
export function wholeNumber(unit: string, least: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= max) return number;
    throw new Error(`must be a whole number${unit && ` of ${unit}`} from ${least} to ${max}, not "${text}"`);
  };
}

/** Parses one of a few words, in capitals or not. */
export function oneOf<T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((word) => word === text.toLowerCase());
    if (!found) throw new Error(`must be one of ${choices.join(', ')}, not "${text}"`);
    return found;
  };
}

/** @throws Error when it is no address or name to listen on */
export function parseHost(text: string): string {
  // Brackets belong to addresses in URLs; people write them here too.
  const host = text.replace(/^\[(.*)\]$/, '$1');
  if (!/^[\w.:-]+(%\w+)?$/.test(host) || (host.includes(':') && !isIP(host)))
    throw new Error(`must be an address or host name to listen on, not "${text}"`);
  return host;
}

/** A name, or an address as SMTP writes it: `[192.0.2.1]`. */
export function parseEhloName(text: string): string {
  if (text.length > 253 || !/^(?:[a-z0-9_](?:[\w.-]*[a-z0-9_])?|\[[\w.:]+\])$/i.test(text)) {
    throw new Error(`must be a host name such as licenses.example.com, or an address in brackets, not "${text}"`);
  }
  return text;
}

/** A host of a URL as a mail server wants to hear it: an address in the brackets of SMTP, for many refuse a bare one. */
export function ehloNameOf(host: string): string {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) return host;
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`;
}

/** The first parts of the paths at which the server answers, and of the console's pages. */
export const ownPaths = [
  ...['.well-known', 'api', 'api-json', 'api-yaml', 'assets', 'health', 'info', 'license-seat.mjs', 'metrics'],
  ...['oauth', 'reference'],
  ...[
    'activate',
    'forgot-password',
    'invitations',
    'organizations',
    'profile',
    'reset-password',
    'server',
    'sign-in',
    'verify-email',
  ],
] as const;

function decodedPath(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/**
 * Everything answers below the path of the Server URL: below one of its own the server could not tell its addresses apart.
 *
 * @throws Error when it is the path of something that the server has itself
 */
function refuseOwnPath({ pathname }: URL): void {
  const [first = '', second] = decodedPath(pathname).split('/').filter(Boolean);
  const isOwn = ownPaths.some((own) => own === first.toLowerCase()) && (second === undefined || /^v\d+$/.test(second));
  if (isOwn)
    throw new Error(
      `must not have the path ${pathname}, where the server itself answers; use another one, such as /licenses`,
    );
}

/** @throws Error when it is not the base of links */
export function parseServerUrl(text: string): string {
  const expected = 'must be the URL that users open, for example http://licenses.example.com:8080';
  if (!URL.canParse(text)) throw new Error(`${expected}, not "${text}"`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Error(`${expected}; it starts with http or https`);
  if (url.username || url.password) throw new Error(`${expected}; it must not contain a password`);
  if (url.search || url.hash) throw new Error(`${expected}; without ? and #`);
  refuseOwnPath(url);
  return text.replace(/\/+$/, '');
}

/** @throws Error when it is not the URL of an HTTP proxy */
export function parseProxyUrl(text: string): string {
  const expected = 'must be the URL of an HTTP proxy, for example http://proxy.example.com:3128';
  if (!URL.canParse(text)) throw new Error(expected);
  const { protocol, pathname, search, hash } = new URL(text);
  if (protocol !== 'http:' || pathname !== '/' || search || hash) throw new Error(expected);
  return text;
}

/** @throws Error when it does not name a bucket, as the first part of its path */
export function parseBucketUrl(text: string): string {
  const expected = 'must be the URL of a bucket, for example https://s3.example.com/backups/license-server';
  const url = parseWebAddress(text, expected);
  if (new URL(url).pathname === '/') throw new Error(expected);
  return url;
}

/**
 * Without a slash at its end. The message does not repeat the text, which may hold a password.
 *
 * @throws Error with what is expected, when it is no http or https address or has more than a host, a port and a path
 */
function parseWebAddress(text: string, expected: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (!url || !isWeb || url.username || url.password || url.search || url.hash) throw new Error(expected);
  return text.replace(/\/+$/, '');
}

/**
 * Parses a list of addresses and networks, separated by commas.
 *
 * @throws Error that names the first one that is neither
 */
export function parseNetworks(text: string): string[] {
  return text.split(',').map((each) => {
    const [address = '', bits, more] = each.trim().split('/');
    const max = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= max);
    if (max < 0 || !fits || more !== undefined) {
      throw new Error(`must be addresses and networks such as 10.0.0.7, 192.168.0.0/16, not "${each.trim()}"`);
    }
    return each.trim();
  });
}

/** @throws Error in words when the file that a setting names cannot be read */
export function readNamedFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`names a file that cannot be read: ${file} (${code})`, { cause: error });
  }
}

/** Reads an e-mail address or a URI to reach people at, and returns it as a URI. */
export function parseContact(text: string): string {
  const uri = /^[^\s:@]+@[^\s:@]+$/.test(text) ? `mailto:${text}` : text;
  const known =
    /^(mailto:[^\s@]+@[^\s@]+|tel:\+?[\d().-]+)$/.test(uri) || (URL.canParse(uri) && uri.startsWith('https://'));
  if (known && !/\s/.test(uri)) return uri;
  throw new Error(`must be an e-mail address, or a URI that starts with mailto:, https: or tel:, not "${text}"`);
}

/** Where the audit log is sent by syslog. */
export interface SyslogServer {
  protocol: 'udp' | 'tcp' | 'tls';
  host: string;
  port: number;
  /** As the setting has it. */
  url: string;
  /** Certificates (PEM) that vouch for it; without them those that Node.js trusts. */
  ca?: string;
}

const syslogPorts = { udp: 514, tcp: 601, tls: 6514 };

/** @throws Error when it is not the address of a syslog server */
export function parseSyslogUrl(text: string): SyslogServer {
  const expected =
    'must be udp://, tcp:// or tls:// with a host and perhaps a port, for example tls://logs.example.com:6514';
  const [, protocol, host = '', port] =
    /^(udp|tcp|tls):\/\/([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?\/?$/i.exec(text) ?? [];
  const known = protocol?.toLowerCase() as SyslogServer['protocol'] | undefined;
  const number = Number(port ?? (known && syslogPorts[known]));
  if (!known || number < 1 || number > 65_535) throw new Error(`${expected}, not "${text}"`);
  return { protocol: known, host: host.replace(/^\[(.*)\]$/, '$1'), port: number, url: `${known}://${host}:${number}` };
}

/** A time of day by the clock on the wall. */
export interface TimeOfDay {
  hours: number;
  minutes: number;
}

/** @throws Error when it is not like `02:30` */
export function parseTimeOfDay(text: string): TimeOfDay {
  const [, hours = '', minutes = ''] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59) {
    throw new Error(`must be a time of day such as 02:30, not "${text}"`);
  }
  return { hours: Number(hours), minutes: Number(minutes) };
}

/** Of an OpenTelemetry collector, without a slash at its end. */
export function parseCollectorUrl(text: string): string {
  return parseWebAddress(text, 'must be the URL of a collector, for example http://collector.example.com:4318');
}

/** `name=value` pairs between commas; the values, which may be secrets, are in no message. */
export function parseHeaderPairs(text: string): string {
  if (!text.split(',').every((pair) => /^\s*[\w!#$%&'*+.^`|~-]+\s*=[\x20-\x7e]*$/.test(pair)))
    throw new Error('must be pairs such as "authorization=Bearer%20abc", with commas between them');
  return text;
}

/** A part of a whole. */
export function parseShare(text: string): number {
  const share = /^(0|1|0?\.\d{1,6}|1\.0+)$/.test(text) ? Number(text) : NaN;
  if (share >= 0 && share <= 1) return share;
  throw new Error(`must be a number from 0 to 1 such as 0.1, not "${text}"`);
}
