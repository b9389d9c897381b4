import { describe, expect, it } from '@jest/globals';
import { LicenseServer } from './license-server.js';
import { RefusedError, UnreachableError } from './problem.js';

interface Sent {
  url: string;
  request: RequestInit;
}

/** A server behind a function in place of `fetch`, and what was sent to it. */
function serverThat(answer: () => Response | Promise<never>): { server: LicenseServer; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch = async (url: string, request: RequestInit): Promise<Response> => {
    sent.push({ url, request });
    return answer();
  };
  const options = { apiKey: 'key', fetch: fetch as typeof globalThis.fetch };
  return { server: new LicenseServer('https://licenses.example.com/base/', options), sent };
}

const json = (value: unknown, init: ResponseInit = {}): Response => Response.json(value, init);

describe('A call', () => {
  it('fills the path, writes the query and sends JSON below the Server URL', async () => {
    const { server, sent } = serverThat(() => json({ content: [] }));
    await server.get('/api/v1/organizations/{organizationId}/members', {
      path: { organizationId: 7 },
      query: { search: 'a&b', size: 5, sort: undefined },
    });
    await server.patch('/api/v1/organizations/{organizationId}', {
      path: { organizationId: 7 },
      body: { name: 'Acme' },
    });
    expect(sent.map(({ url }) => url)).toEqual([
      'https://licenses.example.com/base/api/v1/organizations/7/members?search=a%26b&size=5',
      'https://licenses.example.com/base/api/v1/organizations/7',
    ]);
    expect(sent[1]?.request).toMatchObject({
      method: 'PATCH',
      body: '{"name":"Acme"}',
      headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
    });
  });

  it('answers JSON, text, other content and nothing', async () => {
    const { server } = serverThat(() => json([{ id: 1, name: 'Acme' }]));
    expect((await server.get('/api/v1/organizations/list'))[0]?.name).toBe('Acme');
    const csv = serverThat(() => new Response('a;b', { headers: { 'content-type': 'text/csv; charset=utf-8' } }));
    const path = { organizationId: 1 };
    expect(await csv.server.get('/api/v1/organizations/{organizationId}/utilization.csv', { path })).toBe('a;b');
    const pem = serverThat(() => new Response('PEM', { headers: { 'content-type': 'application/x-pem-file' } }));
    expect(await (await pem.server.get('/api/v1/signing-key.pem')).text()).toBe('PEM');
    const nothing = serverThat(() => new Response(null, { status: 204 }));
    const leaseId = 'b0c6a2b4-3c35-4b5a-9a55-0c2f1d6f6a11';
    const deleted = nothing.server.delete('/api/v1/leases/{leaseId}', { path: { leaseId }, body: {} });
    await expect(deleted).resolves.toBeUndefined();
  });

  it('throws what the server refused, with its code and when to come again', async () => {
    const problem = { code: 'seats-exhausted', message: 'All seats are in use.', holders: [] };
    const { server } = serverThat(() => json(problem, { status: 409, headers: { 'retry-after': '30' } }));
    const refusal = await server.get('/api/v1/organizations').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RefusedError);
    expect(refusal).toMatchObject({ status: 409, code: 'seats-exhausted', message: problem.message, problem });
    expect(refusal).toMatchObject({ retryAfterSeconds: 30, isTemporary: false });
  });

  it('tells a server that does not answer from one that refuses, and from a proxy', async () => {
    const away = serverThat(() => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })));
    const failure = away.server.get('/info');
    await expect(failure).rejects.toBeInstanceOf(UnreachableError);
    await expect(failure).rejects.toThrow('at https://licenses.example.com/base: ECONNREFUSED');
    const proxy = serverThat(() => new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    await expect(proxy.server.get('/info')).rejects.toMatchObject({ status: 502, code: undefined, isTemporary: true });
  });

  it('refuses what does not fit the API when it is compiled, and addresses that are none when it runs', async () => {
    const { server } = serverThat(() => json({}));
    // @ts-expect-error There is no such path.
    await server.get('/api/v1/organisations');
    // @ts-expect-error A member of the body is misspelled.
    await server.post('/api/v1/organizations', { body: { nmae: 'Acme' } });
    // @ts-expect-error The body is missing.
    await server.post('/api/v1/leases');
    // @ts-expect-error So is what the path needs.
    await expect(server.get('/api/v1/organizations/{organizationId}', {})).rejects.toThrow('organizationId is missing');
    expect(() => new LicenseServer('licenses.example.com:8080')).toThrow('must begin with http:// or https://');
  });
});
