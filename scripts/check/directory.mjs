// `npm run check:directory`: people sign in with the passwords of a real OpenLDAP, over LDAPS and StartTLS. Needs Debian; installs slapd,
// as root, unless it is there.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

if (!existsSync('/usr/sbin/slapd')) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    console.error("This check needs Debian's package slapd: apt-get install --no-install-recommends slapd");
    process.exit(2);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], env);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'slapd'], env);
}
const tests = path.join(path.dirname(import.meta.dirname), 'test.mjs');
const args = [tests, '-w', '1', '.directory.ts', ...process.argv.slice(2)];
run(process.execPath, args, { ...process.env, CHECK_DIRECTORY: '1' });

function run(command, args, env) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
