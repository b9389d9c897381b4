import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Packs clients/typescript for `npm install` without the Internet; npm writes the same bytes for the same sources. */
export function writeClientLibrary(root, folder) {
  const { status } = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: path.join(root, 'clients', 'typescript'),
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The client library could not be packed.');
}
