import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { bareEnvironment, licenseServer, type Outcome } from './support/command.js';
import { type Api } from './support/api.js';
import { cli, member, readyServer, type ReadyServer } from './support/test-server.js';
import { until } from './support/until.js';

const main = path.join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');

let server: ReadyServer;
let robot: Api;
let key: string;
let env: Record<string, string>;
let folder: string;

beforeAll(async () => {
  server = await readyServer([{ product: 'KRE', model: 'floating', quantity: 1, features: [cli] }]);
  robot = await member(server, 'robot@example.com', 'USER');
  ({ key } = await robot.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201));
  env = { LICENSE_SERVER_URL: server.api.url, LICENSE_SERVER_API_KEY: key };
  folder = mkdtempSync(path.join(os.tmpdir(), 'seat-command-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

interface Held {
  id: string;
  product: string;
  hostname: string;
}

const held = async (): Promise<Held[]> =>
  (await robot.get('/api/v1/users/me/leases').expect<{ content: Held[] }>(200)).content;
const run = (command: string[], options: string[] = [], more: Record<string, string> = env): Promise<Outcome> =>
  licenseServer(more, ['seat', 'run', '--product', 'KRE', ...options, '--', ...command]);
const node = (script: string): string[] => [process.execPath, '-e', script];

/** `seat run`, for a test that sends it signals. The command says "ready", and waits as long as its keeper lives. */
function start(options: string[] = [], script = '', more: Record<string, string> = {}): ChildProcess {
  const waiting = `const { ppid } = process; setInterval(() => process.ppid === ppid || process.exit(), 50)`;
  const command = node(`${script}; console.log('ready'); ${waiting}`);
  const args = [main, 'seat', 'run', '--product', 'KRE', ...options, '--', ...command];
  return spawn(process.execPath, args, {
    env: { ...bareEnvironment(), ...env, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function ready(child: ChildProcess): Promise<void> {
  const [output] = (await once(child.stdout!, 'data')) as [Buffer];
  expect(output.toString()).toContain('ready');
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('A command that runs with a seat', () => {
  it('finds the lease in its environment, and its exit code is the exit code', async () => {
    const script = `fetch(process.env.LICENSE_SERVER_URL + '/api/v1/users/me/leases', {
        headers: { authorization: 'Bearer ' + process.env.LICENSE_SERVER_API_KEY } })
      .then((answer) => answer.json())
      .then(({ content }) => {
        const { LICENSE_SERVER_LEASE_ID: id, LICENSE_SERVER_LEASE_TOKEN: token } = process.env;
        const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
        process.exit(content.length === 1 && content[0].id === id && claims.jti === id ? 42 : 1);
      })`;
    expect(await run(node(script))).toEqual({ code: 42, output: '' });
    expect(await held()).toEqual([]);
  });

  it('gets the words and options that follow the dashes as they are', async () => {
    const { output } = await run([
      ...node('console.log(process.argv.slice(1).join("|"))'),
      '--',
      '--wait',
      'a b',
      '--',
    ]);
    expect(output).toBe('--wait|a b|--\n');
  });

  it('is told of signals, and the seat is free when it has ended', async () => {
    const child = start([], `process.on('SIGTERM', () => process.exit(7))`);
    const exit = exitOf(child);
    await ready(child);
    expect(await held()).toMatchObject([{ product: 'KRE', hostname: os.hostname() }]);
    child.kill('SIGTERM');
    expect(await exit).toBe(7);
    expect(await held()).toEqual([]);
  });

  it('that dies of a signal ends with 128 and its number', async () => {
    const { code } = await run(node(`process.kill(process.pid, 'SIGKILL')`));
    expect(code).toBe(137);
    expect(await held()).toEqual([]);
  });

  it('that cannot start takes no seat for longer', async () => {
    expect(await run(['no-such-program'])).toEqual({
      code: 127,
      output: 'license-server: no-such-program cannot be started (ENOENT).\n',
    });
    expect((await run([folder])).code).toBe(126);
    expect(await held()).toEqual([]);
  });

  it('does not start without a seat, and waits for one if so asked', async () => {
    const first = start();
    const exit = exitOf(first);
    await ready(first);
    const refused = await run(node('console.log("started")'));
    expect(refused.code).toBe(3);
    expect(refused.output).toContain('The server says:');
    expect(refused.output).not.toContain('started');

    const second = run(node('console.log("started")'), ['--wait', '60']);
    const { organizationId } = server;
    const waiting = `SELECT FROM seat_waiter WHERE organization_id = ${organizationId}`;
    await until(async () => (await server.sql(waiting)).length === 1, 30, 'the second one in the queue');
    first.kill('SIGTERM');
    await exit;
    expect(await second).toEqual({ code: 0, output: 'started\n' });
  });

  it('waits for a server that is away', async () => {
    const { url, close } = await hasty(server.api.url, 2);
    expect(await run(node('console.log("started")'), ['--server', url, '--wait', '60'])).toEqual({
      code: 0,
      output: 'started\n',
    });
    await close();
  });

  it('does not ask without end when its request does not wait, as with too many seats of one user', async () => {
    let requests = 0;
    const message = 'You hold as many seats as an account may hold at once.';
    const stub = http.createServer((_, reply) => {
      requests++;
      reply.writeHead(409).end(JSON.stringify({ code: 'user-limit-reached', message }));
    });
    await once(stub.listen(0, '127.0.0.1'), 'listening');
    const { port } = stub.address() as net.AddressInfo;
    const options = ['--server', `http://127.0.0.1:${port}`, '--organization', '1', '--wait', '2'];
    expect(await run(node(''), options)).toEqual({ code: 3, output: `The server says: ${message}\n` });
    expect(requests).toBeGreaterThan(1);
    expect(requests).toBeLessThan(15);
    stub.closeAllConnections();
    await once(stub.close(), 'close');
  });

  it('renews when it is due, until it is killed; then the seat can be given back by its job', async () => {
    const { url, close } = await hasty(server.api.url);
    const child = start(['--job', 'job-7'], '', { LICENSE_SERVER_URL: url });
    const exit = exitOf(child);
    await ready(child);
    const renewedAt = async () =>
      (await server.sql<{ renewed_at: Date }>('SELECT renewed_at FROM lease'))[0]?.renewed_at.getTime() ?? NaN;
    const first = await renewedAt();
    await until(async () => (await renewedAt()) > first, 30, 'a renewal');
    const [lease] = await held();
    expect((await licenseServer(env, ['seat', 'list'])).output).toContain(lease?.id);
    child.kill('SIGKILL');
    await exit;
    await close();
    expect(await held()).toHaveLength(1);
    const released = await licenseServer(env, ['seat', 'release', '--job', 'job-7']);
    expect(released).toEqual({ code: 0, output: '1 seat was given back.\n' });
    expect((await licenseServer(env, ['seat', 'list'])).output).toBe('You hold no seat.\n');
  });
});

/** The server, but for two things: its leases are to be renewed after a second, and it breaks off so many requests at first. */
async function hasty(target: string, broken = 0): Promise<{ url: string; close: () => Promise<void> }> {
  let toBreak = broken;
  const proxy = http.createServer((request, reply) => {
    if (toBreak-- > 0) {
      request.socket.destroy();
      return;
    }
    void (async () => {
      const body = await text(request);
      const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
      const { method = 'GET' } = request;
      const answer = await fetch(target + (request.url ?? ''), {
        method,
        headers,
        body: body === '' ? undefined : body,
      });
      const lease = JSON.parse((await answer.text()) || 'null') as { serverTime?: string } | null;
      const renewAt = new Date(Date.parse(lease?.serverTime ?? '') + 1000);
      reply
        .writeHead(answer.status)
        .end(lease?.serverTime ? JSON.stringify({ ...lease, renewAt }) : JSON.stringify(lease));
    })();
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as net.AddressInfo;
  const close = async (): Promise<void> => {
    proxy.closeAllConnections();
    await once(proxy.close(), 'close');
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

describe('What is wrong with the command line', () => {
  it('is said before anything starts', async () => {
    const { LICENSE_SERVER_API_KEY: _, ...noKey } = env;
    const wrong = path.join(folder, 'wrong-key');
    writeFileSync(wrong, 'two words\n');
    for (const [options, environment, message] of [
      [['--product', 'ABC'], env, '--product must be KSE or KRE'],
      [['--wait', 'long'], env, '--wait must be'],
      [['--organization', 'Acme'], env, '--organization must be'],
      [['--server', 'licenses'], env, '--server must be a URL'],
      [[], noKey, 'LICENSE_SERVER_API_KEY'],
      [['--api-key-file', wrong], env, 'This is not an API key'],
      [['--api-key-file', path.join(folder, 'none')], env, 'cannot be read'],
    ] as const) {
      const { code, output } = await run(node('console.log("started")'), [...options], environment);
      expect({ code, said: output.includes(message), started: output.includes('started') }).toEqual({
        code: 2,
        said: true,
        started: false,
      });
    }
  });

  it('has exit codes of its own for a server that says no, and for one that says nothing', async () => {
    const started = node('console.log("started")');
    const stranger = await run(started, ['--api-key', 'lsk_nobodys-key']);
    expect(stranger).toMatchObject({ code: 3, output: expect.stringContaining('The server says') });
    const nobody = await run(started, ['--server', 'http://127.0.0.1:1']);
    expect(nobody).toMatchObject({ code: 4, output: expect.stringContaining('does not answer') });
  });

  it('names the organizations of who is a member of several', async () => {
    const other = await server.root.post('/api/v1/organizations', { name: 'Other' }).expect<{ id: number }>(201);
    await server.sql(
      `INSERT INTO membership SELECT $1, id, 'USER', now() FROM user_account WHERE email = 'robot@example.com'`,
      [other.id],
    );
    const { code, output } = await run(node(''));
    expect(code).toBe(2);
    expect(output).toContain(`${other.id} (Other)`);
    const { organizationId } = server;
    expect((await run(node(''), ['--organization', String(organizationId)])).code).toBe(0);
  });
});
