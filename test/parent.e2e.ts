import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type Api } from './support/api.js';
import { parentCommand, Program, useBefore } from './support/program.js';
import { until } from './support/until.js';

const folders: string[] = [];

afterEach(async () => {
  await Program.endAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-parent-'));
  folders.push(folder);
  return folder;
}

async function underParent(env: Record<string, string> = {}, ...args: string[]): Promise<Program> {
  const folder = newFolder();
  await useBefore(folder);
  return new Program({ DATA_DIR: folder, ...env }, [...parentCommand, ...args]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

function postmaster(program: Program): number {
  return Number(readFileSync(path.join(program.env.DATA_DIR!, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** One request on a connection of its own: the status, or the error's code. */
function ask(api: Api, route = '/info'): Promise<number | string> {
  return new Promise((resolve) => {
    http
      .get(`${api.url}${route}`, { agent: false }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      })
      .once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('A server process that dies', () => {
  it('is started again, and whoever connects meanwhile waits in place of being refused', async () => {
    const program = await underParent();
    const api = await program.ready();
    const { serverId } = await api.get('/info').expect<{ serverId: string }>(200);
    const database = postmaster(program);
    for (let kill = 1; kill <= 3; kill++) {
      const [server] = program.servers();
      process.kill(server!, 'SIGKILL');
      // Three at once: the first may still have met the dying one.
      const answers = await Promise.all([ask(api), ask(api), ask(api)]);
      expect(answers.filter((answer) => answer !== 200 && answer !== 'ECONNRESET')).toEqual([]);
      expect(await ask(api)).toBe(200);
      expect(program.servers()).not.toContain(server);
    }
    expect(program.output).toContain('The server process has ended (SIGKILL). It is started again at once');
    expect(postmaster(program)).toBe(database);
    expect(await api.get('/info').expect(200)).toMatchObject({ serverId });
    expect(await program.end('SIGTERM')).toBe(0);
    expect(isAlive(database)).toBe(false);
  }, 240_000);

  it('is not started again when it has never answered: the parent ends with its code and its words', async () => {
    const wrong = await underParent({ SERVER_URL: 'licenses' });
    expect(await wrong.exit()).toBe(2);
    expect(wrong.output).toContain('SERVER_URL must be');

    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const second = await underParent({ PORT: String(port) });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain(`The port ${port} is taken`);
    taken.close();

    const noDatabase = await underParent({ DATABASE_URL: 'postgresql://127.0.0.1:1/kit' });
    expect(await noDatabase.exit()).toBe(1);
    expect(noDatabase.output).toContain('The database does not answer');
  }, 120_000);
});

describe('An orderly restart', () => {
  it('has the next server answer on the same socket before the former one finishes', async () => {
    const program = await underParent();
    const api = await program.ready();
    const [before] = program.servers();
    let over = false;
    const answers: (number | string)[] = [];
    const asking = [1, 2, 3].map(async () => {
      while (!over) answers.push(await ask(api));
    });
    const restart = spawnSync(process.execPath, [parentCommand[0]!, 'restart'], {
      env: { PATH: process.env.PATH ?? '', DATA_DIR: program.env.DATA_DIR! },
      encoding: 'utf8',
    });
    expect(restart.stdout).toContain('A new server process takes over');
    await program.said('A new server process has taken over');
    await until(() => !isAlive(before!), 60, 'the end of the former server');
    over = true;
    await Promise.all(asking);
    expect(answers.length).toBeGreaterThan(10);
    expect(answers.filter((answer) => answer !== 200)).toEqual([]);
    expect(await ask(api)).toBe(200);
  }, 120_000);

  it('that fails leaves the former server at work', async () => {
    const folder = newFolder();
    const file = path.join(folder, 'license-server.conf');
    writeFileSync(file, 'INVITATION_HOURS=24\n');
    const program = await underParent({}, '--config', file);
    const api = await program.ready();
    writeFileSync(file, 'INVITATION_HOURS=never\n');
    program.child.kill('SIGHUP');
    await program.said('The new server process could not start; the former one goes on');
    expect(program.output).toContain('INVITATION_HOURS must be');
    expect(await ask(api)).toBe(200);
  }, 120_000);
});

describe('`license-server stop`', () => {
  function stop(folder: string) {
    return spawnSync(process.execPath, [parentCommand[0]!, 'stop'], {
      env: { PATH: process.env.PATH ?? '', DATA_DIR: folder },
      encoding: 'utf8',
    });
  }

  it('stops server and database, and says so where none runs', async () => {
    const program = await underParent();
    await program.ready();
    const folder = program.env.DATA_DIR!;
    const database = postmaster(program);
    expect(stop(folder).stdout).toBe('The server has stopped.\n');
    expect(isAlive(database)).toBe(false);
    expect(await program.exit()).toBe(0);
    const again = stop(folder);
    expect(again.status).toBe(1);
    expect(again.stderr).toContain(`No license server runs in ${folder}`);
  }, 120_000);
});

describe('A parent process', () => {
  it('that is killed takes server and database along, and leaves a folder that the next one can use', async () => {
    const program = await underParent();
    await program.ready();
    const [server] = program.servers();
    const database = postmaster(program);
    await program.end('SIGKILL');
    await until(() => !isAlive(server!) && !isAlive(database), 60, 'the end of server and database');
    const again = new Program({ DATA_DIR: program.env.DATA_DIR! }, parentCommand);
    expect(await ask(await again.ready())).toBe(200);
  }, 120_000);

  it('starts the database again when that has ended, and the server goes on', async () => {
    const program = await underParent();
    const api = await program.ready();
    const [server] = program.servers();
    const database = postmaster(program);
    process.kill(database, 'SIGKILL');
    await program.said('The embedded database has ended. It is started again');
    const url = readFileSync(path.join(program.env.DATA_DIR!, 'database-url'), 'utf8').trim();
    const answers = async (): Promise<boolean> => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      const isUp = await client.connect().then(
        () => true,
        () => false,
      );
      await client.end().catch(() => undefined);
      return isUp;
    };
    await until(answers, 60, 'a database that answers');
    expect(await ask(api, '/health/ready')).toBe(200);
    expect(postmaster(program)).not.toBe(database);
    expect(program.servers()).toEqual([server]);
  }, 120_000);

  it('passes SIGINT on, and leaves nothing behind', async () => {
    const program = await underParent();
    await program.ready();
    const [server] = program.servers();
    const database = postmaster(program);
    expect(await program.end('SIGINT')).toBe(0);
    expect([isAlive(server!), isAlive(database)]).toEqual([false, false]);
    expect(existsSync(path.join(program.env.DATA_DIR!, 'server.lock'))).toBe(false);
  }, 120_000);

  it('does not share its port or its folder with another one', async () => {
    const program = await underParent();
    const api = await program.ready();
    const samePort = await underParent({ PORT: new URL(api.url).port });
    expect(await samePort.exit()).toBe(1);
    expect(samePort.output).toContain('is taken');
    const sameFolder = await underParent({ DATA_DIR: program.env.DATA_DIR! });
    expect(await sameFolder.exit()).toBe(1);
    expect(sameFolder.output).toContain(`(process ${program.child.pid}) already uses the data folder`);
    expect(await ask(api)).toBe(200);
  }, 120_000);
});

const hasActivation = spawnSync('systemd-socket-activate', ['--version']).status === 0;

(hasActivation ? describe : describe.skip)('Under a socket unit of systemd', () => {
  const activated = async (env: Record<string, string>): Promise<{ program: Program; port: number }> => {
    const probe = net.createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as net.AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const settings = { DATA_DIR: newFolder(), PORT: String(port), HOST: '127.0.0.1', ...env };
    const runner = ['systemd-socket-activate', '-l', `127.0.0.1:${port}`];
    for (const [name, value] of Object.entries(settings)) runner.push('-E', `${name}=${value}`);
    const program = new Program(settings, parentCommand, runner);
    await program.said('Listening on');
    return { program, port };
  };

  it('serves on the socket that systemd holds', async () => {
    const { program, port } = await activated({});
    const answer = await fetch(`http://127.0.0.1:${port}/info`);
    expect(answer.status).toBe(200);
    expect(await program.end('SIGTERM')).toBe(0);
  }, 120_000);

  it('refuses a PORT that is not the one of the unit, in words', async () => {
    const { program, port } = await activated({ PORT: '9090' });
    const knock = net.connect(port, '127.0.0.1');
    knock.on('error', () => undefined);
    expect(await program.exit()).toBe(2);
    expect(program.output).toContain(`PORT is 9090, but systemd's socket unit listens on ${port}`);
    knock.destroy();
  }, 120_000);
});
