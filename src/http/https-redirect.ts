import http from 'node:http';
import { basePathOf } from './base-path.js';

/** Answers plain HTTP with where to go instead: the same address below the Server URL, never one that a request names. */
export async function startHttpsRedirect(
  listen: (server: http.Server, done: () => void) => void,
  serverUrl: string,
): Promise<http.Server> {
  const { origin } = new URL(serverUrl);
  const basePath = basePathOf(serverUrl);
  const server = http.createServer((request, response) => {
    const url = request.url?.startsWith('/') ? request.url : '/';
    const target = url.startsWith(`${basePath}/`) ? `${origin}${url}` : `${serverUrl}${url}`;
    request.resume();
    response.writeHead(308, { location: target, connection: 'close', 'content-length': '0' }).end();
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    listen(server, resolve);
  });
  return server;
}
