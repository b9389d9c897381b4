import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { licenseServer } from './support/command.js';
import { type ReadyServer, readyServer, usualSeats } from './support/test-server.js';

const holdSeconds = 2;
let server: ReadyServer;
let proxy: http.Server | undefined;

beforeAll(async () => {
  server = await readyServer(usualSeats, {}, { CLIENT_HOLD_SECONDS: String(holdSeconds) });
}, 240_000);
afterEach(() => {
  proxy?.closeAllConnections();
  proxy?.close();
});
afterAll(() => server.close());

/** As nginx does it: 504 when the server has not answered by then. */
async function proxyThatWaits(seconds: number): Promise<string> {
  proxy = http.createServer((request, response) => {
    const asked = http.request(`${server.url}${request.url}`, { method: request.method }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.setTimeout(seconds * 1000, () => response.writeHead(504).end(() => asked.destroy()));
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  });
  await new Promise<void>((resolve) => proxy?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** What `license-server doctor` says of late answers. */
async function doctorAt(serverUrl: string): Promise<{ level: string; words: string } | undefined> {
  const { output } = await licenseServer(
    {
      PORT: '0',
      DATA_DIR: server.dataDir,
      DATABASE_URL: server.databaseUrl,
      SERVER_URL: serverUrl,
      CLIENT_HOLD_SECONDS: String(holdSeconds),
    },
    ['doctor', '--json'],
  );
  const findings = JSON.parse(output) as { name: string; level: string; words: string }[];
  return findings.find(({ name }) => name === 'late answers');
}

describe('`license-server doctor` behind a proxy', () => {
  it('says that an answer arrives which is as late as one to a client that has waited', async () => {
    const url = await proxyThatWaits(holdSeconds + 20);
    expect(await doctorAt(url)).toMatchObject({
      level: 'ok',
      words: `An answer after ${holdSeconds} seconds arrives through ${url}.`,
    });
  });

  it('says that the proxy is too impatient, and after which time', async () => {
    const url = await proxyThatWaits(1);
    expect(await doctorAt(url)).toMatchObject({
      level: 'wrong',
      words: expect.stringMatching(
        /^The answer was 504 after [12] s: a proxy in front of .* does not wait for 2 seconds\.$/,
      ),
    });
  });

  it('says nothing where nobody answers', async () => {
    expect(await doctorAt('http://127.0.0.1:9')).toBeUndefined();
  });
});

describe('GET /health/late', () => {
  it('serves a few at the same time, so that nobody can have it keep many connections open', async () => {
    const answers = Array.from({ length: 6 }, () => server.api.get('/health/late'));
    const statuses = await Promise.all(answers.map((answer) => answer.status()));
    expect(statuses.toSorted()).toEqual([200, 200, 200, 200, 503, 503]);
    const refused = answers[statuses.indexOf(503)]!;
    expect((await refused.expect<{ code: string }>(503)).code).toBe('late-answers-taken');
    await server.api.get('/health/late').expect(200);
  });
});
