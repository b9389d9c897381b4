import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { Program, useBefore } from './support/program.js';
import { emptyDatabase } from './support/test-server.js';
import { until } from './support/until.js';

const folders: string[] = [];

afterEach(async () => {
  // A killed server leaves its database running; a clean start and stop ends it.
  await Program.endAll();
  for (const folder of folders.splice(0)) {
    if (existsSync(path.join(folder, 'postgres', 'postmaster.pid'))) {
      const cleaner = new Program({ DATA_DIR: folder });
      await cleaner.ready();
      await cleaner.end('SIGTERM');
    }
    rmSync(folder, { recursive: true, force: true });
  }
});

function newFolder(prefix = 'license-server-start-'): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), prefix));
  folders.push(folder);
  return folder;
}

describe('npm start', () => {
  it('starts with nothing but a data folder, prints the setup token, and stops cleanly', async () => {
    const folder = newFolder();
    const program = new Program({ DATA_DIR: folder, SERVER_URL: 'http://licenses.test' });
    const api = await program.ready();
    await api.get('/health/ready').expect(200);
    const token = readFileSync(path.join(folder, 'setup-token'), 'utf8').trim();
    expect(program.output).toContain(`Activate this server at http://licenses.test with the setup token ${token}`);
    await api.post('/api/v1/setup/evaluation', undefined, { 'x-setup-token': token }).expect(200);
    for (const name of ['secret.key', 'setup-token', 'postgres.password', 'database-url']) {
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(await program.end('SIGINT')).toBe(0);
    expect(existsSync(path.join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
    const again = await new Program({ DATA_DIR: folder }).ready();
    expect(await again.get('/info').expect(200)).toMatchObject({ setup: 'account-required' });
  });

  it('leaves no database behind when it is told to stop before it answers', async () => {
    for (;;) {
      const folder = newFolder();
      const program = new Program({ DATA_DIR: folder });
      const running = path.join(folder, 'postgres', 'postmaster.pid');
      await until(() => existsSync(running), 60, 'the database');
      const isEarly = !program.output.includes('listening');
      expect(await program.end('SIGTERM')).toBe(0);
      expect(existsSync(running)).toBe(false);
      // Where this machine was busy with something else until it answered, that was another case.
      if (isEarly) break;
    }
  });

  it('recovers by itself after kill -9, with its database still running', async () => {
    const folder = newFolder();
    await useBefore(folder);
    const program = new Program({ DATA_DIR: folder });
    const before = await (await program.ready()).get('/info').expect<{ serverId: string }>(200);
    await program.end('SIGKILL');
    expect(existsSync(path.join(folder, 'postgres', 'postmaster.pid'))).toBe(true);
    const after = await (
      await new Program({ DATA_DIR: folder }).ready()
    )
      .get('/info')
      .expect<{ serverId: string }>(200);
    expect(after.serverId).toBe(before.serverId);
  });

  it('is not deterred by a postmaster.pid of a process that is something else by now', async () => {
    const folder = newFolder();
    await useBefore(folder);
    const first = new Program({ DATA_DIR: folder });
    await first.ready();
    const file = path.join(folder, 'postgres', 'postmaster.pid');
    const text = readFileSync(file, 'utf8');
    await first.end('SIGTERM');
    writeFileSync(file, text.replace(/^\d+/, String(process.pid)));
    await (await new Program({ DATA_DIR: folder }).ready()).get('/health/ready').expect(200);
  });

  it('starts on a volume that the platform has opened to a group at the mount', async () => {
    const folder = newFolder();
    await useBefore(folder);
    // As Kubernetes does for fsGroup.
    execFileSync('chmod', ['-R', 'g+rwX', folder]);
    execFileSync('find', [folder, '-type', 'd', '-exec', 'chmod', 'g+s', '{}', '+']);
    await (await new Program({ DATA_DIR: folder }).ready()).get('/health/ready').expect(200);
    expect(statSync(path.join(folder, 'postgres')).mode & 0o777).toBe(0o700);
  });

  it('says so when another server uses the data folder, and stops', async () => {
    const folder = newFolder();
    await useBefore(folder);
    const first = new Program({ DATA_DIR: folder });
    const api = await first.ready();
    const second = new Program({ DATA_DIR: folder });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain(`Another license server (process ${first.child.pid}) already uses the data folder`);
    await api.get('/health/ready').expect(200);
  });

  it('reports all wrong settings at once, in words', async () => {
    const program = new Program({
      PORT: '70000',
      SERVER_URL: 'licenses',
      DATABASE_URL: 'mysql://x/y',
      VENDOR_KEYS: 'x',
    });
    expect(await program.exit()).toBe(2);
    for (const name of [
      'PORT must be',
      'SERVER_URL must be',
      'DATABASE_URL must start with',
      'VENDOR_KEYS holds no public key',
    ]) {
      expect(program.output).toContain(name);
    }
  });

  it('says why when its port is taken', async () => {
    const folder = newFolder();
    await useBefore(folder);
    const first = await new Program({ DATA_DIR: folder }).ready();
    const second = new Program({ DATA_DIR: newFolder(), PORT: new URL(first.url).port });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain('is taken');
  });
});

describe('Several servers on one database', () => {
  it('migrate it once, whoever starts first, and share the installation', async () => {
    const database = await emptyDatabase();
    const folder = newFolder();
    const key = path.join(folder, 'secret.key');
    const servers = ['a', 'b', 'c'].map(
      (name) => new Program({ DATA_DIR: path.join(folder, name), SECRET_KEY_FILE: key, DATABASE_URL: database.url }),
    );
    const apis = await Promise.all(servers.map((server) => server.ready()));
    const infos = await Promise.all(apis.map((api) => api.get('/info').expect<{ serverId: string }>(200)));
    expect(new Set(infos.map((info) => info.serverId)).size).toBe(1);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ count: number; names: number }>(
      'SELECT count(*)::int, count(DISTINCT name)::int AS names FROM migration',
    );
    expect(rows[0]!.count).toBe(rows[0]!.names);
    await client.end();

    const stranger = new Program({ DATA_DIR: path.join(folder, 'd'), DATABASE_URL: `jdbc:${database.url}` });
    expect(await stranger.exit()).toBe(1);
    expect(stranger.output).toContain('another secret key');
    for (const server of servers) await server.end('SIGTERM');
    await database.drop();
  });
});
