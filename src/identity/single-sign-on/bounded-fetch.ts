import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import { type Clock } from '../../clock/clock.js';
import { type Address, guardedAddresses } from '../../network/guarded-address.js';

/** Metadata, keys and tokens have a few kilobytes. */
const maxBytes = 1_000_000;
const timeoutMillis = 10_000;

/** A provider did not answer, or not within the bounds. The message is for administrators. */
export class FetchFailedError extends Error {}

/** What limits the requests to one provider. */
export interface FetchBounds {
  /** The host that an administrator has entered: it may be at any address. Others may not be this machine or its cloud. */
  trustedHost: string;
  /** Certificates of a private authority, in PEM, accepted beside the public ones. */
  caCertificate: string | undefined;
  clock: Clock;
}

export interface BoundedRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * Sends one request to a provider. Redirects are not followed: what they lead to was not entered by an administrator.
 *
 * @throws FetchFailedError
 */
export async function boundedFetch(
  address: string,
  request: BoundedRequest,
  { trustedHost, caCertificate, clock }: FetchBounds,
): Promise<Response> {
  const url = new URL(address);
  const ended = new AbortController();
  const timeout = clock.wait(timeoutMillis, ended.signal).then(() => {
    throw new FetchFailedError(`${url.host} did not answer within ${timeoutMillis / 1000} seconds.`);
  });
  try {
    const addresses = url.hostname === trustedHost ? undefined : await guardedAddresses(bareHost(url), []);
    const ca = caCertificate ? [...rootCertificates, caCertificate] : undefined;
    const options: RequestOptions & { ca?: string[] } = {
      method: request.method ?? 'GET',
      headers: { ...request.headers, 'accept-encoding': 'identity' },
      agent: false,
      signal: ended.signal,
      ...(ca && url.protocol === 'https:' ? { ca } : {}),
      ...(addresses ? { lookup: lookupOf(addresses) } : {}),
    };
    return await Promise.race([send(url, options, request.body), timeout]);
  } catch (error) {
    throw error instanceof FetchFailedError ? error : new FetchFailedError(reasonOf(url, error), { cause: error });
  } finally {
    ended.abort();
    // Ending the wait resolves it, and so does the time that is up.
    timeout.catch(() => undefined);
  }
}

async function send(url: URL, options: RequestOptions, body: unknown): Promise<Response> {
  const { request } = url.protocol === 'https:' ? https : http;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end(textOf(body));
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new FetchFailedError(`The answer of ${url.host} is larger than 1 MB.`);
    chunks.push(chunk);
  }
  const { statusCode = 0 } = answer;
  if (statusCode >= 300 && statusCode < 400) {
    throw new FetchFailedError(`${url.host} redirects ${url.pathname}. Enter the address that it leads to.`);
  }
  const headers = new Headers();
  for (const name of ['content-type', 'www-authenticate', 'date']) {
    const value = answer.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const empty = statusCode === 204 || statusCode === 205;
  return new Response(empty ? null : Buffer.concat(chunks), { status: statusCode, headers });
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  // Whatever a client of OAuth sends is a form.
  return body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
}

function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Connects to the addresses that were checked: asking again could bring others. */
function lookupOf(addresses: Address[]): RequestOptions['lookup'] {
  const [first] = addresses;
  return (_host, { all }, done) => {
    if (all) done(null, addresses);
    else done(null, first?.address ?? '', first?.family);
  };
}

function reasonOf({ host }: URL, error: unknown): string {
  const { code, message, cause } = error as NodeJS.ErrnoException;
  const reason = code ?? (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const known = reasons[reason];
  return known ? `${host} ${known} (${reason}).` : `${host}: ${message}${reason ? ` (${reason})` : ''}`;
}

/** By the code of Node.js and OpenSSL. */
const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'is not known to the name service of this server',
  EAI_AGAIN: 'could not be looked up: the name service of this server does not answer',
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'closed the connection',
  EHOSTUNREACH: 'cannot be reached from this server',
  ENETUNREACH: 'cannot be reached from this server',
  ETIMEDOUT: 'does not answer',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate of its own making. Enter it as the CA certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate of a private authority. Enter the CA certificate of that authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'has a certificate of an unknown authority. Enter the CA certificate of that authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'has a certificate of an unknown authority. Enter the CA certificate of that authority',
};
