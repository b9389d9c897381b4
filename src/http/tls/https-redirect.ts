import http from 'node:http';
import { basePathOf } from '../pages/base-path.js';
import { problemOf } from '../problem/problem.js';
import { serverVersion } from '../pages/server-package.js';

/**
 * Answers plain HTTP with where to go instead: the same address below the Server URL, never one that a request names. Two
 * addresses are answered here, for Katalon's clients: they follow no redirect of a sign-in, and show its `message`, but only when
 * `/info` has told them before that there is a server.
 *
 * @param setupState how far the setup is, for `/info`
 */
export async function startHttpsRedirect(
  listen: (server: http.Server, done: () => void) => void,
  serverUrl: string,
  setupState: () => Promise<string>,
): Promise<http.Server> {
  const { origin } = new URL(serverUrl);
  const basePath = basePathOf(serverUrl);
  const server = http.createServer((request, response) => {
    const url = request.url?.startsWith('/') ? request.url : '/';
    request.resume();
    const [path] = (url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url).split('?');
    if (path === '/info') {
      void infoOf(serverUrl, setupState).then((info) => send(response, 200, info));
      return;
    }
    if (path === '/oauth/token') {
      send(response, 400, httpsRequired(serverUrl));
      return;
    }
    const target = url.startsWith(`${basePath}/`) ? `${origin}${url}` : `${serverUrl}${url}`;
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

function send(response: http.ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  const type = `application/${status === 200 ? '' : 'problem+'}json; charset=utf-8`;
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' };
  response.writeHead(status, { ...headers, connection: 'close' }).end(text);
}

/** A client that gets anything but an answer gives up: without its database, the server does not say how far the setup is. */
async function infoOf(serverUrl: string, setupState: () => Promise<string>): Promise<object> {
  const setup = await setupState().catch(() => undefined);
  return { name: 'License server', version: serverVersion, serverUrl, setup };
}

function httpsRequired(serverUrl: string): object {
  const message = `This server is used over HTTPS. Enter ${serverUrl} as the Server URL.`;
  const { body } = problemOf({ statusCode: 400, message });
  const oauth = { code: 'https-required', error: 'invalid_request', error_description: message };
  return Object.assign({}, body, oauth);
}
