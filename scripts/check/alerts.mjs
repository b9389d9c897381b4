// `npm run check:alerts`: checks the alerts for Prometheus with its own promtool, of Debian's package `prometheus`, which is
// unpacked into a temporary folder: installing it would start a server.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.dirname(path.dirname(import.meta.dirname));
const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-alerts-'));
try {
  const promtool = findPromtool();
  const rules = path.join(root, 'deploy', 'prometheus', 'alerts.yml');
  const tests = path.join(import.meta.dirname, 'alerts.test.yml');
  for (const file of [rules, tests]) copyFileSync(file, path.join(folder, path.basename(file)));
  const tried = readFileSync(tests, 'utf8');
  for (const [, alert] of readFileSync(rules, 'utf8').matchAll(/alert: (\w+)/g)) {
    // Once silent, once raised.
    if (tried.split(`alertname: ${alert}`).length < 3) fail(`${alert} is not tried in ${path.basename(tests)}.`);
  }
  run(promtool, ['check', 'rules', 'alerts.yml']);
  run(promtool, ['test', 'rules', 'alerts.test.yml']);
} finally {
  rmSync(folder, { recursive: true });
}

function findPromtool() {
  if (spawnSync('promtool', ['--version']).status === 0) return 'promtool';
  // The download drops to another user, who cannot write here, and says so.
  run('apt-get', ['download', '-qq', 'prometheus']);
  const [archive] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  run('dpkg-deb', ['-x', archive, '.']);
  return path.join(folder, 'usr', 'bin', 'promtool');
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) fail(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}

function fail(message) {
  rmSync(folder, { recursive: true });
  console.error(message);
  process.exit(1);
}
