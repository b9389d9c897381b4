import http from 'node:http';
import { basePathOf } from '../pages/base-path.js';
import { problemOf } from '../problem/problem.js';
import { serverVersion } from '../pages/server-package.js';

/**
 * Answers plain HTTP with where to go instead: the same address below the Server URL, never one that a request names. Two
 * addresses are answered here, for Katalon's clients: they follow no redirect of a sign-in, and show its `message`, but only when
 * `/info` has told them before that there is a server.
 */
export async function startHttpsRedirect(
  listen: (server: http.Server, done: () => void) => void,
  serverUrl: string,
): Promise<http.Server> {
  const { origin } = new URL(serverUrl);
  const basePath = basePathOf(serverUrl);
  const server = http.createServer((request, response) => {
    const url = request.url?.startsWith('/') ? request.url : '/';
    request.resume();
    const answer = answerFor(url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : url, serverUrl);
    if (answer) {
      const text = JSON.stringify(answer.body);
      const type = `application/${answer.status === 200 ? '' : 'problem+'}json; charset=utf-8`;
      const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' };
      response.writeHead(answer.status, { ...headers, connection: 'close' }).end(text);
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

/** @param url below the Server URL */
function answerFor(url: string, serverUrl: string): { status: number; body: object } | undefined {
  const [path] = url.split('?');
  if (path === '/info') {
    return { status: 200, body: { name: 'License server', version: serverVersion, serverUrl } };
  }
  if (path !== '/oauth/token') return undefined;
  const message = `This server is used over HTTPS. Enter ${serverUrl} as the Server URL.`;
  const { status, body } = problemOf({ statusCode: 400, message });
  const oauth = { code: 'https-required', error: 'invalid_request', error_description: message };
  return { status, body: Object.assign({}, body, oauth) };
}
