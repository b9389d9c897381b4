import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { type ReadyServer, readyServer, rootAccount } from './support/test-server.js';

/** Answers that are the same for everybody, and may be kept. */
const keepable = new Set(['/.well-known/jwks.json', '/.well-known/security.txt']);

let server: ReadyServer;
beforeAll(async () => {
  server = await readyServer(
    undefined,
    {},
    {
      SECURITY_CONTACT: 'security@example.com',
      CLIENT_HOLD_SECONDS: '0',
    },
  );
}, 240_000);
afterAll(() => server.close());

describe('What browsers and proxies keep', () => {
  it('is nothing personal: every answer of every route, refusals included, forbids it', async () => {
    const { paths } = await server.root.get('/api-json').expect<{ paths: Record<string, object> }>(200);
    const routes = Object.entries(paths).filter(([, methods]) => 'get' in methods);
    expect(routes.length).toBeGreaterThan(30);
    const { email, password } = rootAccount;
    const body = new URLSearchParams({ grant_type: 'password', username: email, password });
    const token = await fetch(`${server.url}/oauth/token`, { method: 'POST', body });
    const { access_token: access } = (await token.json()) as { access_token: string };
    for (const [path] of routes) {
      // A stream of events never ends.
      if (path.endsWith('/events')) continue;
      const address = path.replace('{id}', '1').replace(/\{[^}]+\}/g, '1');
      for (const headers of [{ authorization: `Bearer ${access}` }, {}]) {
        const answer = await fetch(`${server.url}${address}`, { headers: headers as Record<string, string> });
        await answer.body?.cancel();
        const kept = answer.headers.get('cache-control');
        expect([path, kept]).toEqual([path, keepable.has(path) ? expect.stringContaining('public') : 'no-store']);
      }
    }
    for (const path of ['/nowhere', '/api/v1/nowhere']) {
      expect((await fetch(`${server.url}${path}`)).headers.get('cache-control')).toBe('no-store');
    }
  }, 120_000);
});

describe('/.well-known/security.txt', () => {
  it('names the contact, and a day in the future until which that is right', async () => {
    const text = await (await fetch(`${server.url}/.well-known/security.txt`)).text();
    expect(text).toMatch(/^Contact: mailto:security@example\.com\nExpires: \d{4}-\d\d-\d\dT00:00:00\.000Z\n/);
    const expires = Date.parse(/^Expires: (.*)$/m.exec(text)?.[1] ?? '');
    expect(expires).toBeGreaterThan(Date.now());
    expect(expires).toBeLessThan(Date.now() + 365 * 86_400_000);
  });
});

describe('/.well-known/jwks.json', () => {
  it('has the key that a lease token is signed with, by its kid, and the one of signing-key.pem', async () => {
    const lease = { organizationId: 1, product: 'KSE', machineId: '0'.repeat(32), sessionId: 'session' };
    const { token } = await server.root.post('/api/v1/leases', lease).expect<{ token: string }>(201);
    const keySet = (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload } = await compactVerify(token, createLocalJWKSet(keySet));
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ machineId: '0'.repeat(32) });
    expect(JSON.stringify(keySet)).not.toMatch(/"[dpq]":/);
    const pem = await server.api.get('/api/v1/signing-key.pem').expect<string>(200);
    const { n } = createPublicKey(pem).export({ format: 'jwk' });
    expect(keySet.keys.map((key) => key.n)).toContain(n);
  });
});
