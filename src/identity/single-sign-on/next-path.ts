import { basePathOf } from '../../http/pages/base-path.js';

/** Longer addresses of the console do not exist. */
const maxLength = 1000;

/**
 * Where a sign-in goes on: a path of the console on this very server.
 *
 * @returns undefined when there is none, or it would lead elsewhere
 */
export function nextPathIn(next: unknown, serverUrl: string): string | undefined {
  if (typeof next !== 'string' || next.length > maxLength || !/^\/(?![/\\])/.test(next)) return undefined;
  // Browsers pass over these inside of addresses.
  if (/[\p{Cc}\\\s]/u.test(next)) return undefined;
  const server = new URL(serverUrl);
  const url = URL.canParse(next, server.href) ? new URL(next, server) : undefined;
  if (url?.origin !== server.origin) return undefined;
  // Everything is under the path of SERVER_URL, and pages name their address with it or without.
  const base = basePathOf(serverUrl);
  const path =
    base && `${url.pathname}/`.startsWith(`${base}/`) ? url.pathname.slice(base.length) || '/' : url.pathname;
  return `${path}${url.search}${url.hash}`;
}
