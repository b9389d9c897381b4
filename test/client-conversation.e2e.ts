import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { KatalonClient } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { machineIdOf } from './support/machine-id.js';
import { cli, gui, member, readyServer, type ReadyServer, rootAccount } from './support/test-server.js';

const day = 86_400_000;
const trialEnd = new Date(Math.floor((Date.now() + 20 * day) / 1000) * 1000);
let server: ReadyServer;
let user: Api;

beforeAll(async () => {
  const seats = [
    {
      product: 'KSE',
      model: 'floating',
      quantity: 2,
      features: [gui],
      expiresAt: new Date(Date.now() + 10 * day).toISOString(),
    },
    { product: 'KRE', model: 'floating', quantity: 2, features: [cli] },
  ];
  server = await readyServer(seats, { licenseType: 'TRIAL', validUntil: trialEnd.toISOString() });
  user = await member(server, 'user@example.com', 'USER');
});
afterAll(() => server.close());

async function again(): Promise<void> {
  server.root = await server.api.signedIn(rootAccount.email, rootAccount.password);
  user = await server.api.signedIn('user@example.com', 'user@example.com password');
}

describe('The About box', () => {
  it('gets the end of the trial license, while it runs and after', async () => {
    const trialOf = async () =>
      (await user.get('/api/v1/users/me').expect<{ trialExpirationDate: string }>(200)).trialExpirationDate;
    expect(await trialOf()).toBe(trialEnd.toISOString());
    await server.later({ days: 21 });
    await again();
    expect(await trialOf()).toBe(trialEnd.toISOString());
  });

  it('gets the date on which the license ended', async () => {
    const expirationOf = (feature: string) =>
      user.get(`/api/v1/subscription/expiration?feature=${feature}&organizationId=${server.organizationId}`);
    expect(await expirationOf('ENGINE').expect<string>(200)).toBe(trialEnd.toISOString());
    expect(Date.parse(await expirationOf('KSE').expect<string>(200))).toBeLessThan(trialEnd.getTime() - 9 * day);
    await user.get('/api/v1/subscription/expiration?feature=KSE').expect(200);
  });
});

describe('The addresses of Katalon TestOps', () => {
  it('are empty, in their own form', async () => {
    const page = { content: [], empty: true, last: true };
    for (const address of [
      'search?q=%7B%7D',
      'projects?teamId=1&sort=name,asc',
      'projects/first',
      'files/upload-url',
    ]) {
      expect(await user.get(`/api/v1/${address}`).expect(200)).toEqual(page);
      expect(await user.get(`/${address}`).expect(200)).toEqual(page);
      expect(await server.api.get(`/api/v1/${address}`).refused(401)).not.toBe('');
    }
    expect(await user.get('/api/v1/files/upload-urls?projectId=1&numberUrl=2').expect(200)).toEqual([]);
    // As the clients do it: JSON is announced, and nothing comes.
    expect(await user.post('/api/v1/search', '', { 'content-type': 'application/json' }).expect(200)).toEqual(page);
  });

  it('take no results, which would be lost', async () => {
    await user.post('/api/v1/katalon/test-reports').refused(404);
  });
});

describe('An invitation', () => {
  it("says that Studio's dialog does not take an address, and that a key does without", async () => {
    const emails = ["o'hara@example.com", 'jörg@example.com', 'grace@example.com', 'ada+test@mail.example.com'];
    const results = await server.root
      .post(`/api/v1/organizations/${server.organizationId}/invitations`, { emails, role: 'USER' })
      .expect<{ email: string; hint: { code: string; message: string } | null }[]>(201);
    expect(Object.fromEntries(results.map(({ email, hint }) => [email, hint?.code ?? null]))).toEqual({
      "o'hara@example.com": 'address-not-for-studio',
      'jörg@example.com': 'address-not-for-studio',
      'grace@example.com': null,
      'ada+test@mail.example.com': null,
    });
    // What the hint says works: any address beside a key.
    const browser = await server.api.browser('user@example.com', 'user@example.com password');
    const { key } = await browser.post('/api/v1/users/me/api-keys', { name: 'Studio' }).expect<{ key: string }>(201);
    await server.api.token({ grant_type: 'password', username: 'studio@example.com', password: key }).expect(200);
  });
});

describe('`license-server doctor` with a Server URL that has a path', () => {
  async function doctorBehind(passes: (url: string) => string | undefined): Promise<{ level: string; words: string }> {
    const proxy = http.createServer((request, response) => {
      const target = passes(request.url ?? '');
      if (target === undefined) {
        response.writeHead(404).end();
        return;
      }
      const asked = http.request(`${server.url}${target}`, { method: request.method }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      asked.end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    try {
      const env = { PORT: '0', DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl, CLIENT_HOLD_SECONDS: '0' };
      const { output } = await licenseServer({ ...env, SERVER_URL: `http://127.0.0.1:${port}/seats` }, [
        'doctor',
        '--json',
      ]);
      const findings = JSON.parse(output) as { name: string; level: string; words: string }[];
      return findings.find(({ name }) => name === 'server path') ?? { level: 'missing', words: output };
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  }
  const below = (url: string) => (url.startsWith('/seats/') ? url.slice('/seats'.length) : undefined);

  it('says that one call goes past the proxy', async () => {
    const finding = await doctorBehind(below);
    expect(finding).toMatchObject({ level: 'warning' });
    expect(finding.words).toContain('except one: GET');
    expect(finding.words).toContain('/api/v1/organizations/{id}');
  }, 60_000);

  it('finds nothing wrong where the proxy passes it on', async () => {
    const all = (url: string) => below(url) ?? (url.startsWith('/api/v1/organizations/') ? url : undefined);
    expect(await doctorBehind(all)).toMatchObject({ level: 'ok' });
  }, 60_000);
});

describe('The machine id of an activation', () => {
  it('is taken to the letter, and its refusal is JSON with a message', async () => {
    const query = new URLSearchParams({ machineKey: `${machineIdOf('a')} `, sessionId: 's', package: 'KSE' });
    expect(await user.post(`/api/v1/license-keys/activate?${query.toString()}`).refused(400)).toContain('machine id');
  });
});

describe('What the clients ask in vain', () => {
  interface Conversation {
    versions: { client: string; version: string; firstAt: string; lastAt: string }[];
    refusedCalls: {
      method: string;
      path: string;
      parameters: string[];
      status: number;
      reason: string;
      count: number;
    }[];
  }
  const conversation = () => server.root.get('/api/v1/clients').expect<Conversation>(200);
  const agent = { 'user-agent': 'Apache-HttpClient/4.5.1 (Java/1.8.0_181)' };
  const secret = 'Very-Secret-4711';
  const activate = (ksVersion: string, more: Record<string, string> = {}) => {
    const query = { machineKey: machineIdOf('seen'), sessionId: 'seen', package: 'KSE', ksVersion, ...more };
    return user.post(`/api/v1/license-keys/activate?${new URLSearchParams(query).toString()}`, undefined, agent);
  };

  it('is listed for the administrator, with the versions seen and without any secret', async () => {
    await activate('9.0.1').status();
    await activate('9.0.1', { machineKey: secret }).refused(400);
    await activate('9.0.1', { machineKey: secret }).refused(400);
    await user.get(`/api/v1/agents/${secret}/jobs/17?token=${secret}&size=2`, agent).refused(404);
    await user.request('PUT', '/api/v1/features', {}, agent).refused(405);
    await server.api.token({ grant_type: secret, username: 'x', password: secret }, agent).refused(400);
    const { versions, refusedCalls } = await conversation();
    expect(versions).toContainEqual(expect.objectContaining({ client: 'KSE', version: '9.0.1' }));
    const program = 'Apache-HttpClient/4.5.1';
    const call = (method: string, path: string, status: number, more: object) =>
      expect(refusedCalls).toContainEqual(expect.objectContaining({ method, path, status, program, ...more }));
    call('POST', '/api/v1/license-keys/activate', 400, {
      count: 2,
      reason: 'machine-id-not-accepted',
      parameters: ['machineKey', 'sessionId', 'package', 'ksVersion'],
    });
    call('GET', '/api/v1/agents/…/jobs/…', 404, { parameters: ['token', 'size'], reason: 'not-found' });
    call('PUT', '/api/v1/features', 405, { reason: 'method-not-allowed' });
    call('POST', '/oauth/token', 400, {});
    const stored = await server.sql('SELECT * FROM client_call, client_version');
    expect(JSON.stringify({ versions, refusedCalls, stored })).not.toContain(secret);
  });

  it('is for root alone', async () => {
    await user.get('/api/v1/clients').refused(403);
  });

  it('is bounded, and keeps what came last', async () => {
    const before = server.root;
    for (let index = 0; index < 330; index++) {
      await user.get(`/api/v1/unknown?p${index}=1`, agent).refused(404);
      if (index % 110 === 109) await conversation();
    }
    // Two calls can have the same millisecond.
    await server.later({ minutes: 1 });
    await user.get('/api/v1/unknown?last=1', agent).refused(404);
    server.root = before;
    const { refusedCalls } = await conversation();
    expect(refusedCalls).toHaveLength(200);
    expect(refusedCalls[0]).toMatchObject({ path: '/api/v1/unknown', parameters: ['last'] });
    expect(await server.sql('SELECT count(*)::int AS count FROM client_call')).toEqual([{ count: 200 }]);
  });

  it('is not what browsers and other programs ask', async () => {
    const { refusedCalls } = await conversation();
    await server.api.get('/api/v1/nowhere', { 'user-agent': 'Mozilla/5.0' }).refused(404);
    await server.root.get('/api/v1/organizations/999999').status();
    expect((await conversation()).refusedCalls).toEqual(refusedCalls);
  });
});

describe('`license-server doctor --capture`', () => {
  const main = path.join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-capture-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("records a client's conversation without its secrets", async () => {
    // The licenses of the other tests have ended.
    const own = await readyServer();
    const file = path.join(folder, 'conversation.jsonl');
    const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: new URL(own.url).port, DATA_DIR: own.dataDir };
    const args = [main, 'doctor', '--capture', file];
    const recorder = spawn(process.execPath, args, { env: { ...env, SERVER_URL: 'http://127.0.0.1:1' } });
    const ended = once(recorder, 'close');
    try {
      const [first] = (await once(recorder.stderr, 'data')) as [Buffer];
      const serverUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(first.toString())?.[0] ?? '';
      const { email, password } = rootAccount;
      const client = new KatalonClient({ serverUrl, package: 'KSE', email, password, hostname: 'secret-host' });
      const { value } = await client.activate();
      await client.me();
      await client.release();
      const browser = await own.api.browser(email, password);
      const { key } = await browser.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
      const engine = new KatalonClient({ serverUrl, package: 'ENGINE', apiKey: key });
      await engine.activate();
      await expect(
        new KatalonClient({ serverUrl, package: 'KSE', email, password: 'wrong password' }).activate(),
      ).rejects.toThrow();
      recorder.kill('SIGTERM');
      await ended;
      const text = readFileSync(file, 'utf8');
      const calls = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      const call = (method: string, address: string) =>
        calls.find((each) => each.method === method && each.path === address);
      expect(call('POST', '/oauth/token')).toMatchObject({
        status: 200,
        body: { grant_type: 'password', username: '<e-mail address>', password: `<${password.length} characters>` },
        answer: { token_type: 'bearer', expires_in: expect.any(Number) },
      });
      expect(call('POST', '/api/v1/license-keys/activate')).toMatchObject({
        status: 200,
        query: { machineKey: '<32 hexadecimal digits>', package: 'KSE' },
        headers: { authorization: expect.stringMatching(/^Bearer <\d+ characters>$/) },
        answer: {
          publicKey: '<PEM>',
          value: { JWS: { licenseType: 'ENTERPRISE', testing: false, features: [{ key: 'katalon_gui' }] } },
        },
      });
      expect(calls.some(({ status }) => status === 401)).toBe(true);
      const secrets = [email, password, key, 'secret-host', 'wrong password', client.machineKey, engine.machineKey];
      for (const secret of [...secrets, value, 'Acme', 'eyJ']) expect(text).not.toContain(secret);
    } finally {
      recorder.kill();
      await own.close();
    }
  }, 60_000);

  it('overwrites no file, and refuses a port that is none', async () => {
    const env = { PORT: '1', DATA_DIR: folder, SERVER_URL: 'http://127.0.0.1:1' };
    const file = path.join(folder, 'conversation.jsonl');
    const before = readFileSync(file, 'utf8');
    expect((await licenseServer(env, ['doctor', '--capture', file])).code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect((await licenseServer(env, ['doctor', '--capture', '--capture-port', 'x'])).code).toBe(2);
  });
});
