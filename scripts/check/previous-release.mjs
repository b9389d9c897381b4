// The release before this one, for checks that upgrade from it.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { run } from './small-debian.mjs';

const root = path.dirname(path.dirname(import.meta.dirname));

/**
 * Builds it from the history, unless it was built before.
 *
 * @returns the folder with its unpacked release, which the caller copies
 * @throws Error where the history is not there
 */
export function previousRelease() {
  const commit = lastCommitOfPreviousVersion();
  const kept = path.join(os.tmpdir(), `license-server-check-release-${commit.slice(0, 12)}`);
  if (existsSync(kept)) return kept;
  console.log(`Building the release before this one, ${commit.slice(0, 12)} …`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-previous-'));
  try {
    const sources = path.join(folder, 'sources');
    run('git', ['clone', '--quiet', '--no-checkout', root, sources]);
    run('git', ['-C', sources, 'checkout', '--quiet', commit]);
    const release = path.join(folder, 'release');
    run(process.execPath, ['scripts/package.mjs', '--directory', release], { cwd: sources });
    renameSync(release, kept);
    return kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The commit before the one that gave package.json today's version. No tag is needed. */
function lastCommitOfPreviousVersion() {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const since = git('log', '-1', '--format=%H', `-S"version": "${version}"`, '--', 'package.json');
  const before = since && git('rev-parse', '--verify', '--quiet', `${since}^`);
  if (!before) throw new Error('The release before this one is not in the history here: git fetch --unshallow');
  return before;
}

function git(...args) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
}
