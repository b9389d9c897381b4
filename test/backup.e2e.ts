import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { makeBackup } from '../src/backup/backup.js';
import { type Manifest } from '../src/backup/manifest.js';
import { ProvedBackup } from '../src/backup/restore.js';
import { readSettings } from '../src/config/settings.js';
import { dataSourceOptions } from '../src/database/data-source.js';
import { InitialSchema1764000000000 } from '../src/database/migrations/1764000000000-initial-schema.js';
import { KatalonClient } from './clients/katalon-client.js';
import { Api } from './support/api.js';
import { licenseServer } from './support/command.js';
import { machineIdOf } from './support/machine-id.js';
import { ServerProcess } from './support/server-process.js';
import {
  emptyDatabase,
  gui,
  issue,
  readyServer,
  rootAccount,
  specification,
  usualSeats,
  vendor,
} from './support/test-server.js';

// Many of these start programs, one after the other.
jest.setTimeout(300_000);

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-backup-'));
const running: ServerProcess[] = [];
const vendorKeys = vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString();
afterEach(async () => {
  for (const server of running.splice(0)) await server.tell({ close: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let last = 0;
const newPlace = (): string => path.join(folder, `place-${++last}`);
const newFile = (): string => path.join(folder, `backup-${++last}.lsb`);

async function start(settings: Record<string, string>): Promise<ServerProcess> {
  const common = { PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', VENDOR_KEYS: vendorKeys };
  const server = await ServerProcess.start({ ...common, ...settings });
  running.push(server);
  return server;
}

async function stop(server: ServerProcess): Promise<void> {
  running.splice(running.indexOf(server), 1);
  await server.tell({ close: true });
}

/** What a backup says of the rows in it. */
type Content = Pick<Manifest, 'parts' | 'tables' | 'sequences'>;

async function contentOf(file: string, passphrase = ''): Promise<Content> {
  const { manifest } = await ProvedBackup.open(file, () => Promise.resolve(passphrase));
  return { parts: manifest.parts, tables: manifest.tables, sequences: manifest.sequences };
}

/** Without what the commands themselves write down. */
function withoutAuditLog({ parts, tables, sequences }: Content): Content {
  return {
    parts: parts.filter(({ name }) => !name.startsWith('database/audit_event/')),
    tables: tables.filter(({ name }) => name !== 'audit_event'),
    sequences: sequences.filter(({ name }) => name !== 'audit_event_id_seq'),
  };
}

/** A small backup of a server that is set up, and what it came from. */
async function smallBackup(passphrase?: string): Promise<{ file: string; bytes: Buffer }> {
  const server = await readyServer();
  const settings = readSettings({ DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl });
  const file = newFile();
  await makeBackup({ settings, databaseUrl: server.databaseUrl, configuration: undefined, file, passphrase });
  await server.close();
  return { file, bytes: readFileSync(file) };
}

/** Whether there is nothing in a database. */
async function isEmpty(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(`SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`);
  await client.end();
  return rowCount === 0;
}

describe('A backup', () => {
  it('moves a running server from its embedded database to an external one and back, and clients go on', async () => {
    const [first, second, third] = [newPlace(), newPlace(), newPlace()];
    const external = await emptyDatabase();
    const server = await start({ DATA_DIR: first });
    const headers = { 'x-setup-token': server.setupToken ?? '' };
    const api = new Api(server.url);
    const license = await issue(specification(usualSeats));
    await api.post('/api/v1/setup/license', { license }, headers).expect(200);
    await api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    const root = await api.signedIn(rootAccount.email, rootAccount.password);
    await root.post('/api/v1/organizations', { name: 'Acme "with\ttabs\\' }).expect(201);
    const { email, password } = rootAccount;
    const holder = {
      package: 'KSE',
      email,
      password,
      machineKey: machineIdOf('machine-1'),
      sessionId: 'session-1',
    } as const;
    const client = new KatalonClient({ serverUrl: server.url, ...holder });
    await client.activate();
    mkdirSync(path.join(first, 'plugins', 'ab'), { recursive: true });
    writeFileSync(path.join(first, 'plugins', 'ab', 'abcd'), Buffer.alloc(3_000_000, 'plugin'));

    const passphrase = path.join(folder, 'passphrase');
    writeFileSync(passphrase, 'a long passphrase\n');
    const encrypted = ['--passphrase-file', passphrase];
    const files = [newFile(), newFile(), newFile()] as const;
    const env = { VENDOR_KEYS: vendorKeys };
    const done = expect.objectContaining({ code: 0 });
    expect(await licenseServer({ DATA_DIR: first, ...env }, ['backup', files[0], ...encrypted])).toEqual(done);
    await stop(server);

    const toExternal = { DATA_DIR: second, DATABASE_URL: external.url, ...env };
    expect(await licenseServer(toExternal, ['restore', files[0], '--same-installation', ...encrypted])).toEqual(done);
    expect(await licenseServer(toExternal, ['backup', files[1]])).toEqual(done);
    expect(await licenseServer({ DATA_DIR: third, ...env }, ['restore', files[1], '--same-installation'])).toEqual(
      done,
    );
    expect(await licenseServer({ DATA_DIR: third, ...env }, ['backup', files[2]])).toEqual(done);
    const original = await contentOf(files[0], 'a long passphrase');
    expect(original.tables.find(({ name }) => name === 'lease')?.rows).toBe(1);
    expect(original.parts.map(({ name }) => name)).toContain('plugins/ab/abcd');
    const copies = [await contentOf(files[1]), await contentOf(files[2])];
    // Each restore adds one event to the audit log, and nothing else.
    const events = ({ tables }: typeof original) => tables.find(({ name }) => name === 'audit_event')!.rows;
    expect(copies.map(events)).toEqual([events(original) + 1, events(original) + 2]);
    for (const copy of copies) expect(withoutAuditLog(copy)).toEqual(withoutAuditLog(original));

    for (const place of [toExternal, { DATA_DIR: third }]) {
      const restored = await start(place);
      const { publicKey } = client.activation!;
      client.moveTo(restored.url);
      expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
      expect(client.activation?.publicKey).toBe(publicKey);
      const again = await new Api(restored.url).signedIn(email, password);
      expect(await again.get('/api/v1/organizations/1/online-licenses').expect(200)).toMatchObject({
        totalElements: 1,
      });
      await again.post('/api/v1/organizations', { name: 'Next' }).expect(201);
      await stop(restored);
    }
    await external.drop();
  });

  it('is of one moment, whatever happens meanwhile', async () => {
    const server = await readyServer([{ product: 'KSE', model: 'floating', quantity: 5000, features: [gui] }]);
    const settings = readSettings({ DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl });
    const first = { organizationId: server.organizationId, product: 'KSE', machineId: 'm-0', sessionId: 's' };
    await server.root.post('/api/v1/leases', first).expect(201);
    let busy = true;
    const work = Array.from({ length: 4 }, async (_, worker) => {
      for (let index = 0; busy; index++) {
        const seatRequest = { ...first, machineId: `m-${worker}-${index}` };
        await server.root.post('/api/v1/leases', seatRequest).status();
      }
    });
    const files = [newFile(), newFile(), newFile()];
    const request = { settings, databaseUrl: server.databaseUrl, configuration: undefined, passphrase: undefined };
    try {
      for (const file of files) await makeBackup({ ...request, file });
    } finally {
      busy = false;
    }
    await Promise.all(work);
    for (const file of files) {
      const database = await emptyDatabase();
      const target = readSettings({ DATA_DIR: newPlace(), DATABASE_URL: database.url });
      await (
        await ProvedBackup.open(file, () => Promise.reject(new Error('not encrypted')))
      ).restore(target, database.url);
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const { rows } = await client.query<{ in_use: number; leases: number }>(
        'SELECT sum(in_use)::int AS in_use, (SELECT count(*)::int FROM lease) AS leases FROM seat_pool',
      );
      expect(rows[0]!.leases).toBeGreaterThan(0);
      expect(rows[0]!.in_use).toBe(rows[0]!.leases);
      await client.end();
      await database.drop();
    }
    await server.close();
  });

  it('of an older schema is brought up to date; of a newer one it is refused', async () => {
    const old = await emptyDatabase();
    const first = new DataSource({ ...dataSourceOptions(old.url), migrations: [InitialSchema1764000000000] });
    await first.initialize();
    await first.runMigrations({ transaction: 'all' });
    await first.query(`INSERT INTO organization (name, created_at) VALUES ('Acme', now())`);
    const dataDir = newPlace();
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, 'secret.key'), Buffer.alloc(32, 1).toString('base64'));
    const settings = readSettings({ DATA_DIR: dataDir, DATABASE_URL: old.url });
    const request = { settings, databaseUrl: old.url, configuration: undefined, passphrase: undefined };
    const [older, newer] = [newFile(), newFile()];
    await makeBackup({ ...request, file: older });
    await first.query(`INSERT INTO migration (timestamp, name) VALUES (1999999999999, 'Future1999999999999')`);
    await makeBackup({ ...request, file: newer });
    await first.destroy();
    await old.drop();

    const database = await emptyDatabase();
    const env = { DATA_DIR: newPlace(), DATABASE_URL: database.url };
    const refused = await licenseServer(env, ['restore', newer]);
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('Future1999999999999') });
    expect(await isEmpty(database.url)).toBe(true);
    expect(existsSync(path.join(env.DATA_DIR, 'secret.key'))).toBe(false);
    const taken = await licenseServer(env, ['restore', older]);
    expect(taken).toMatchObject({ code: 0, output: expect.stringContaining('brought up to date: People') });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    expect((await client.query('SELECT name, lease_minutes FROM organization')).rows).toEqual([
      { name: 'Acme', lease_minutes: 15 },
    ]);
    await client.end();
    await database.drop();
  });

  it('goes into an empty place only', async () => {
    const { file } = await smallBackup();
    const used = await readyServer();
    const database = await emptyDatabase();
    const inUse = await licenseServer({ DATA_DIR: used.dataDir, DATABASE_URL: database.url }, ['restore', file]);
    expect(inUse).toMatchObject({ code: 1, output: expect.stringContaining('another secret key') });
    const place = newPlace();
    const full = await licenseServer({ DATA_DIR: place, DATABASE_URL: used.databaseUrl }, ['restore', file]);
    expect(full).toMatchObject({ code: 1, output: expect.stringContaining('holds a license server already') });
    expect(readdirSync(place).filter((name) => !name.endsWith('.sock'))).toEqual([]);
    expect(await used.root.get('/api/v1/organizations/1').expect(200)).toMatchObject({ name: 'Acme' });

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('CREATE TABLE something (id int)');
    await client.end();
    const both = ['restore', file, '--copy', '--same-installation'];
    expect((await licenseServer({ DATA_DIR: newPlace(), DATABASE_URL: database.url }, both)).code).toBe(2);
    const foreign = await licenseServer({ DATA_DIR: newPlace(), DATABASE_URL: database.url }, ['restore', file]);
    expect(foreign).toMatchObject({ code: 1, output: expect.stringContaining('is not empty (something') });

    const alive = await start({ DATA_DIR: place });
    const claimed = await licenseServer({ DATA_DIR: place }, ['restore', file]);
    expect(claimed.code).toBe(1);
    await new Api(alive.url).get('/health/ready').expect(200);
    await used.close();
    await database.drop();
  });

  it('beside its data folder counts the seats that were borrowed or licensed offline since, and no other ones', async () => {
    const server = await readyServer([
      { product: 'KSE', model: 'floating', quantity: 4, features: [gui], offline: true, borrowMaxDays: 30 },
    ]);
    const { root, organizationId, dataDir } = server;
    const settings = readSettings({ DATA_DIR: dataDir, DATABASE_URL: server.databaseUrl });
    const acme = `/api/v1/organizations/${organizationId}`;
    await root.patch(`${acme}/license-policy`, { borrowMaxDays: 7 }).expect(200);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const take = (machine: string, more: object = {}, api = root) => {
      const session = { organizationId, product: 'KSE', machineId: machineIdOf(machine), sessionId: machine };
      return api.post('/api/v1/leases', { ...session, ...more });
    };
    const borrow = (machine: string, status = 201) =>
      take(machine, { borrowUntil: inDays(5) }).expect<{ id: string; token: string }>(status);
    const giveBack = ({ id, token }: { id: string; token: string }) =>
      root.request('DELETE', `/api/v1/leases/${id}`, { token }, {}).expect(204);

    const { serverId } = await root.get('/info').expect<{ serverId: string }>(200);
    const [, engines] = usualSeats;
    const license = await issue(specification([engines!], { id: 'bound', serverId }));
    await root.post('/api/v1/licenses', { license }).expect(201);

    const before = await borrow('returned-later');
    await take('borrowed-later').expect(201);
    const file = newFile();
    await makeBackup({
      settings,
      databaseUrl: server.databaseUrl,
      configuration: undefined,
      file,
      passphrase: undefined,
    });
    await giveBack(before);
    await giveBack(await borrow('returned-at-once'));
    await borrow('borrowed-later', 200);
    const kept = await borrow('kept');
    const { id } = await root
      .post(`${acme}/offline-licenses`, { product: 'KSE', machineId: machineIdOf('offline'), expiresAt: inDays(20) })
      .expect<{ id: number }>(201);
    await root.get(`${acme}/offline-licenses/${id}/file`).expect(200);

    const backup = await ProvedBackup.open(file, () => Promise.reject(new Error('not encrypted')));
    const [beside, elsewhere] = [await emptyDatabase(), await emptyDatabase()];
    const elsewhereSettings = readSettings({ DATA_DIR: newPlace(), DATABASE_URL: elsewhere.url });
    const identity = { serverId, formerServerId: null };
    expect(await backup.restore(settings, beside.url)).toMatchObject({ seats: 3, damagedLines: 0, identity });
    // A copy has an id of its own, for which a license of the former one is not good.
    await expect(backup.restore(elsewhereSettings, elsewhere.url)).rejects.toThrow(
      `license bound is bound to the server id ${serverId}`,
    );
    expect(await isEmpty(elsewhere.url)).toBe(true);
    const copy = await backup.restore(elsewhereSettings, elsewhere.url, { as: 'copy' });
    expect(copy).toMatchObject({ seats: undefined, identity: { formerServerId: serverId, unusable: ['bound'] } });
    expect(copy.identity.serverId).not.toBe(serverId);
    const { secretKeyFile } = settings;
    const restored = await start({ DATA_DIR: newPlace(), DATABASE_URL: beside.url, SECRET_KEY_FILE: secretKeyFile });
    const api = await new Api(restored.url).signedIn(rootAccount.email, rootAccount.password);
    expect(await api.get('/api/v1/audit-events?action=backup.restored').expect(200)).toMatchObject({
      content: [{ details: { seatsFromJournal: 3, ...identity } }],
    });
    await take('fourth', {}, api).expect(201);
    await take('fifth', {}, api).expect(409);
    await api.request('DELETE', `/api/v1/leases/${kept.id}`, { token: kept.token }, {}).expect(204);
    await take('fifth', {}, api).expect(201);
    await take('sixth', {}, api).expect(409);
    await stop(restored);
    await server.close();
    for (const database of [beside, elsewhere]) await database.drop();
  });

  it('never overwrites a file, and tells of what is missing', async () => {
    const { file } = await smallBackup();
    const server = await readyServer();
    const env = { DATA_DIR: server.dataDir, DATABASE_URL: server.databaseUrl };
    expect(await licenseServer(env, ['backup', file])).toMatchObject({
      code: 1,
      output: `${file} exists already; nothing was overwritten.\n`,
    });
    expect((await licenseServer(env, ['backup', path.join(folder, 'no', 'such', 'folder')])).code).toBe(1);
    expect((await licenseServer(env, ['restore', path.join(folder, 'nothing')])).output).toContain('There is no file');
    expect(await licenseServer({ DATA_DIR: newPlace() }, ['backup', newFile()])).toMatchObject({
      code: 1,
      output: expect.stringContaining('There is no server in'),
    });
    await server.close();
  });
});

describe('A damaged backup', () => {
  it('is refused whole, wherever a byte differs or is missing', async () => {
    const { bytes } = await smallBackup();
    const database = await emptyDatabase();
    const refused = async (content: Buffer): Promise<void> => {
      const file = newFile();
      writeFileSync(file, content);
      await expect(ProvedBackup.open(file, () => Promise.resolve(''))).rejects.toThrow('Nothing was restored.');
      rmSync(file);
    };
    const edges = Array.from({ length: 24 }, (_, index) => [index, bytes.length - 1 - index]).flat();
    const inside = Array.from({ length: 150 }, (_, index) => Math.floor((index * bytes.length) / 150));
    for (const position of [...edges, ...inside]) {
      const flipped = Buffer.from(bytes);
      flipped[position] = flipped[position]! ^ 0xff;
      await refused(flipped);
    }
    for (const length of [0, 1, 10, 1000, bytes.length - 8, bytes.length - 1]) await refused(bytes.subarray(0, length));
    await refused(Buffer.concat([bytes, Buffer.from('more')]));
    await refused(Buffer.concat([bytes, bytes]));

    const file = newFile();
    const flipped = Buffer.from(bytes);
    flipped[2000] = flipped[2000]! ^ 1;
    writeFileSync(file, flipped);
    const env = { DATA_DIR: newPlace(), DATABASE_URL: database.url };
    expect(await licenseServer(env, ['restore', file])).toMatchObject({
      code: 1,
      output: expect.stringContaining('Nothing was restored.'),
    });
    expect([existsSync(env.DATA_DIR), await isEmpty(database.url)]).toEqual([false, true]);
    await database.drop();
  });

  it('that is encrypted is refused as well, and with a wrong passphrase', async () => {
    const { file, bytes } = await smallBackup('the right passphrase');
    expect(bytes.includes('acme')).toBe(false);
    const open = (passphrase: string, name = file) => ProvedBackup.open(name, () => Promise.resolve(passphrase));
    await open('the right passphrase');
    await expect(open('the wrong passphrase')).rejects.toThrow('The passphrase is wrong, or the backup is damaged.');
    const other = newFile();
    for (const position of [0, 9, 25, 31, 32, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const flipped = Buffer.from(bytes);
      flipped[position] = flipped[position]! ^ 1;
      writeFileSync(other, flipped);
      await expect(open('the right passphrase', other)).rejects.toThrow('Nothing was restored.');
    }
    for (const length of [20, 31, 40, bytes.length - 1]) {
      writeFileSync(other, bytes.subarray(0, length));
      await expect(open('the right passphrase', other)).rejects.toThrow('Nothing was restored.');
    }
    const env = { DATA_DIR: newPlace() };
    expect((await licenseServer(env, ['restore', file])).code).toBe(2);
    expect((await licenseServer({ ...env, BACKUP_PASSPHRASE: 'wrong' }, ['restore', file])).code).toBe(1);
    expect(
      (await licenseServer({ ...env, BACKUP_PASSPHRASE: 'the right passphrase' }, ['restore', '--check', file])).code,
    ).toBe(0);
    expect(existsSync(env.DATA_DIR)).toBe(false);
  });
});
