// What checks that need other machines share: a small Debian to make them of, and the tools of this one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A Debian with systemd and nothing else, kept for the next time.
 *
 * @returns its folder, which the caller copies
 */
export function debian() {
  const kept = path.join(os.tmpdir(), 'license-server-check-debian');
  if (!existsSync(kept)) {
    const fresh = `${kept}.${process.pid}`;
    mkdirSync(fresh);
    console.log('Installing a small Debian with systemd …');
    run('debootstrap', ['--variant=minbase', '--include=systemd,systemd-sysv,dbus', 'bookworm', fresh], {
      stdio: 'ignore',
    });
    renameSync(fresh, kept);
  }
  return kept;
}

/** @param packages of Debian, by a command that each group of them brings */
export function install(packages) {
  const missing = Object.entries(packages).filter(([command]) => spawnSync('which', [command]).status !== 0);
  if (missing.length === 0) return;
  const names = missing.flatMap(([, group]) => group.split(' '));
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { stdio: 'ignore' });
}

/** @throws Error when it fails */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}`);
}
