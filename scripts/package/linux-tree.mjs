// What the packages for Linux, .deb and .rpm, put where.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** Of systemd, for services of packages. */
const units = 'usr/lib/systemd/system';

/**
 * Lays a release out as it is installed: program, units, and the command in PATH.
 *
 * @param tree the release
 * @param target the root of the new layout
 */
export function layOutForLinux(tree, target) {
  const program = path.join(target, 'opt/license-server');
  mkdirSync(path.dirname(program), { recursive: true });
  cpSync(tree, program, { recursive: true, verbatimSymlinks: true });
  for (const folder of [units, 'usr/bin']) mkdirSync(path.join(target, folder), { recursive: true });
  const deploy = path.join(program, 'deploy');
  for (const name of readdirSync(deploy).filter((each) => /\.(service|socket|timer)$/.test(each)))
    renameSync(path.join(deploy, name), path.join(target, units, name));
  symlinkSync('/opt/license-server/bin/license-server', path.join(target, 'usr/bin/license-server'));
}

/** Whether this machine has a tool: `true`, or a sentence that says where it is from. */
export function isInstalled(command, debianPackage) {
  const { error } = spawnSync(command, ['--version']);
  return error ? `${command} is not installed (Debian: apt-get install ${debianPackage}).` : true;
}

/** @throws Error with what the tool said */
export function runTool(command, args, env = {}) {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}
