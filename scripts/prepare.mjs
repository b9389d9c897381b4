// Brings a checkout into a state from which it can run. Only Node itself is needed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
process.chdir(root);

const server = {
  stamp: 'dist/.built',
  sources: ['src', 'cli', 'scripts', 'test/clients', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
};
const web = {
  stamp: 'dist/web/.built',
  sources: ['web/src', 'web/index.html', 'web/package.json', 'web/vite.config.ts', 'package-lock.json'],
};

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
  if (changed || isStale(web)) buildConsole();
}

/** Builds the server where it is stale, and makes the console's types from its routes: what the type check needs. */
export function ensureDescribed() {
  if (isStale(server)) buildServer();
  describeApi();
}

function buildServer() {
  console.error('Building the server …');
  // The console stays.
  for (const part of ['.built', 'src', 'cli', 'scripts', 'test'])
    rmSync(path.join('dist', part), { recursive: true, force: true });
  run(path.join('node_modules', '.bin', 'nest'), ['build']);
  writeFileSync(server.stamp, '');
}

/** @returns whether the description is another one than the last time */
function describeApi() {
  const file = 'web/generated/openapi.json';
  const types = 'web/generated/api.ts';
  if (existsSync(types) && existsSync(file) && modified(types) >= modified(server.stamp)) return false;
  const fresh = `${file}.new`;
  mkdirSync(path.dirname(file), { recursive: true });
  run(process.execPath, ['dist/scripts/describe-api.js', fresh]);
  const changed = !existsSync(types) || !existsSync(file) || readFileSync(file, 'utf8') !== readFileSync(fresh, 'utf8');
  renameSync(fresh, file);
  run('npm', ['run', '--silent', '--workspace', 'web', 'types']);
  return changed;
}

function buildConsole() {
  console.error('Building the console …');
  rmSync(web.stamp, { force: true });
  run('npm', ['run', '--silent', '--workspace', 'web', 'build']);
  writeFileSync(web.stamp, '');
}

function isStale({ stamp, sources }) {
  return !existsSync(stamp) || sources.some((source) => newest(source) > modified(stamp));
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
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
