import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { Program } from './support/program.js';
import { gui, issue, rootAccount, specification, vendor } from './support/test-server.js';

const [debian = ''] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
const oldBinDir = `/usr/lib/postgresql/${debian}/bin`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-older-'));
const older = path.join(folder, 'older');
const teams = 60;
let seat: { id: string; organizationId: number };
let rows: Record<string, number>;

const env = (dataDir: string, more: Record<string, string> = {}): Record<string, string> => ({
  DATA_DIR: dataDir,
  VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ...more,
});

/** A copy of the data folder with the older files. */
function copyOfOlder(name: string): string {
  const copy = path.join(folder, name);
  cpSync(older, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

function versionIn(dataDir: string): string {
  const file = path.join(dataDir, 'postgres', 'PG_VERSION');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

/** Rows by table, without what each start writes. */
async function rowsIn(dataDir: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: readFileSync(path.join(dataDir, 'database-url'), 'utf8').trim() });
  await client.connect();
  const names = ['organization', 'team', 'user_account', 'lease', 'license_file', 'seat_pool', 'api_key'];
  const counts: Record<string, number> = {};
  for (const name of names) {
    counts[name] = Number((await client.query<{ count: string }>(`SELECT count(*) FROM ${name}`)).rows[0]?.count);
  }
  await client.end();
  return counts;
}

/** What a client and an administrator find after the upgrade. */
async function holdsEverything(dataDir: string, api: Api): Promise<void> {
  expect(versionIn(dataDir)).not.toBe(debian);
  expect(await rowsIn(dataDir)).toEqual(rows);
  const root = await api.signedIn(rootAccount.email, rootAccount.password);
  expect(await root.post(`/api/v1/leases/${seat.id}/renew`).expect(200)).toMatchObject({ id: seat.id });
  expect(existsSync(path.join(dataDir, `postgres-${debian}`, 'PG_VERSION'))).toBe(true);
  expect(existsSync(path.join(dataDir, 'postgres-upgrade'))).toBe(false);
}

/** A server on files of Debian's PostgreSQL, with something in them. */
beforeAll(async () => {
  mkdirSync(older);
  const program = new Program(env(older, { POSTGRES_BIN_DIR: oldBinDir }));
  const api = await program.ready();
  const headers = { 'x-setup-token': readFileSync(path.join(older, 'setup-token'), 'utf8').trim() };
  const license = await issue(specification([{ product: 'KSE', model: 'floating', quantity: 5, features: [gui] }]));
  await api.post('/api/v1/setup/license', { license }, headers).expect(200);
  await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
  const root = await api.signedIn(rootAccount.email, rootAccount.password);
  const { id: organizationId } = await root
    .post('/api/v1/organizations', { name: 'Müller' })
    .expect<{ id: number }>(201);
  for (let number = 0; number < teams; number++) {
    await root.post(`/api/v1/organizations/${organizationId}/teams`, { name: `Team ${number} äöü` }).expect(201);
  }
  const request = { organizationId, product: 'KSE', machineId: 'machine', sessionId: 'session' };
  const { id } = await root.post('/api/v1/leases', request).expect<{ id: string }>(201);
  seat = { id, organizationId };
  rows = await rowsIn(older);
  expect(versionIn(older)).toBe(debian);
  await program.end('SIGTERM');
}, 300_000);
afterAll(async () => {
  await Program.endAll();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe(`Database files of PostgreSQL ${debian}`, () => {
  it('are upgraded at the start, and the former ones are kept', async () => {
    const dataDir = copyOfOlder('upgraded');
    const program = new Program(env(dataDir), undefined);
    const api = await program.ready();
    expect(program.output).toContain(`The database files are upgraded from PostgreSQL ${debian} to`);
    await holdsEverything(dataDir, api);
    await program.end('SIGTERM');
    const again = new Program(env(dataDir));
    await again.ready();
    expect(again.output).not.toContain('are upgraded');
    await again.end('SIGTERM');
    const { output } = await licenseServer({ DATA_DIR: dataDir }, ['doctor']);
    expect(output).toContain(`Database files of a former PostgreSQL are still in ${dataDir}/postgres-${debian}.`);
  }, 300_000);

  it('are upgraded in the end, wherever the upgrade is killed', async () => {
    const measured = copyOfOlder('measured');
    const began = Date.now();
    const whole = new Program(env(measured));
    await whole.said('The database files are those of PostgreSQL');
    const millis = Date.now() - began;
    await whole.end('SIGTERM');
    const dataDir = copyOfOlder('killed');
    const points = 10;
    let killed = 0;
    for (let point = 1; point <= points; point++) {
      const program = new Program(env(dataDir));
      // In the last third, the server starts on the new files.
      await pause((((millis * 2) / 3) * point) / points);
      if (versionIn(dataDir) === debian) killed++;
      await program.end('SIGKILL');
    }
    console.info(`Killed ${killed} times on the way; a whole upgrade takes ${(millis / 1000).toFixed(1)} s`);
    expect(killed).toBeGreaterThan(points - 3);
    const program = new Program(env(dataDir));
    await holdsEverything(dataDir, await program.ready());
    await program.end('SIGTERM');
  }, 600_000);

  it('stay as they are without the programs of their version, and the server says what it needs', async () => {
    const dataDir = copyOfOlder('without');
    const program = new Program(env(dataDir, { POSTGRES_OLD_BIN_DIR: '/nowhere' }));
    expect(await program.exit()).toBe(1);
    expect(program.output).toContain(`the programs of that version are needed once; they are not in /nowhere`);
    const before = new Program(env(dataDir, { POSTGRES_BIN_DIR: oldBinDir }));
    await before.ready();
    expect(await rowsIn(dataDir)).toEqual(rows);
    await before.end('SIGTERM');
  }, 300_000);

  it('stay as they are on a disk without enough room', async () => {
    const dataDir = path.join(folder, 'small-disk');
    mkdirSync(dataDir);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m,mode=755', 'tmpfs', dataDir]).status).toBe(0);
    try {
      cpSync(older, dataDir, { recursive: true, preserveTimestamps: true });
      const program = new Program(env(dataDir));
      expect(await program.exit()).toBe(1);
      expect(program.output).toMatch(/needs \d+ MB more of free space\. Nothing was changed/);
      expect(versionIn(dataDir)).toBe(debian);
    } finally {
      spawnSync('umount', [dataDir]);
    }
  }, 300_000);
});
