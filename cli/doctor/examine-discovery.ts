import { Resolver, type SrvRecord } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { type Settings } from '../../src/config/settings.js';
import { get } from '../running-server/ask-server.js';
import { type Finding, ok, warning } from './finding.js';

/** What clients look up to find the server (RFC 2782). */
const service = '_license-server._tcp';

const name = 'discovery';

/** Milliseconds for each question to the name service, and for the server that it names. */
const answerMillis = 2_000;

/**
 * Whether the name service leads to this server. A network without such a record is in order: people are given the Server URL.
 *
 * @param nameServer the one that is asked, such as `10.0.0.53` or `10.0.0.53:5353`; undefined: the system's
 */
export async function examineDiscovery(
  { serverUrl }: Pick<Settings, 'serverUrl'>,
  nameServer?: string,
): Promise<Finding[]> {
  const { hostname } = new URL(serverUrl);
  const domains = domainsOf(hostname);
  if (domains.length === 0) return [];
  const resolver = new Resolver({ timeout: answerMillis, tries: 1 });
  if (nameServer !== undefined) resolver.setServers([nameServer]);
  const ask = {
    srv: promisify(resolver.resolveSrv.bind(resolver)),
    txt: promisify(resolver.resolveTxt.bind(resolver)),
  };
  const lookup = nameServer === undefined ? undefined : lookupWith(resolver);
  for (const domain of domains) {
    const record = `${service}.${domain}`;
    const targets = await answerOf(ask.srv(record));
    if (typeof targets === 'string') return [ok(name, `The name service cannot be asked for ${record} (${targets}).`)];
    if (targets.length === 0) continue;
    const texts = await answerOf(ask.txt(record));
    return [targetFinding(record, targets, serverUrl), ...(await urlFindings(record, texts, { serverUrl, lookup }))];
  }
  return [ok(name, `No record ${service} in ${domains.join(' or ')}: people are given the address of the server.`)];
}

/** Where the server should be, and how its host is found. */
interface Place {
  serverUrl: string;
  lookup: LookupFunction | undefined;
}

/** The domain of a host and those around it, without the top level: of `a.b.example.com`, `b.example.com` and `example.com`. */
function domainsOf(hostname: string): string[] {
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return [];
  const labels = hostname.split('.');
  return labels.slice(1, -1).map((_, index) => labels.slice(index + 1).join('.'));
}

/** @returns no records where the name service has none; its error code where it does not answer */
async function answerOf<T>(question: Promise<T[]>): Promise<T[] | string> {
  try {
    return await question;
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    return code === 'ENOTFOUND' || code === 'ENODATA' ? [] : code;
  }
}

function targetFinding(record: string, targets: readonly SrvRecord[], serverUrl: string): Finding {
  const { hostname, port, protocol } = new URL(serverUrl);
  const wanted = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  const found = targets.map((target) => `${target.name.toLowerCase().replace(/\.$/, '')}:${target.port}`);
  const foreign = found.filter((each) => each !== wanted);
  if (foreign.length === 0) return ok(name, `${record} leads to ${wanted}.`);
  return warning(
    name,
    `${record} leads to ${foreign.join(' and ')}, while SERVER_URL is ${serverUrl}.`,
    `Let it name ${wanted}, or correct SERVER_URL.`,
  );
}

/** The TXT record has what SRV cannot say: the scheme and the path. */
async function urlFindings(
  record: string,
  texts: readonly string[][] | string,
  { serverUrl, lookup }: Place,
): Promise<Finding[]> {
  const entries = typeof texts === 'string' ? [] : texts.map((parts) => parts.join(''));
  const url = entries.find((entry) => entry.startsWith('url='))?.slice('url='.length);
  if (url === undefined) {
    const advice = `Add TXT ${record} "url=${serverUrl}": it tells the scheme and the path.`;
    return [warning(name, `${record} has no TXT record with the URL.`, advice)];
  }
  if (url.replace(/\/$/, '') !== serverUrl) {
    return [warning(name, `TXT ${record} names ${url}, while SERVER_URL is ${serverUrl}.`, 'Let both be the same.')];
  }
  if (await isLicenseServer(url, lookup))
    return [ok(name, `A license server answers at ${url}, which TXT ${record} names.`)];
  return [
    warning(
      name,
      `No license server answers at ${url}, which TXT ${record} names.`,
      'Start it, or look at the proxy in between.',
    ),
  ];
}

async function isLicenseServer(url: string, lookup: LookupFunction | undefined): Promise<boolean> {
  const answer = await get(`${url.replace(/\/$/, '')}/info`, { timeout: answerMillis, lookup });
  try {
    return (JSON.parse(answer?.body ?? '') as { name?: string }).name === 'License server';
  } catch {
    return false;
  }
}

/** Finds hosts as clients of this name server do. */
function lookupWith(resolver: Resolver): LookupFunction {
  return (host, { all }, done) => {
    resolver.resolve4(host, (error, addresses) => {
      if (error) done(error, '');
      else if (all)
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      else done(null, addresses[0] ?? '', 4);
    });
  };
}
