// `npm run check:full-disk`: fills the disk of a server that runs, until its PostgreSQL cannot go on, and makes room again. The disk
// is a small tmpfs of its own, in a mount namespace of its own. Needs Linux and root.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { ensureBuilt, ensureInstalled } from '../prepare.mjs';

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  console.error('This check needs Linux, and root: it mounts a small disk.');
  process.exit(2);
}
const inside = '--inside';
if (!process.argv.includes(inside)) {
  ensureInstalled();
  ensureBuilt();
  const args = ['--mount', process.execPath, import.meta.filename, inside];
  process.exit(spawnSync('unshare', args, { stdio: 'inherit' }).status ?? 1);
}

const root = path.dirname(path.dirname(import.meta.dirname));
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-full-disk-'));
const disk = path.join(folder, 'disk');
const filler = path.join(disk, 'filler');
const logFile = path.join(folder, 'log');
const machine = 'f3a1c5d2e4b60789a1b2c3d4e5f60718';
const refusals = 200_000;
const account = { email: 'ada@example.com', password: 'correct horse battery' };
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
mkdirSync(disk);
run('license', 'create-key', 'vendor');
run(
  'license',
  'issue',
  path.join(root, 'scripts/example-license.yaml'),
  '--key',
  'vendor.private.pem',
  '-o',
  'acme.lic',
);
sh('mount', '-t', 'tmpfs', '-o', 'size=512m,mode=755', 'tmpfs', disk);
let failures = 0;
let token;
let teams = 0;

await step('a first start without room for a database says so, and the next one has what it needs', async () => {
  fill(20_000_000);
  const first = start();
  const code = await new Promise((resolve) => first.once('exit', resolve));
  rmSync(filler);
  const said = readFileSync(logFile, 'utf8');
  expect(code === 1 && said.includes('the disk is full. Make room'), `exit code ${code}: ${said}`);
});
let server = start();

await step('a client gets a seat', async () => {
  await ready();
  const headers = { 'x-setup-token': readFileSync(path.join(disk, 'setup-token'), 'utf8').trim() };
  await post('/api/v1/setup/license', { license: readFileSync(path.join(folder, 'acme.lic'), 'utf8') }, headers);
  await post('/api/v1/setup/account', { ...account, firstName: 'Ada', lastName: 'Lovelace' }, headers);
  await signIn();
  await post('/api/v1/organizations', { name: 'Acme' }, authorized());
  const { status } = await activate();
  expect(status === 200, status);
});

await step('with no byte left, what cannot be saved is told: 507, and /health/ready and the log say why', async () => {
  fill();
  const refusal = await untilValue(
    () => team(),
    ({ status }) => status !== 201,
    'everything is still saved',
  );
  expect(refusal.status === 507 && refusal.body.code === 'disk-full', refusal);
  const { body } = await get('/health/ready');
  expect(body.disk === 'full', body);
  await until(() => log().includes('The disk of the data folder is full'), 'the log says nothing');
});

await step(
  'when PostgreSQL has stopped, clients are told of the disk, and so says the last line of the log',
  async () => {
    await exhaustWriteAheadLog();
    const refusal = await untilValue(
      () => team(),
      ({ status }) => status === 503,
      'the database still works',
      60_000,
    );
    expect(refusal.body.code === 'disk-full', { ...refusal, disk: (await get('/health/ready')).body });
    const unready = await untilValue(
      () => get('/health/ready'),
      ({ status }) => status === 503,
      'it is still ready',
      90_000,
    );
    expect(unready.body.disk === 'full' && /make room/.test(unready.body.message), unready);
    expect((await get('/health/live')).status === 200, 'the process');
    const isLast = () => {
      const lines = log().trimEnd().split('\n');
      return /disk of the data folder is full/.test(lines.filter((line) => !line.includes('"msg":"request"')).at(-1));
    };
    await until(isLast, 'the last line of the log says something else');
  },
);

await step('with space again it goes on, and a renewal that waits is answered', async () => {
  const renewal = activate();
  rmSync(filler);
  const started = Date.now();
  const answer = await renewal;
  expect(answer.status === 200 && answer.body.value, answer);
  await until(async () => (await get('/health/ready')).body.database === 'up', 'it does not go on', 60_000);
  return `after ${((Date.now() - started) / 1000).toFixed(0)} s`;
});

await step('a start on a full disk says so at once, and the next start does not wait for anybody', async () => {
  await stop();
  fill();
  const failed = start();
  const code = await new Promise((resolve) => failed.once('exit', resolve));
  expect(code === 1, `exit code ${code}`);
  expect(/The disk is full/.test(log()), log().slice(-500));
  rmSync(filler);
  const started = Date.now();
  server = start();
  await ready();
  expect(Date.now() - started < 30_000, 'it has waited');
});

await step('a migration that fills the disk says so and changes nothing, and goes on when there is room', async () => {
  const people = await becomeOlder();
  await stop();
  const triedWith = [];
  for (const megabytes of [0, 4, 8, 16, 32, 64]) {
    fill(megabytes * 1_000_000);
    const serves = await startsOnFullDisk();
    rmSync(filler);
    if (serves) break;
    triedWith.push(megabytes);
  }
  expect(triedWith.length >= 2, `only ${triedWith.length} starts failed`);
  if (server.exitCode !== null) server = start();
  await ready();
  const { rows } = await sql('SELECT (SELECT count(*) FROM user_account) AS people, count(*) AS refusals FROM denial');
  expect(rows[0].people === String(people) && Number(rows[0].refusals) >= refusals, rows);
  return `with ${triedWith.join(', ')} MB free`;
});

await step('a backup that fills the disk says so, and leaves nothing behind; the server goes on', async () => {
  await grow(40_000_000);
  fill(4_000_000);
  const file = path.join(disk, 'backup.lsb');
  const secret = path.join(folder, 'passphrase');
  writeFileSync(secret, 'correct horse battery staple\n', { mode: 0o600 });
  const { status, stderr } = run('backup', file, '--passphrase-file', secret);
  expect(status === 1 && /disk is full|no space/i.test(stderr), `${status} ${stderr}`);
  const left = readdirSync(disk).filter((name) => name.startsWith('backup'));
  expect(left.length === 0, left);
  rmSync(filler);
  expect(run('backup', file, '--passphrase-file', secret).status === 0, 'no backup');
});

await stop();
sh('umount', disk);
rmSync(folder, { recursive: true, force: true });
console.log(failures === 0 ? 'All of this holds.' : `${failures} of these failed.`);
process.exit(failures === 0 ? 0 : 1);

function environment() {
  const key = path.join(folder, 'vendor.public.pem');
  const env = { ...process.env };
  delete env.DATABASE_URL;
  return {
    ...env,
    DATA_DIR: disk,
    PORT: String(port),
    HOST: '127.0.0.1',
    SERVER_URL: address,
    VENDOR_KEY_FILES: key,
    CLIENT_HOLD_SECONDS: '15',
  };
}

function start() {
  const out = openSync(logFile, 'a');
  const child = spawn(process.execPath, [path.join(root, 'dist/cli/main.js'), 'start'], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  return child;
}

/** @returns whether it serves; otherwise it has ended, and has said that the disk is full */
async function startsOnFullDisk() {
  const logBefore = log().length;
  server = start();
  const ended = once(server, 'exit');
  const outcome = await Promise.race([ended, ready().then(() => 'serves')]);
  if (outcome === 'serves') return true;
  const said = log().slice(logBefore);
  expect(
    outcome[0] === 1 && /disk (of the database )?is full/i.test(said),
    `exit code ${outcome[0]}: ${said.slice(-1500)}`,
  );
  return false;
}

/**
 * Puts the database of an earlier version in the place of today's, with so many refusals that the indexes that they get take megabytes.
 *
 * @returns how many accounts are in it
 */
async function becomeOlder() {
  const schemas = path.join(root, 'test/schemas');
  const dump = readFileSync(path.join(schemas, readdirSync(schemas).sort().at(-1)), 'utf8');
  await sql('DROP DATABASE kit WITH (FORCE)', 'postgres');
  await sql('CREATE DATABASE kit', 'postgres');
  await sql(dump);
  await sql(`
    -- What is in the file was sealed with the secret key of another installation.
    DELETE FROM signing_key;
    DELETE FROM retired_signing_key;
    INSERT INTO denial (occurred_at, organization_id, product, code, user_id, machine_id, session_id)
      SELECT now(), 1, 'KSE', 'seats-exhausted', 2, gen_random_uuid(), gen_random_uuid() FROM generate_series(1, ${refusals});`);
  await sql('CHECKPOINT');
  return dump.match(/^INSERT INTO public\.user_account /gm).length;
}

function run(...args) {
  const program = path.join(root, 'dist/cli/main.js');
  return spawnSync(process.execPath, [program, ...args], { cwd: folder, env: environment(), encoding: 'utf8' });
}

async function stop() {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}

/** Leaves so many bytes free. */
function fill(free = 0) {
  const file = openSync(filler, 'a');
  const block = Buffer.alloc(65_536);
  try {
    while (statfsSync(disk).bavail * statfsSync(disk).bsize > free) writeSync(file, block);
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

/** Random bytes in the database: a backup cannot make them smaller. */
async function grow(bytes) {
  await sql(
    `CREATE TABLE IF NOT EXISTS bulk AS SELECT gen_random_uuid() AS value FROM generate_series(1, ${bytes / 60})`,
  );
}

/** Until PostgreSQL wants the next file of it, which it cannot have. */
async function exhaustWriteAheadLog() {
  for (let times = 0; times < 5; times++) {
    try {
      await sql("SELECT pg_logical_emit_message(true, 'check', repeat('abcdefghij', 700000))");
    } catch {
      return;
    }
  }
}

async function sql(text, database = 'kit') {
  const url = new URL(readFileSync(path.join(disk, 'database-url'), 'utf8').trim());
  url.pathname = database;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function signIn() {
  const body = new URLSearchParams({ grant_type: 'password', username: account.email, password: account.password });
  token = (await (await fetch(`${address}/oauth/token`, { method: 'POST', body })).json()).access_token;
}

function authorized() {
  return { authorization: `Bearer ${token}` };
}

/** As Studio does it; repeated, it is a renewal. */
function activate() {
  const query = new URLSearchParams({ machineKey: machine, sessionId: 'studio', package: 'KSE', ksVersion: '7.8.0' });
  return post(`/api/v1/license-keys/activate?${query}&organizationId=`, undefined, authorized());
}

function team() {
  return post('/api/v1/organizations/1/teams', { name: `Team ${++teams} ${'x'.repeat(80)}` }, authorized());
}

async function post(url, body, headers) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return answerOf(
    fetch(address + url, { method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(body) }),
  );
}

function get(url) {
  return answerOf(fetch(address + url, { headers: { connection: 'close' } }));
}

async function answerOf(request) {
  const answer = await request;
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
}

async function ready() {
  await until(
    () =>
      get('/health/ready').then(
        ({ status }) => status === 200,
        () => false,
      ),
    'it does not become ready',
    120_000,
  );
}

async function until(condition, otherwise, millis) {
  await untilValue(condition, (value) => value, otherwise, millis);
}

async function untilValue(produce, fits, otherwise, millis = 30_000) {
  for (const end = Date.now() + millis; Date.now() < end; await wait(200)) {
    const value = await produce();
    if (fits(value)) return value;
  }
  throw new Error(otherwise);
}

function expect(holds, seen) {
  if (!holds) throw new Error(`seen: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`);
}

function log() {
  return readFileSync(logFile, 'utf8');
}

async function step(words, action) {
  const started = Date.now();
  try {
    const more = await action();
    console.log(`- ${words}${more ? ` (${more})` : ''}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  } catch (error) {
    console.log(`- FAILED: ${words}: ${error.message}\n${log().slice(-3000)}`);
    failures++;
  }
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}

function sh(command, ...args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${status}`);
}
