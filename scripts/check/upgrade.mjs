// `npm run check:upgrade`: upgrades the files of an embedded database from Debian's PostgreSQL to the one that comes with the server, also
// killed on the way and on a small disk; and replaces two servers of the former release one after the other, under load. Needs Debian
// and root; installs PostgreSQL unless it is there.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled } from '../prepare.mjs';
import { checkWithPackages } from './check-with-packages.mjs';

/** The release that is out: `FORMER_RELEASE_COMMIT`, else the commit before the newest migration, so that there is something to migrate. */
const commit =
  process.env.FORMER_RELEASE_COMMIT ??
  `${git('log', '-1', '--format=%H', '--diff-filter=A', '--', 'src/database/migrations')}^`;
const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'license-server-former-')), 'release');
git('worktree', 'add', '--detach', folder, commit);
process.on('exit', () => {
  git('worktree', 'remove', '--force', folder);
  rmSync(path.dirname(folder), { recursive: true, force: true });
});
ensureInstalled();
ensureBuilt();
// Its packages, its console and its API reference are those of today: making the former ones takes minutes, and clients open neither.
const root = path.dirname(path.dirname(import.meta.dirname));
cpSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'), { recursive: true, verbatimSymlinks: true });
console.log(`Building the former release, ${git('log', '-1', '--format=%h %s', commit)}`);
run(path.join('node_modules', '.bin', 'nest'), 'build');
run(process.execPath, 'scripts/bundle.mjs');
for (const part of ['web', 'reference'])
  cpSync(path.join(root, 'dist', part), path.join(folder, 'dist', part), { recursive: true });
process.env.FORMER_RELEASE = folder;
checkWithPackages('upgrade', { postgresql: '/usr/lib/postgresql' });

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function run(command, ...args) {
  const { status } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
