import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Api } from '../../../test/support/api.js';
import { cli, member, readyServer, type ReadyServer } from '../../../test/support/test-server.js';
import { until } from '../../../test/support/until.js';

const source = path.join(import.meta.dirname, '..');

let server: ReadyServer;
let robot: Api;
let folder: string;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  server = await readyServer([{ product: 'KRE', model: 'floating', quantity: 1, features: [cli] }]);
  const person = await member(server, 'robot@example.com', 'USER');
  const { key } = await person.post('/api/v1/users/me/api-keys', { name: 'CI' }).expect<{ key: string }>(201);
  robot = server.api.withBearer(key);
  env = { PATH: process.env.PATH, LICENSE_SERVER_URL: server.api.url, LICENSE_SERVER_API_KEY: key };
  folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-client-'));
  const options = { cwd: source, stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'] };
  execFileSync('npm', ['pack', '--pack-destination', folder], options);
  const [archive = ''] = readdirSync(folder);
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${archive}`], { ...options, cwd: folder });
}, 240_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

/** Starts a program in the folder in which the package is installed. */
function start(script: string): ChildProcess {
  const file = path.join(folder, 'program.mjs');
  writeFileSync(file, script);
  return spawn(process.execPath, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Takes a seat, says so, and does more. */
const withSeat = (more: string): string => `
  import { LicenseServer, SeatKeeper } from 'license-server-client';
  const { LICENSE_SERVER_URL, LICENSE_SERVER_API_KEY } = process.env;
  const server = new LicenseServer(LICENSE_SERVER_URL, { apiKey: LICENSE_SERVER_API_KEY });
  const seat = new SeatKeeper(server, { product: 'KRE', sessionId: 'session-1' });
  await seat.take();
  console.log('seated');
  ${more}`;

const held = async (): Promise<unknown[]> =>
  (await robot.get('/api/v1/users/me/leases').expect<{ content: unknown[] }>(200)).content;

async function seated(child: ChildProcess): Promise<void> {
  const [output] = (await Promise.race([once(child.stdout!, 'data'), once(child, 'exit')])) as unknown[];
  expect(String(output)).toContain('seated');
}

const forever = 'setInterval(() => {}, 1000);';

describe('The package', () => {
  it('has its types, needs nothing else, and runs the first program of its README', async () => {
    expect(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'license-server-client',
    ]);
    const installed = path.join(folder, 'node_modules', 'license-server-client');
    expect(readFileSync(path.join(installed, 'dist', 'index.d.ts'), 'utf8')).toContain('SeatKeeper');
    const readme = readFileSync(path.join(installed, 'README.md'), 'utf8');
    const [, program = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
    const child = start(program);
    const [said, complaints] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
    expect([said, complaints]).toEqual([expect.stringMatching(/^I have a seat until 20.*Z, and renew it/), '']);
    expect(await held()).toEqual([]);
  });
});

describe('A program that ends', () => {
  it('gives its seat back when it has nothing more to do', async () => {
    const child = start(withSeat(''));
    await seated(child);
    await once(child, 'exit');
    expect([child.exitCode, await held()]).toEqual([0, []]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'gives its seat back on %s, and ends as the signal wants',
    async (signal) => {
      const child = start(withSeat(forever));
      await seated(child);
      child.kill(signal);
      await once(child, 'exit');
      expect([child.signalCode, await held()]).toEqual([signal, []]);
    },
  );

  it('decides about its end itself when it handles the signal', async () => {
    const child = start(withSeat(`${forever} process.on('SIGTERM', () => setTimeout(() => process.exit(7), 100));`));
    await seated(child);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(7);
    await until(async () => (await held()).length === 0, 10, 'the seat to be given back');
  });

  it('gives its seat back at the end of an "await using" block', async () => {
    const block = `{ const { seat: keeper } = { seat }; await keeper[Symbol.asyncDispose](); process.exit(0); }`;
    const child = start(withSeat(block));
    await once(child, 'exit');
    expect([child.exitCode, await held()]).toEqual([0, []]);
  });

  it('leaves its seat until the lease ends when it is killed; the same session gets it back before', async () => {
    const child = start(withSeat(forever));
    await seated(child);
    const before = await held();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await held()).toEqual(before);
    const again = start(withSeat(forever));
    await seated(again);
    expect(await held()).toMatchObject([{ id: (before[0] as { id: string }).id }]);
    again.kill('SIGKILL');
    await once(again, 'exit');
    await server.later({ days: 1 });
    expect(await held()).toEqual([]);
  });
});
