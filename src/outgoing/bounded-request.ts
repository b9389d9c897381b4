import http, { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { rootCertificates } from 'node:tls';
import { type Clock } from '../clock/clock.js';
import { currentSpan, endWith, type WorkSpan } from '../tracing/current-span.js';
import { type Address } from '../network/guarded-address.js';
import { bareHost, type Options, throughProxy } from './proxy.js';

/** Milliseconds in which the whole answer must be there. */
export const requestTimeoutMillis = 10_000;

/** There was no answer, or not one within the bounds. The message is for administrators. */
export class RequestFailedError extends Error {}

export interface OutgoingRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer | undefined;
}

/** How a host is reached. */
export interface Route {
  /** Its addresses, which were checked; absent: any. */
  addresses?: Address[];
  /** The HTTP proxy that connects to it; absent: directly. */
  proxy?: URL;
}

/** What limits one request that this server sends. */
export interface RequestBounds {
  /** Checks the host, and says how to reach it; absent: any address is good. */
  routeTo?: ((host: string) => Promise<Route>) | undefined;
  /** Certificates of a private authority, in PEM, accepted beside the public ones. */
  caCertificate?: string | undefined;
  /** Bytes of the answer that are read at most. */
  maxBytes: number;
  clock: Clock;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The answer has more bytes than were read. */
  isCut: boolean;
}

/**
 * Sends one request to a place outside of this server. Redirects are not followed: they lead where no administrator has said.
 * The addresses that were checked are those that it connects to.
 *
 * @throws RequestFailedError
 */
export async function boundedRequest(
  url: URL,
  request: OutgoingRequest,
  { routeTo, caCertificate, maxBytes, clock }: RequestBounds,
): Promise<HttpAnswer> {
  const ended = new AbortController();
  const span = beginSpan(url, request);
  const timeout = clock.wait(requestTimeoutMillis, ended.signal).then(() => {
    throw new RequestFailedError(`${url.host} did not answer within ${requestTimeoutMillis / 1000} seconds.`);
  });
  const answered = async (): Promise<HttpAnswer> => {
    const { addresses, proxy } = (await routeTo?.(bareHost(url))) ?? {};
    const ca = caCertificate ? [...rootCertificates, caCertificate] : undefined;
    const options: Options = {
      method: request.method ?? 'GET',
      headers: { ...request.headers, ...span?.headers, 'accept-encoding': 'identity' },
      agent: false,
      signal: ended.signal,
      ...(ca && url.protocol === 'https:' ? { ca } : {}),
      ...(addresses ? { lookup: lookupOf(addresses) } : {}),
    };
    const routed = proxy ? await throughProxy(url, options, proxy) : options;
    return send(url, routed, { body: request.body, maxBytes });
  };
  try {
    const work = Promise.race([answered(), timeout]);
    if (span) endWith(span, work);
    return await work;
  } catch (error) {
    throw error instanceof RequestFailedError ? error : new RequestFailedError(reasonOf(url, error), { cause: error });
  } finally {
    ended.abort();
    // Ending the wait resolves it, and so does the time that is up.
    timeout.catch(() => undefined);
  }
}

/** Undefined where nothing is traced. Of the address only the host: the rest may hold secrets. */
function beginSpan(url: URL, { method = 'GET' }: OutgoingRequest): WorkSpan | undefined {
  return currentSpan.getStore()?.ask(method, { 'http.request.method': method, 'server.address': bareHost(url) });
}

async function send(
  url: URL,
  options: Options,
  { body, maxBytes }: { body: string | Buffer | undefined; maxBytes: number },
): Promise<HttpAnswer> {
  const { request } = url.protocol === 'https:' ? https : http;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end(body);
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    // Leaving the loop closes the connection.
    if (size > maxBytes) break;
  }
  const { statusCode: status = 0, headers } = answer;
  return { status, headers, body: Buffer.concat(chunks).subarray(0, maxBytes), isCut: size > maxBytes };
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
