import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { freshServer, type ReadyServer, readyServer, rootAccount, usualSeats } from './support/test-server.js';

/** A server below a path of a host, behind a proxy on this machine. */
let server: ReadyServer;
let below: Api;
const { email, password } = rootAccount;
const credentials = { email, password };
beforeAll(async () => {
  server = await readyServer(
    usualSeats,
    {},
    {
      SERVER_URL: 'https://example.test/licenses',
      TRUSTED_PROXIES: '127.0.0.1, 10.1.0.0/16',
    },
  );
  below = new Api(`${server.url}/licenses`);
});
afterAll(() => server.close());

describe('A Server URL with a path', () => {
  it('answers below it and at the root, whether a proxy takes the path away or not', async () => {
    for (const api of [server.api, below]) {
      await api.get('/info').expect(200);
      await api.get('/health/ready').expect(200);
      const signedIn = await api.signedIn(rootAccount.email, rootAccount.password);
      // This one Katalon Studio always asks for at the root.
      await signedIn.at(server.url).get(`/api/v1/organizations/${server.organizationId}`).expect(200);
    }
    await server.api.get('/licensesinfo').refused(404);
    await server.api.get('/licenses/licenses/info').refused(404);
  });

  it('is completed with its slash, so that its pages find their files', async () => {
    const answer = server.api.get('/licenses');
    await answer.expect(308);
    expect((await answer.headers()).get('location')).toBe('/licenses/');
  });

  it.each(['/', '/api', '/invitations/unknown-token'])('serves %s with files that are found below it', async (page) => {
    const address = `https://example.test/licenses${page}`;
    const html = await below.get(page, { accept: 'text/html' }).expect<string>(200);
    const [tag = '', href = ''] = /<base href="([^"]+)"/.exec(html) ?? [];
    const base = new URL(href, address);
    const files = [...html.replace(tag, '').matchAll(/(?:src|href)="([^"#]+)"/g)].map(
      ([, file = '']) => new URL(file, base),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const { origin, pathname } of files.filter(({ protocol }) => protocol !== 'data:')) {
      expect(`${origin}${pathname}`).toMatch(/^https:\/\/example\.test\/licenses\//);
      await server.api.get(pathname).expect(200);
    }
  });

  it('is in the API description, in cookies and in links', async () => {
    const description = await below.get('/api-json').expect<{ servers: { url: string }[] }>(200);
    expect(description.servers).toEqual([{ url: '/licenses' }]);
    const answer = below.post('/api/v1/auth/sign-in', credentials);
    await answer.expect(204);
    expect((await answer.headers()).get('set-cookie')).toMatch(/Path=\/licenses; HttpOnly; Secure/);
    const invitations = `/api/v1/organizations/${server.organizationId}/invitations`;
    const [invited] = await server.root
      .post(invitations, { emails: ['grace@example.com'], role: 'USER' })
      .expect<{ link: string }[]>(201);
    expect(invited!.link).toMatch(/^https:\/\/example\.test\/licenses\/invitations\/[\w-]+$/);
  });

  it('is the origin that browsers may call from, though a proxy calls the server by another name', async () => {
    const from = (origin: string) => below.post('/api/v1/auth/sign-in', credentials, { origin });
    await from('https://example.test').expect(204);
    await from('https://evil.test').refused(403);
  });
});

describe('Behind a trusted proxy', () => {
  const addressOf = async (forwarded: string): Promise<string> => {
    await server.api.post('/api/v1/auth/sign-in', credentials, { 'x-forwarded-for': forwarded }).expect(204);
    const [event] = await server.sql<{ address: string }>(
      `SELECT address FROM audit_event WHERE action = 'session.started' ORDER BY id DESC LIMIT 1`,
    );
    return event!.address;
  };

  it('the audit log has the address of the client', async () => {
    expect(await addressOf('192.0.2.7')).toBe('192.0.2.7');
    expect(await addressOf('2001:db8::7')).toBe('2001:db8::7');
    expect(await addressOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  });

  it('of several proxies each one is asked for the one before, and no further than they are trusted', async () => {
    expect(await addressOf('192.0.2.7, 10.1.2.3')).toBe('192.0.2.7');
    expect(await addressOf('10.9.9.9, 192.0.2.7, 10.1.2.3')).toBe('192.0.2.7');
  });

  it('a port behind the address is left away, and what is no address is not believed', async () => {
    expect(await addressOf('192.0.2.7:5123')).toBe('192.0.2.7');
    expect(await addressOf('[2001:db8::7]:5123')).toBe('2001:db8::7');
    expect(await addressOf('x'.repeat(500))).toBe('127.0.0.1');
  });

  it('a proxy that adds a port to the proxy before it is still recognized', async () => {
    expect(await addressOf('192.0.2.7:5123, 10.1.2.3:4711')).toBe('192.0.2.7');
    expect(await addressOf('"[2001:DB8::7]:5123", "10.1.2.3:4711"')).toBe('2001:db8::7');
    expect(await addressOf('fe80::1%eth0')).toBe('fe80::1');
  });

  it('garbage counts as the address of the proxy that has named it', async () => {
    expect(await addressOf('unknown, 10.1.2.3:4711')).toBe('10.1.2.3');
    expect(await addressOf('_hidden')).toBe('127.0.0.1');
  });

  it('Katalon clients count by the same address, whatever port the proxy adds', async () => {
    const guess = (port: number) =>
      server.api
        .token(
          { grant_type: 'password', username: 'ports@example.com', password: 'wrong' },
          { 'x-forwarded-for': `192.0.2.60:${port}` },
        )
        .refused(401);
    for (let port = 1; port <= 4; port++) await guess(port);
    const counted = await server.sql(`SELECT points FROM rate_limit WHERE key LIKE 'sign-in:pair%' AND points = 4`);
    expect(counted).toHaveLength(1);
  });

  it('guessing passwords from one client does not slow down another', async () => {
    const guess = (forwarded: string) =>
      server.api.post(
        '/api/v1/auth/sign-in',
        { email: `nobody@${forwarded}.test`, password: 'wrong' },
        {
          'x-forwarded-for': forwarded,
        },
      );
    const statuses = async (forwarded: string, times: number): Promise<number[]> => {
      const answers: number[] = [];
      for (let i = 0; i < times; i++) answers.push(await guess(forwarded).status());
      return answers;
    };
    expect(await statuses('192.0.2.50', 9)).toContain(429);
    expect(await statuses('192.0.2.51', 1)).toEqual([401]);
  });
});

describe('Without a trusted proxy', () => {
  it('what a client says of its address is not believed', async () => {
    const other = await freshServer();
    const headers = {
      'x-setup-token': other.setupToken ?? '',
      'x-forwarded-for': '192.0.2.7',
      'x-forwarded-host': 'evil.test',
    };
    await other.api.post('/api/v1/setup/evaluation', undefined, headers).expect(200);
    const addresses = await other.sql<{ address: string }>(
      'SELECT DISTINCT address FROM audit_event WHERE address IS NOT NULL',
    );
    expect(addresses).toEqual([{ address: '127.0.0.1' }]);
    await other.close();
  });
});

describe('HOST=::', () => {
  it('listens on IPv6 and IPv4, and writes an IPv4 address as such', async () => {
    const other = await freshServer({ HOST: '[::]' });
    const { port } = new URL(other.url);
    await new Api(`http://[::1]:${port}`).get('/info').expect(200);
    const headers = { 'x-setup-token': other.setupToken ?? '' };
    await new Api(`http://127.0.0.1:${port}`).post('/api/v1/setup/evaluation', undefined, headers).expect(200);
    const addresses = await other.sql<{ address: string }>(
      'SELECT DISTINCT address FROM audit_event WHERE address IS NOT NULL',
    );
    expect(addresses).toEqual([{ address: '127.0.0.1' }]);
    await other.close();
    const only = await freshServer({ HOST: '::1' });
    expect(only.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    await only.api.get('/info').expect(200);
    await only.close();
  });
});
