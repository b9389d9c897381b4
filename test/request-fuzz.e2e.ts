import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { randomFrom } from './support/random.js';
import { everyScope, gui, readyServer, type ReadyServer } from './support/test-server.js';

/** Requests for each operation of the API; more with FUZZ_REQUESTS. */
const requestsEach = Number(process.env.FUZZ_REQUESTS ?? 4);
const seed = Number(process.env.FUZZ_SEED ?? 20261126);

let server: ReadyServer;
let key: string;
let operations: { method: string; path: string }[];
beforeAll(async () => {
  // With private plugins, so that the route of an organization reads what it is sent.
  const features = [gui, { key: 'private_plugin', name: 'Private plugins' }];
  const seats = [{ product: 'KSE', model: 'floating', quantity: 2, features }];
  server = await readyServer(seats, {}, { CLIENT_HOLD_SECONDS: '0' });
  ({ key } = await server.root
    .post('/api/v1/users/me/api-keys', { name: 'Key', scopes: everyScope })
    .expect<{ key: string }>(201));
  const { paths } = await server.root.get('/api-json').expect<{ paths: Record<string, object> }>(200);
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
});
afterAll(() => server.close());

const types = [
  ...['application/json', 'application/json; charset=utf-16', 'application/json;charset=bogus', 'application/json;;'],
  ...['text/plain', 'application/xml', '*/*', ';', 'application/', 'x'.repeat(5000), 'application/octet-stream'],
  ...['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=latin1'],
  ...[
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=""',
    'Multipart/Form-Data',
  ],
  ...['multipart/form-data; boundary=x', 'multipart/mixed; boundary=x', 'multipart/form-data; boundary=x; boundary=y'],
];
const bodies = [
  ...['', '{}', '[]', 'null', '{', '"', 'a=b&c', '%', '\xff\xfe{\0}\0', '\0', '{"a":1}{"b":2}', '--x', '--x--\r\n'],
  '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jar"\r\n\r\nPK',
  '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jar"\r\n\r\nPK\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nx\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data; name="name"\r\nContent-Type: application/json\r\n\r\n{\r\n--x--\r\n',
];
/** Header lines that are sent as they are. */
const extras = [
  ...['Expect: 100-continue', 'Expect: nonsense', 'Content-Encoding: gzip', 'Content-Encoding: br'],
  ...['Content-Encoding: identity', 'Content-Encoding: bogus', 'Content-Encoding: gzip\r\nContent-Encoding: identity'],
  ...['Content-Type: text/plain\r\nContent-Type: application/json', 'Authorization: Basic %', 'Authorization: Bearer'],
  ...['Accept: text/csv', 'Accept: ;q=x', 'Accept: application/json\r\nAccept: */*', 'Accept-Encoding: bogus;q=9'],
  ...['Range: bytes=9-1', 'Range: lines=1', 'If-None-Match: "', 'Cookie: session=%ff; session=\xe4', 'Cookie: =;;='],
  ...['X-Forwarded-For: not-an-address, ::', 'X-Request-Id: \x7f', 'Origin: null', 'Sec-Fetch-Site: nonsense'],
  ...['Transfer-Encoding: gzip, chunked', 'Content-Length: -1', 'Content-Length: 1e3', 'Host: \xe4', 'Upgrade: h2c'],
  ...['Last-Event-Id: x', 'X-HTTP-Method-Override: DELETE', 'Accept-Language: \xff', 'Connection: upgrade'],
];

/** What comes back for these very bytes. */
async function answerTo(text: string): Promise<{ status: number; type: string; body: string }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(Buffer.from(text, 'latin1'));
  const timer = setTimeout(() => socket.destroy(), 20_000);
  const answer = (await buffer(socket).catch(() => Buffer.alloc(0))).toString();
  clearTimeout(timer);
  const final = answer.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
  const [head = '', body = ''] = final.split(/\r\n\r\n([\s\S]*)/);
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
    type: /^content-type: *([^\r]*)/im.exec(head)?.[1] ?? '',
    body: /^transfer-encoding: *chunked/im.test(head)
      ? body.replaceAll(/^[0-9a-f]+\r\n|\r\n(?:[0-9a-f]+\r\n|$)/g, '')
      : body,
  };
}

function messageIn(body: string): unknown {
  try {
    return (JSON.parse(body) as { message?: unknown }).message;
  } catch {
    return undefined;
  }
}

describe('Requests as no client sends them', () => {
  it('are answered in words at every address of the API, and never with a failure of the server', async () => {
    const next = randomFrom(seed);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
    const requestTo = ({ method, path }: { method: string; path: string }): string => {
      const organization = method === 'DELETE' ? '999999' : String(server.organizationId);
      const address = path.replace('{organizationId}', organization).replaceAll(/\{\w+\}/g, '999999');
      const verb = pick([method, method, method, method, 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']);
      const body = pick(bodies);
      const framing = pick([
        `Content-Length: ${body.length}\r\n\r\n${body}`,
        `Content-Length: ${body.length}\r\n\r\n${body}`,
        `Transfer-Encoding: chunked\r\n\r\n${body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`,
        `Content-Length: 0\r\n\r\n`,
        '\r\n',
      ]);
      const lines = [
        `${verb} ${address} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Connection: close',
        ...(next() < 0.9 ? [`Authorization: Bearer ${key}`] : []),
        ...(next() < 0.8 ? [`Content-Type: ${pick(types)}`] : []),
        ...(next() < 0.6 ? [pick(extras)] : []),
        ...(next() < 0.2 ? [pick(extras)] : []),
      ];
      return `${lines.join('\r\n')}\r\n${framing}`;
    };
    // A stream of events has no end.
    const finite = operations.filter(({ path }) => !path.endsWith('/events'));
    const requests = finite.flatMap((operation) => Array.from({ length: requestsEach }, () => requestTo(operation)));
    const failures: unknown[] = [];
    while (requests.length > 0) {
      const several = requests.splice(0, 8);
      const answers = await Promise.all(several.map(answerTo));
      answers.forEach(({ status, type, body }, index) => {
        const request = several[index]!;
        const isSilent = request.startsWith('HEAD ') || status < 400;
        const message = messageIn(body);
        const isReadable = type.includes('json') && typeof message === 'string' && message.length > 5;
        if (status === 0 || status >= 500 || (!isSilent && !isReadable)) failures.push({ request, status, type, body });
      });
    }
    expect(failures).toEqual([]);
  });

  it.each(['/api/v1/plugins', '/api/v1/organizations/{organizationId}/plugins', '/api/v1/licenses'])(
    'as a form without a boundary, with an empty one or a broken one are refused at %s',
    async (route) => {
      const address = route.replace('{organizationId}', String(server.organizationId));
      for (const type of ['', '; boundary=', '; boundary=""', '; boundary=x', '; charset=utf-8', '; boundary="']) {
        for (const framing of [
          'Content-Length: 3\r\n\r\nabc',
          'Content-Length: 0\r\n\r\n',
          'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
          '\r\n',
        ]) {
          const head = `POST ${address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${key}`;
          const { status, body } = await answerTo(`${head}\r\nContent-Type: multipart/form-data${type}\r\n${framing}`);
          expect([type, framing, status]).toEqual([type, framing, expect.any(Number)]);
          expect([type, framing, status >= 400 && status < 500, messageIn(body)]).toEqual([
            type,
            framing,
            true,
            expect.any(String),
          ]);
        }
      }
    },
  );

  it('in an unknown encoding are 415, and an unknown expectation is 417', async () => {
    const head = `POST /api/v1/organizations HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${key}`;
    const send = (header: string) =>
      answerTo(`${head}\r\n${header}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`);
    for (const encoding of ['gzip', 'bogus', 'gzip, identity', 'identity, br']) {
      const { status, body } = await send(`Content-Encoding: ${encoding}`);
      expect([encoding, status, messageIn(body)]).toEqual([encoding, 415, expect.stringContaining('Content-Encoding')]);
    }
    const { status, body } = await send('Expect: nonsense');
    expect([status, messageIn(body)]).toEqual([417, expect.stringContaining('Expect')]);
    expect((await send('Expect: 100-continue')).status).toBe(201);
  });
});
