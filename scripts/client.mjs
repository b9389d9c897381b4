// `npm run client`: builds clients/typescript into its dist folder, ready for `npm pack` and `npm publish`.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { ensureDescribed, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureDescribed();
const folder = path.join(path.dirname(import.meta.dirname), 'clients', 'typescript');
rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
const tsc = path.join('node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', path.join(folder, 'tsconfig.build.json')], {
  // What `npm pack` prints is read by programs.
  stdio: ['ignore', process.stderr, process.stderr],
});
process.exit(status ?? 1);
