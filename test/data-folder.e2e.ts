import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DataFolder, DataFolderInUseError } from '../src/config/data-folder.js';
import { thisProcess } from '../src/config/folder-owner.js';
import { licenseServer } from './support/command.js';
import { parentCommand, Program, useBefore } from './support/program.js';
import { until } from './support/until.js';

const folders: string[] = [];
const children: ChildProcess[] = [];
const containers: Program[] = [];

afterEach(async () => {
  // A container ends with all that is in it; `unshare` passes no gentler signal on.
  for (const program of containers.splice(0)) await program.end('SIGKILL');
  await Program.endAll();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-folder-'));
  folders.push(folder);
  return folder;
}

/** A process that claims a folder as one of another machine does: nothing but the lock file tells of it here. */
async function ownerOnAnotherMachine(folder: string): Promise<ChildProcess> {
  const module = path.join(import.meta.dirname, '..', 'dist', 'src', 'config');
  const script = `
    const { DataFolder } = await import('file://${module}/data-folder.js');
    const { thisProcess } = await import('file://${module}/folder-owner.js');
    const identity = { ...thisProcess(), bootId: 'another boot', host: 'other-host' };
    await DataFolder.claim(${JSON.stringify(folder)}, { identity, beatMillis: 20 });
    console.log('claimed');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  // Sockets are of one kernel.
  rmSync(path.join(folder, 'server.sock'));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe('A data folder on a volume of several machines', () => {
  it('is refused while the server of another machine shows signs of life', async () => {
    const folder = newFolder();
    await ownerOnAnotherMachine(folder);
    const claim = DataFolder.claim(folder, { staleMillis: 60_000 });
    await expect(claim).rejects.toThrow(DataFolderInUseError);
    await expect(claim).rejects.toThrow(/process \d+ on other-host/);
  }, 60_000);

  it('is taken once that server has shown none for a while, and says what it waits for', async () => {
    const folder = newFolder();
    await kill(await ownerOnAnotherMachine(folder));
    let output = '';
    const claim = await DataFolder.claim(folder, { staleMillis: 400, notify: (text) => (output += text) });
    expect(output).toContain('on other-host, which has not given it back');
    expect(output).toContain('--take-over');
    expect(DataFolder.ownerOf(folder)?.pid).toBe(process.pid);
    await claim.release();
    expect(existsSync(path.join(folder, 'server.lock'))).toBe(false);
  }, 60_000);

  it('is taken at once by an operator who knows that the other server has ended', async () => {
    const folder = newFolder();
    await kill(await ownerOnAnotherMachine(folder));
    const program = new Program({ DATA_DIR: folder }, [...parentCommand, '--take-over']);
    await (await program.ready()).get('/info').expect(200);
    expect(program.output).not.toContain('no sign of life');
  }, 120_000);

  it('is waited for while a command has it, such as a backup', async () => {
    const folder = newFolder();
    const backup = await DataFolder.claim(folder, { isCommand: true });
    const program = new Program({ DATA_DIR: folder }, parentCommand);
    await until(() => program.output.includes('The server starts when it is done'), 60, 'the server to wait');
    expect(program.output).toContain(
      `A command of the license server (process ${process.pid}) already uses the data folder`,
    );
    await backup.release();
    await (await program.ready()).get('/info').expect(200);
  }, 120_000);

  it('goes to one of several servers that start together', async () => {
    const folder = newFolder();
    await kill(await ownerOnAnotherMachine(folder));
    const claims = await Promise.allSettled(
      [1, 2, 3, 4].map((each) =>
        DataFolder.claim(folder, { staleMillis: 200, identity: { ...thisProcess(), bootId: `boot ${each}` } }),
      ),
    );
    const winners = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
    expect(winners).toHaveLength(1);
    await winners[0]?.release();
  }, 60_000);

  it('that has been taken over is written to no more by its former server', async () => {
    const folder = newFolder();
    await useBefore(folder);
    const program = new Program({ DATA_DIR: folder }, parentCommand);
    await program.ready();
    const postmaster = path.join(program.env.DATA_DIR!, 'postgres', 'postmaster.pid');
    const database = Number(readFileSync(postmaster, 'utf8').split('\n')[0]);
    const lock = path.join(program.env.DATA_DIR!, 'server.lock');
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/"token":"[^"]*"/, '"token":"another"'));
    expect(await program.exit()).toBe(1);
    expect(program.output).toContain('Another license server has taken over the data folder');
    await until(() => !existsSync(`/proc/${database}`) || process.platform !== 'linux', 30, 'the end of the database');
  }, 120_000);

  it('of which a crash has left half a lock file is taken after a while', async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, 'server.lock'), '{"pid":');
    const claim = await DataFolder.claim(folder, { staleMillis: 200 });
    await claim.release();
  }, 60_000);
});

const container = ['unshare', '--pid', '--ipc', '--mount', '--fork', '--kill-child'];
const hasNamespaces = spawnSync(container[0]!, [...container.slice(1), 'true']).status === 0;

function inContainer(env: Record<string, string>): Program {
  const program = new Program(env, parentCommand, container);
  containers.push(program);
  return program;
}

(hasNamespaces ? describe : describe.skip)('Containers on one data folder', () => {
  it('the second is refused, and the first and its database work on', async () => {
    const folder = newFolder();
    await useBefore(folder);
    const first = inContainer({ DATA_DIR: folder });
    const api = await first.ready();
    const second = inContainer({ DATA_DIR: folder, TMPDIR: newFolder() });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain('already uses the data folder');
    await api.get('/health/ready').expect(200);
  }, 120_000);

  it('a new one starts at once where the former was killed', async () => {
    const folder = newFolder();
    await useBefore(folder);
    const first = inContainer({ DATA_DIR: folder });
    const { serverId } = await (await first.ready()).get('/info').expect<{ serverId: string }>(200);
    await first.end('SIGKILL');
    const second = inContainer({ DATA_DIR: folder });
    expect(await (await second.ready()).get('/info').expect(200)).toMatchObject({ serverId });
    expect(second.output).not.toContain('no sign of life');
  }, 120_000);
});

describe('A backup with another TMPDIR than the server has', () => {
  it.each(['short', 'long'])(
    'leaves the running server alone, with a %s path of the data folder',
    async (length) => {
      const folder = path.join(newFolder(), length === 'long' ? 'x'.repeat(120) : 'x');
      mkdirSync(folder);
      await useBefore(folder);
      const program = new Program({ DATA_DIR: folder }, parentCommand);
      const api = await program.ready();
      const file = path.join(newFolder(), 'one.lsb');
      const { code, output } = await licenseServer({ DATA_DIR: folder, TMPDIR: newFolder() }, ['backup', file]);
      expect(output).toContain('one.lsb');
      expect(code).toBe(0);
      expect(await api.get('/health/ready').expect(200)).toMatchObject({ database: 'up' });
      const second = new Program({ DATA_DIR: folder, TMPDIR: newFolder() }, parentCommand);
      expect(await second.exit()).toBe(1);
      expect(second.output).toContain('already uses the data folder');
    },
    120_000,
  );
});
