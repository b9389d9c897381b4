import { type Clock } from '../../clock/clock.js';
import { guardedAddresses, isGuarded } from '../../network/guarded-address.js';
import { boundedRequest, RequestFailedError, type Route } from '../../outgoing/bounded-request.js';
import { proxiedRoute } from '../../outgoing/proxied-route.js';

/** Metadata, keys and tokens have a few kilobytes. */
const maxBytes = 1_000_000;

/** What limits the requests to one provider. */
export interface FetchBounds {
  /** The host that an administrator has entered: it may be at any address. Others may not be this machine or its cloud. */
  trustedHost: string;
  /** Certificates of a private authority, in PEM, accepted beside the public ones. */
  caCertificate: string | undefined;
  clock: Clock;
  /** The HTTP proxy to what is outside. */
  proxy: string | undefined;
}

export interface BoundedRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/**
 * Sends one request to a provider. Redirects are not followed: what they lead to was not entered by an administrator.
 *
 * @throws RequestFailedError
 */
export async function boundedFetch(
  address: string,
  { body, ...request }: BoundedRequest,
  { trustedHost, caCertificate, clock, proxy }: FetchBounds,
): Promise<Response> {
  const url = new URL(address);
  const isRefused = url.hostname === trustedHost ? () => false : isGuarded;
  const routeTo = (host: string): Promise<Route> => proxiedRoute(proxy, () => guardedAddresses(host, [], isRefused));
  const bounds = { routeTo, caCertificate, maxBytes, clock };
  const answer = await boundedRequest(url, { ...request, body: textOf(body) }, bounds);
  const { status } = answer;
  if (answer.isCut) throw new RequestFailedError(`The answer of ${url.host} is larger than 1 MB.`);
  if (status >= 300 && status < 400) {
    throw new RequestFailedError(`${url.host} redirects ${url.pathname}. Enter the address that it leads to.`);
  }
  const headers = new Headers();
  for (const name of ['content-type', 'www-authenticate', 'date']) {
    const value = answer.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const empty = status === 204 || status === 205;
  return new Response(empty ? null : new Uint8Array(answer.body), { status, headers });
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  // Whatever a client of OAuth sends is a form.
  return body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
}
