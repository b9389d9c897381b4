// Brings a checkout into a state from which it can run. Only Node itself is needed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const stamp = path.join(root, 'dist', '.built');
process.chdir(root);

/** Installs the packages of the lock file, unless they are there. */
export function ensureInstalled() {
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && modified(installed) >= modified(path.join(root, 'package-lock.json'))) return;
  console.error('Installing packages …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Compiles the sources, unless nothing has changed since the last time. */
export function ensureBuilt() {
  const sources = [
    'src',
    'cli',
    'scripts',
    'test/clients',
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
  ];
  if (existsSync(stamp) && sources.every((source) => newest(path.join(root, source)) <= modified(stamp))) return;
  console.error('Building …');
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  run(path.join(root, 'node_modules', '.bin', 'nest'), ['build']);
  writeFileSync(stamp, '');
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
