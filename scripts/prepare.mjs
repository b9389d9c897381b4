// Brings a checkout into a state from which it can run. Only Node itself is needed.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
process.chdir(root);

const server = {
  stamp: 'dist/.built',
  sources: [
    'src',
    'cli',
    'scripts',
    'clients/typescript/src/seat-plan.ts',
    'test/clients',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
  ],
};
const web = {
  stamp: 'dist/web/.built',
  sources: [
    'web/src',
    'web/index.html',
    'web/package.json',
    'web/vite.config.ts',
    'web/helpers-in-first.ts',
    'package-lock.json',
  ],
};

const reference = {
  stamp: 'dist/reference/.built',
  sources: [
    'scripts/reference.mjs',
    'scripts/code-samples',
    'web/reference',
    'web/generated/openapi.json',
    'package-lock.json',
  ],
};

/** The OpenAPI document, of which the console's types are made; the server answers with a copy. */
const description = 'web/generated/openapi.json';

/** Installs the packages of the lock file, unless they are there. */
export function ensureInstalled() {
  const installed = 'node_modules/.package-lock.json';
  if (existsSync(installed) && modified(installed) >= modified('package-lock.json')) return;
  console.error('Installing packages …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds the server and its console, each unless nothing has changed since the last time. */
export function ensureBuilt() {
  if (isStale(server)) buildServer();
  const changed = describeApi();
  copyFileSync(description, 'dist/openapi.json');
  if (changed || isStale(web)) buildConsole();
  if (isStale(reference)) buildReference();
}

/** Has the next {@link ensureBuilt} build the server again. */
export function ensureNextBuild() {
  rmSync(server.stamp, { force: true });
}

/** Builds the server where it is stale, and makes the console's types from its routes: what the type check needs. */
export function ensureDescribed() {
  if (isStale(server)) buildServer();
  describeApi();
}

/** Chromium for the tests of the console and its screenshots: on Debian as root it is installed, elsewhere it is asked for. */
export function ensureChromium() {
  if (existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium')) return;
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!debian) {
    console.error(
      'There is no Chromium, so the tests of the console will fail. Install it (Debian: apt-get install chromium), or ' +
        'name it with CHROMIUM.',
    );
    return;
  }
  console.error('Installing Chromium …');
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    DEBIAN_FRONTEND: 'noninteractive',
  });
}

function buildServer() {
  console.error('Building the server …');
  const begun = new Date();
  // The console stays.
  for (const part of ['.built', 'src', 'cli', 'clients', 'scripts', 'server', 'test'])
    rmSync(path.join('dist', part), { recursive: true, force: true });
  run(path.join('node_modules', '.bin', 'nest'), ['build']);
  run(process.execPath, ['scripts/bundle.mjs']);
  mark(server, begun);
}

/** @returns whether the description is another one than the last time */
function describeApi() {
  const types = 'web/generated/api.ts';
  const clientTypes = 'clients/typescript/src/generated/api.ts';
  // How the types are made stands in the console's package.json.
  const areMade =
    existsSync(description) &&
    [types, clientTypes].every((made) => existsSync(made) && modified(made) >= modified('web/package.json'));
  if (areMade && modified(description) >= modified(server.stamp)) return false;
  const fresh = `${description}.new`;
  mkdirSync(path.dirname(description), { recursive: true });
  run(process.execPath, ['dist/scripts/describe-api.js', fresh]);
  const changed =
    !existsSync(types) || !existsSync(description) || readFileSync(description, 'utf8') !== readFileSync(fresh, 'utf8');
  renameSync(fresh, description);
  mkdirSync(path.dirname(clientTypes), { recursive: true });
  run('npm', ['run', '--silent', '--workspace', 'web', 'types']);
  run('npm', ['run', '--silent', '--workspace', 'web', 'client-types']);
  return changed;
}

function buildConsole() {
  console.error('Building the console …');
  const begun = new Date();
  rmSync(web.stamp, { force: true });
  run('npm', ['run', '--silent', '--workspace', 'web', 'build']);
  mark(web, begun);
}

function buildReference() {
  const begun = new Date();
  run(process.execPath, ['scripts/reference.mjs']);
  mark(reference, begun);
}

/** What was changed while it was built is not in it. */
function mark({ stamp }, begun) {
  writeFileSync(stamp, '');
  utimesSync(stamp, begun, begun);
}

function isStale({ stamp, sources }) {
  return !existsSync(stamp) || sources.some((source) => newest(source) > modified(stamp));
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}

function modified(file) {
  return statSync(file).mtimeMs;
}

function newest(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}
