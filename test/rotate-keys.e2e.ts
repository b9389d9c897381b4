import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, importSPKI, type JSONWebKeySet } from 'jose';
import { sealedColumns } from '../src/key-rotation/sealed-columns.js';
import { SecretKey } from '../src/secret/secret-key.js';
import { KatalonClient } from './clients/katalon-client.js';
import { type Api } from './support/api.js';
import { licenseServer, type Outcome, startLicenseServer } from './support/command.js';
import { ServerProcess } from './support/server-process.js';
import { Mailbox } from './support/network/smtp-server.js';
import {
  emptyDatabase,
  freshServer,
  gui,
  member,
  type ReadyServer,
  readyServer,
  rootAccount,
  withinASecond,
} from './support/test-server.js';
import { until } from './support/until.js';

jest.setTimeout(300_000);

let server: ReadyServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const offlineSeats = [{ product: 'KSE', model: 'floating', quantity: 5, features: [gui], offline: true }];

function rotate({ databaseUrl, dataDir }: ReadyServer, ...args: string[]): Promise<Outcome> {
  return licenseServer({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir }, ['rotate-keys', ...args]);
}

const keySetOf = async (api: Api): Promise<JSONWebKeySet> =>
  (await (await fetch(`${api.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

const kidsOf = async (api: Api): Promise<string[]> => (await keySetOf(api)).keys.map(({ kid }) => kid ?? '').sort();

/** As Studio does: signed in with the password, and every answer checked with the key that comes with it. */
async function studio(ready: ReadyServer, email: string): Promise<KatalonClient> {
  await member(ready, email, 'USER');
  return new KatalonClient({ serverUrl: ready.url, package: 'KSE', email, password: `${email} password` });
}

describe('rotate-keys signing', () => {
  it('gives clients a new key at their next renewal, on every server, and what was signed before stays good', async () => {
    server = await readyServer(offlineSeats);
    const other = await server.second();
    const client = await studio(server, 'studio@example.com');
    const before = await client.activate();
    const former = await kidsOf(server.api);
    const lease = await server.root
      .post('/api/v1/leases', {
        organizationId: server.organizationId,
        product: 'KSE',
        machineId: 'a'.repeat(32),
        sessionId: 's',
      })
      .expect<{ id: string; token: string }>(201);

    const { code, output } = await rotate(server, 'signing');
    expect(output).toMatch(/^native: .* signs from now on.*\nstudio: .* signs from now on.*accepted until .*\n$/);
    expect(code).toBe(0);

    for (const api of [server.api, other]) {
      const both = async (): Promise<boolean> => (await kidsOf(api)).length === 4;
      expect(await withinASecond(both, true)).toBe(true);
      const keySet = await keySetOf(api);
      for (const token of [before.value, lease.token]) await compactVerify(token, createLocalJWKSet(keySet));
      for (const kid of former) expect(keySet.keys.map((key) => key.kid)).toContain(kid);
      // Renewed with a token that the retired key has signed.
      const renewed = await server.root
        .at(api.url)
        .post(`/api/v1/leases/${lease.id}/renew`, { token: lease.token })
        .expect<{ token: string }>(200);
      expect(former).not.toContain(decodeProtectedHeader(renewed.token).kid);
    }

    await server.later({ minutes: 6 });
    expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
    expect(client.activation!.publicKey).not.toBe(before.publicKey);
    expect(client.activation!.publicKey).toBe(await server.api.get('/api/v1/signing-key.pem').expect<string>(200));
    // And the retired one is still to be had, for files that it has signed.
    const kid = decodeProtectedHeader(before.value).kid ?? '';
    expect(await server.api.get(`/api/v1/signing-key.pem?kid=${kid}`).expect<string>(200)).toBe(before.publicKey);
    const all = await server.api.get('/api/v1/signing-key.pem?kid=all').expect<string>(200);
    expect(all.match(/BEGIN PUBLIC KEY/g)).toHaveLength(4);
    expect(all).toContain(`kid: ${kid}\npurpose: studio\nstate: retired`);
    await server.api.get('/api/v1/signing-key.pem?kid=unknown').refused(404);
  });

  it('publishes the old key until the last token that it has signed has expired, and no longer', async () => {
    server = await readyServer(offlineSeats);
    const expiresAt = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const path = `/api/v1/organizations/${server.organizationId}/offline-licenses`;
    const { id } = await server.root
      .post(path, { product: 'KSE', machineId: '0cc175b9c0f1b6a831c399e269772661', expiresAt })
      .expect<{ id: number }>(201);
    const file = await server.root.get(`${path}/${id}/file`).expect<string>(200);
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    expect(await withinASecond(async () => (await kidsOf(server!.api)).length, 6)).toBe(6);

    await server.later({ days: 39 });
    await compactVerify(file, createLocalJWKSet(await keySetOf(server.api)));
    await server.later({ days: 2 });
    expect(await kidsOf(server.api)).toHaveLength(2);
    const kid = decodeProtectedHeader(file).kid ?? '';
    const pem = await server.api.get(`/api/v1/signing-key.pem?kid=${kid}`).expect<string>(200);
    await compactVerify(file, await importSPKI(pem, 'RS256'));
  });

  it('leaves nothing of the old private keys, and tells the audit log', async () => {
    server = await readyServer();
    const former = await kidsOf(server.api);
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    const events = await server.sql<{ actor: string; details: { retired: string } }>(
      `SELECT actor, details FROM audit_event WHERE action = 'signing-key.rotated'`,
    );
    expect(events.map(({ actor, details }) => [actor, details.retired]).sort()).toEqual(
      former.map((kid) => ['command line', kid]),
    );
    expect(await server.sql('SELECT FROM signing_key')).toHaveLength(2);
    const columns = await server.sql<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'retired_signing_key'`,
    );
    expect(columns.map(({ name }) => name).filter((name) => /private|sealed/.test(name))).toEqual([]);
  });

  it('leaves an evaluation and the audit log as good as before, also for a server that starts later', async () => {
    const fresh = await freshServer();
    const headers = { 'x-setup-token': fresh.setupToken ?? '' };
    await fresh.api.post('/api/v1/setup/evaluation', undefined, headers).expect(200);
    await fresh.api.post('/api/v1/setup/account', rootAccount, headers).expect(200);
    server = { ...fresh, root: fresh.api, organizationId: 0 };
    const checkpoints = (): Promise<object[]> => fresh.sql('SELECT FROM audit_checkpoint');
    await until(async () => (await checkpoints()).length > 0, 60, 'a checkpoint that the old key has signed');
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });
    // With nothing of it in memory.
    const api = await server.crash();
    const root = await api.signedIn(rootAccount.email, rootAccount.password);
    const [license] = await root.get('/api/v1/licenses').expect<{ problem: string | null }[]>(200);
    expect(license).toMatchObject({ evaluation: true, problem: null });
    expect(await root.get('/api/v1/audit-events/verification').expect(200)).toMatchObject({ intact: true });

    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-rotated-audit-'));
    const [file, keys, studioKey] = ['audit.jsonl', 'keys.pem', 'studio.pem'].map((name) => path.join(folder, name));
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    expect(await licenseServer(env, ['audit', 'export', file!])).toMatchObject({ code: 0 });
    writeFileSync(keys!, await root.get('/api/v1/signing-key.pem?kid=all').expect<string>(200));
    writeFileSync(studioKey!, await root.get('/api/v1/signing-key.pem').expect<string>(200));
    expect(await licenseServer({}, ['audit', 'verify', '--file', file!, '--key', keys!])).toMatchObject({ code: 0 });
    expect(await licenseServer({}, ['audit', 'verify', '--file', file!, '--key', studioKey!])).toMatchObject({
      code: 1,
    });
    rmSync(folder, { recursive: true });
  });
});

const keyFile = ({ dataDir }: ReadyServer): string => path.join(dataDir, 'secret.key');
const linesOf = (ready: ReadyServer): string[] => readFileSync(keyFile(ready), 'utf8').trim().split('\n');

/** A mail server that takes mails for one password only. */
function strictMailbox(): Promise<Mailbox> {
  return Mailbox.open({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'mailer' && password === 'the secret of mails') done(null, { user: username });
      else done(new Error('wrong password'));
    },
  });
}

const mailSettings = ({ port }: Mailbox) => ({
  host: '127.0.0.1',
  port,
  protocol: 'SMTP',
  sender: 'licenses@example.com',
  username: 'mailer',
  password: 'the secret of mails',
});

async function sendsMail(root: Api, ready: ReadyServer): Promise<boolean> {
  await ready.sql(`DELETE FROM rate_limit WHERE key LIKE 'mail-test%'`);
  return (await root.post('/api/v1/mail-server/test', { to: 'somebody@example.com' }).expect<{ sent: boolean }>(200))
    .sent;
}

/** Whether each secret in the database is encrypted with the key that the file begins with. */
async function allSealedWithNewest(ready: ReadyServer): Promise<boolean> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-newest-'));
  const newest = path.join(folder, 'secret.key');
  writeFileSync(newest, linesOf(ready)[0] ?? '');
  const key = SecretKey.load(newest);
  rmSync(folder, { recursive: true });
  let count = 0;
  for (const { table, column } of sealedColumns) {
    const rows = await ready.sql<{ sealed: Buffer }>(
      `SELECT ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`,
    );
    if (!rows.every(({ sealed }) => key.isCurrent(sealed))) return false;
    count += rows.length;
  }
  return count > 2;
}

describe('A backup from before a rotation of the signing keys', () => {
  it('brings the old key back, says so, and a rotation after the restore retires it', async () => {
    server = await readyServer();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-old-signing-key-'));
    const file = path.join(folder, 'before.lsb');
    const former = await kidsOf(server.api);
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    expect(await licenseServer(env, ['backup', file])).toMatchObject({ code: 0 });
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });

    const database = await emptyDatabase();
    const settings = { DATABASE_URL: database.url, DATA_DIR: path.join(folder, 'data') };
    const { output } = await licenseServer(settings, ['restore', file]);
    expect(output).toContain('keys that were replaced sign again: run it once more before you start the server');
    expect(await licenseServer(settings, ['rotate-keys', 'signing'])).toMatchObject({ code: 0 });

    const restored = await ServerProcess.start({ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...settings });
    const published = await kidsOf(server.api.at(restored.url));
    expect(published).toHaveLength(4);
    expect(published).toEqual(expect.arrayContaining(former));
    const all = await server.api.at(restored.url).get('/api/v1/signing-key.pem?kid=all').expect<string>(200);
    for (const kid of former) expect(all).toMatch(new RegExp(`kid: ${kid}\\npurpose: \\w+\\nstate: retired`));
    await restored.tell({ close: true });
    await database.drop();
    rmSync(folder, { recursive: true });
  });
});

/** What `license-server doctor` says of the secret key. */
async function doctorOf(ready: ReadyServer): Promise<string[]> {
  const { output } = await licenseServer({ DATABASE_URL: ready.databaseUrl, DATA_DIR: ready.dataDir }, [
    'doctor',
    '--json',
  ]);
  const findings = JSON.parse(output) as { name: string; level: string; words: string }[];
  return findings.filter(({ name }) => name === 'secret key').map(({ level, words }) => `${level}: ${words}`);
}

describe('doctor', () => {
  it('tells of former secret keys: how many the file holds, and whether the database still needs them', async () => {
    server = await readyServer();
    expect(await doctorOf(server)).toEqual([expect.stringContaining('fits the database')]);
    expect(await rotate(server, 'secret', '--prepare')).toMatchObject({ code: 0 });
    expect(await doctorOf(server)).toContainEqual(expect.stringMatching(/^warning: .*prepared key/));
    const sealedBefore = await server.sql<{ purpose: string; sealed: Buffer }>(
      'SELECT purpose, private_key_sealed AS sealed FROM signing_key',
    );
    expect(await rotate(server, 'secret')).toMatchObject({ code: 0 });
    expect(await doctorOf(server)).toContainEqual(expect.stringMatching(/^ok: .*1 former key, the oldest retired on/));

    // As a rotation leaves it that is killed between the file and the database.
    for (const { purpose, sealed } of sealedBefore) {
      await server.sql('UPDATE signing_key SET private_key_sealed = $1 WHERE purpose = $2', [sealed, purpose]);
    }
    expect(await doctorOf(server)).toContainEqual(
      expect.stringMatching(/^warning: 2 secrets in the database still need a former key/),
    );
    const old = new Date(Date.now() - 32 * 86_400_000).toISOString();
    writeFileSync(keyFile(server), readFileSync(keyFile(server), 'utf8').replace(/retired \S+/, `retired ${old}`));
    expect(await doctorOf(server)).toContainEqual(expect.stringMatching(/^warning: .*1 former key/));
    expect(await rotate(server, 'secret', '--forget-old')).toMatchObject({ code: 0 });
    expect(await doctorOf(server)).toEqual([expect.stringContaining('fits the database')]);
  });
});

describe('rotate-keys secret', () => {
  let mailbox: Mailbox | undefined;
  afterEach(async () => {
    await mailbox?.close();
    mailbox = undefined;
  });

  it('encrypts everything with a new key, while clients, links, tokens and mails go on at every server', async () => {
    server = await readyServer();
    const other = await server.second();
    mailbox = await strictMailbox();
    await server.root.put('/api/v1/mail-server', mailSettings(mailbox)).expect(200);
    const client = await studio(server, 'studio@example.com');
    const before = await client.activate();
    const invitations = `/api/v1/organizations/${server.organizationId}/invitations`;
    const [invited] = await server.root
      .post(invitations, { emails: ['new@example.com'], role: 'USER' })
      .expect<{ link: string }[]>(201);
    const form = { grant_type: 'password', username: rootAccount.email, password: rootAccount.password };
    const tokens = await server.api.token(form).expect<{ refresh_token: string }>(200);
    const [oldKey] = linesOf(server);

    expect(await rotate(server, 'secret')).toMatchObject({ code: 0 });
    expect(linesOf(server)).toEqual([
      expect.stringMatching(/^\S{44}$/),
      expect.stringContaining(`${oldKey} retired 2`),
    ]);
    expect(statSync(keyFile(server)).mode & 0o777).toBe(0o600);
    expect(await allSealedWithNewest(server)).toBe(true);

    for (const api of [server.api, other]) {
      const root = server.root.at(api.url);
      // With an access token of before.
      expect(await sendsMail(root, server)).toBe(true);
      const { content } = await root.get(invitations).expect<{ content: { link: string }[] }>(200);
      expect(content[0]?.link).toBe(invited?.link);
      await api.get(`/api/v1/invitations/${invited?.link.split('/').pop()}`).expect(200);
      // And one that the other server has made with the new key.
      const fresh = await server.api.signedIn(rootAccount.email, rootAccount.password);
      await fresh.at(api.url).get('/api/v1/users/me').expect(200);
      expect(await keySetOf(api)).toEqual(await keySetOf(server.api));
    }
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token };
    await other.token(refresh).expect(200);
    await server.later({ minutes: 6 });
    expect(await client.heartbeat(new Date(client.license!.renewTime * 1000))).toBe('renewed');
    expect(client.activation!.publicKey).toBe(before.publicKey);

    // And so it is for servers that start later.
    const api = await server.crash();
    expect(await sendsMail(server.root.at(api.url), server)).toBe(true);
    const events = await server.sql(`SELECT actor FROM audit_event WHERE action = 'secret-key.rotated'`);
    expect(events).toEqual([{ actor: 'command line' }]);
  });

  it('loses nothing when it is killed between the file and the database', async () => {
    server = await readyServer();
    mailbox = await strictMailbox();
    await server.root.put('/api/v1/mail-server', mailSettings(mailbox)).expect(200);
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE outbox_mail IN ROW EXCLUSIVE MODE');
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    const command = startLicenseServer(env, ['rotate-keys', 'secret']);
    await until(() => linesOf(server!).length === 2, 60, 'the new key in the file');
    const ended = once(command, 'exit');
    command.kill('SIGKILL');
    await ended;
    await client.end();

    expect(await allSealedWithNewest(server)).toBe(false);
    expect(await sendsMail(server.root, server)).toBe(true);
    const api = await server.crash();
    const root = server.root.at(api.url);
    expect(await sendsMail(root, server)).toBe(true);
    const events = (): Promise<object[]> => server!.sql(`SELECT FROM audit_event WHERE action = 'secret-key.rotated'`);
    expect(await events()).toHaveLength(0);

    // Once more, and it is done.
    expect(await rotate(server, 'secret')).toMatchObject({ code: 0 });
    expect(linesOf(server)).toHaveLength(3);
    expect(await allSealedWithNewest(server)).toBe(true);
    expect(await sendsMail(root, server)).toBe(true);
    expect(await events()).toHaveLength(1);
  });

  it('forgets the old keys when it is told to, and with them the tokens of before', async () => {
    server = await readyServer();
    mailbox = await strictMailbox();
    await server.root.put('/api/v1/mail-server', mailSettings(mailbox)).expect(200);
    const old = server.root;
    expect(await rotate(server, 'secret')).toMatchObject({ code: 0 });
    await old.get('/api/v1/users/me').expect(200);
    expect(await rotate(server, 'secret', '--forget-old')).toMatchObject({ code: 0 });
    expect(linesOf(server)).toHaveLength(1);
    expect(await withinASecond(() => old.get('/api/v1/users/me').status(), 401)).toBe(401);
    const again = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(await sendsMail(again, server)).toBe(true);
    expect(await rotate(server, 'secret', '--forget-old', '--prepare')).toMatchObject({ code: 2 });
  });

  it('lets a server with a file of its own go on, once the prepared key has been copied there', async () => {
    server = await readyServer();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-copy-'));
    const copy = path.join(folder, 'secret.key');
    expect(await rotate(server, 'secret', '--prepare')).toMatchObject({ code: 0 });
    const [current, next] = linesOf(server);
    expect(next).toMatch(/ next$/);
    writeFileSync(copy, readFileSync(keyFile(server)), { mode: 0o600 });
    const elsewhere = await ServerProcess.start({
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      DATA_DIR: path.join(folder, 'data'),
      DATABASE_URL: server.databaseUrl,
      SECRET_KEY_FILE: copy,
    });
    mailbox = await strictMailbox();
    await server.root.put('/api/v1/mail-server', mailSettings(mailbox)).expect(200);

    expect(await rotate(server, 'secret')).toMatchObject({ code: 0 });
    expect(linesOf(server)[0]).toBe(next?.replace(' next', ''));
    expect(readFileSync(copy, 'utf8')).toBe(`${current}\n${next}\n`);
    const fresh = await server.api.signedIn(rootAccount.email, rootAccount.password);
    expect(await sendsMail(fresh.at(elsewhere.url), server)).toBe(true);
    const there = await server.api.at(elsewhere.url).signedIn(rootAccount.email, rootAccount.password);
    await there.at(server.url).get('/api/v1/users/me').expect(200);
    await elsewhere.tell({ close: true });
    rmSync(folder, { recursive: true });
  });

  it('leaves backups of before good: in an empty place, and where the key file has been rotated since', async () => {
    server = await readyServer();
    mailbox = await strictMailbox();
    await server.root.put('/api/v1/mail-server', mailSettings(mailbox)).expect(200);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-old-backup-'));
    const file = path.join(folder, 'before.lsb');
    const env = { DATABASE_URL: server.databaseUrl, DATA_DIR: server.dataDir };
    expect(await licenseServer(env, ['backup', file])).toMatchObject({ code: 0 });
    expect(await rotate(server, 'secret')).toMatchObject({ code: 0 });
    expect(await rotate(server, 'signing')).toMatchObject({ code: 0 });

    const rotated = readFileSync(keyFile(server), 'utf8');
    for (const place of ['empty', 'rotated']) {
      const database = await emptyDatabase();
      const dataDir = path.join(folder, place);
      const secretKey = path.join(folder, `${place}.key`);
      if (place === 'rotated') writeFileSync(secretKey, rotated, { mode: 0o600 });
      const settings = { DATABASE_URL: database.url, DATA_DIR: dataDir, SECRET_KEY_FILE: secretKey };
      expect(await licenseServer(settings, ['restore', file])).toMatchObject({ code: 0 });
      const restored = await ServerProcess.start({ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...settings });
      const root = await server.api.at(restored.url).signedIn(rootAccount.email, rootAccount.password);
      expect(await root.post('/api/v1/mail-server/test', { to: 'a@example.com' }).expect(200)).toMatchObject({
        sent: true,
      });
      await restored.tell({ close: true });
      await database.drop();
    }
    rmSync(folder, { recursive: true });
  });

  it('changes nothing, and says why, where the file cannot be replaced', async () => {
    const ready = (server = await readyServer());
    const file = path.join(ready.dataDir, 'k'.repeat(255));
    // No other name fits beside this one, so it cannot be replaced, not even by root, who may write to read-only folders.
    writeFileSync(file, readFileSync(keyFile(ready)), { mode: 0o600 });
    const env = { DATABASE_URL: ready.databaseUrl, DATA_DIR: ready.dataDir, SECRET_KEY_FILE: file };
    const state = (): Promise<object[]> =>
      ready.sql('SELECT purpose, encode(private_key_sealed, $1) FROM signing_key ORDER BY purpose', ['hex']);
    const before = await state();
    for (const more of [[], ['--prepare'], ['--forget-old']]) {
      const { code, output } = await licenseServer(env, ['rotate-keys', 'secret', ...more]);
      expect(output).toMatch(/k cannot be replaced, so no key was changed: .*\.$/m);
      expect(output).not.toMatch(/^\s+at /m);
      expect(code).toBe(1);
    }
    expect(await state()).toEqual(before);
    expect(await ready.sql(`SELECT FROM audit_event WHERE action LIKE 'secret-key.%'`)).toEqual([]);
    expect(readFileSync(file)).toEqual(readFileSync(keyFile(ready)));
  });

  it('knows every column that is encrypted', async () => {
    server = await readyServer();
    const columns = await server.sql<{ table: string; column: string }>(
      `SELECT table_name AS table, column_name AS column FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'bytea' AND column_name LIKE '%sealed%'`,
    );
    const names = (some: readonly { table: string; column: string }[]): string[] =>
      some.map(({ table, column }) => `${table}.${column}`).sort();
    expect(names(columns)).toEqual(names(sealedColumns));
  });
});
