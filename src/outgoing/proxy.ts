import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';

/** A request as Node.js sends it, and what its TLS trusts. */
export type Options = Omit<RequestOptions, 'headers'> & { headers: Record<string, string>; ca?: string[] };

/** The proxy does not let a request through. */
export class ProxyError extends Error {}

/**
 * How a request goes through an HTTP proxy: in a tunnel (`CONNECT`) for HTTPS, and with its whole address for HTTP.
 *
 * @param proxy `http://…`, perhaps with a user name and password
 * @throws ProxyError
 */
export async function throughProxy(url: URL, options: Options, proxy: URL): Promise<Options> {
  const place = { hostname: bareHost(proxy), port: proxy.port || 80 };
  const authorization = authorizationOf(proxy);
  if (url.protocol === 'http:') {
    return { ...options, ...place, path: url.href, headers: { ...options.headers, host: url.host, ...authorization } };
  }
  const target = `${url.hostname}:${url.port || 443}`;
  const { signal } = options;
  const socket = await new Promise<Socket>((resolve, reject) => {
    const asking: RequestOptions = { ...place, method: 'CONNECT', path: target, agent: false, signal };
    http
      .request({ ...asking, headers: { host: target, ...authorization } })
      .on('connect', ({ statusCode }: IncomingMessage, tunnel: Socket) => {
        if (statusCode === 200) resolve(tunnel);
        else {
          tunnel.destroy();
          reject(new ProxyError(`The proxy ${proxy.host} refuses a connection to ${target} (${statusCode ?? '?'}).`));
        }
      })
      .on('error', reject)
      .end();
  });
  const host = bareHost(url);
  const secure = { socket, host, ...(isIP(host) ? {} : { servername: host }), ...(options.ca && { ca: options.ca }) };
  const createConnection = (): Socket => tls.connect(secure);
  const { agent: _, ...rest } = options;
  return { ...rest, createConnection };
}

function authorizationOf({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (!username) return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** Without the brackets of an IPv6 address. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
