import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs the tests `test/**\/*.NAME.ts`, which need packages of Debian. Installs those that are missing, as root.
 *
 * @param {string} name
 * @param {Record<string, string>} packages each with a file that it brings
 */
export function checkWithPackages(name, packages) {
  const missing = Object.entries(packages).flatMap(([each, file]) => (existsSync(file) ? [] : [each]));
  if (missing.length > 0) {
    if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
      console.error(
        `This check needs packages of Debian: apt-get install --no-install-recommends ${missing.join(' ')}`,
      );
      process.exit(2);
    }
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], env);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], env);
  }
  const tests = path.join(path.dirname(import.meta.dirname), 'test.mjs');
  run(process.execPath, [tests, '-w', '1', `.${name}.ts`, ...process.argv.slice(2)], { ...process.env, CHECK: name });
}

function run(command, args, env) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
