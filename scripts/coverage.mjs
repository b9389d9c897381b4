// `npm run coverage [-- jest arguments]`: runs the tests as `npm test` does, then reports how much of src/ their servers and
// commands ran. What a process or thread ran that a test killed is left out. The exit code is that of the tests alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, ensureNextBuild } from './prepare.mjs';

const root = path.dirname(import.meta.dirname);
/** For a process that ends with the tests to write what it has run. */
const maxWaitMillis = 20_000;

const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-coverage-'));
const collector = pathToFileURL(path.join(root, 'test', 'support', 'coverage.mjs'));
collector.searchParams.set('folder', folder);

ensureInstalled();
ensureBuilt();
node([path.join(root, 'scripts', 'bundle.mjs'), 'apart']);
const { status } = node([path.join(root, 'scripts', 'test.mjs'), ...process.argv.slice(2)], {
  TEST_NODE_OPTIONS: `--import=${collector}`,
});
ensureNextBuild();
await written();
if (readdirSync(folder).some((file) => file.endsWith('.json'))) report();
else console.log('These tests ran no server and no command: there is no coverage to report.');
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;

function node(args, env = {}) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
}

function report() {
  const c8 = path.join(root, 'node_modules', 'c8', 'bin', 'c8.js');
  const which = ['--temp-directory', folder, '--merge-async', '--exclude-after-remap', '--include', 'src/**/*.ts'];
  node([c8, 'report', ...which, '--exclude', '', '--reporter', 'text-summary', '--reporter', 'html']);
  console.log('By file: coverage/index.html');
}

/** Resolves when all processes that live have written what they ran. */
async function written() {
  const end = Date.now() + maxWaitMillis;
  while (Date.now() < end && running().some(isAlive)) await setTimeout(100);
}

function running() {
  return readdirSync(folder).filter((file) => file.endsWith('.running'));
}

function isAlive(file) {
  try {
    return process.kill(Number(file.split('-')[0]), 0);
  } catch {
    return false;
  }
}
