// The release before this one, for checks that upgrade from it.
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from './small-debian.mjs';

/** The last commit of 0.1.0, whose archive needed Node.js on the machine. */
const commit = '205d42b';

const root = path.dirname(path.dirname(import.meta.dirname));

/**
 * Builds it from the history, unless it was built before.
 *
 * @returns the folder with its unpacked release, which the caller copies
 */
export function previousRelease() {
  const kept = path.join(os.tmpdir(), `license-server-check-release-${commit}`);
  if (existsSync(kept)) return kept;
  console.log('Building the release before this one …');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-previous-'));
  try {
    const sources = path.join(folder, 'sources');
    run('git', ['clone', '--quiet', '--shared', '--no-checkout', root, sources]);
    run('git', ['-C', sources, 'checkout', '--quiet', commit]);
    const packages = 'node_modules/.package-lock.json';
    // The same packages as here need not be fetched again.
    if (dependencies(sources) === dependencies(root) && existsSync(path.join(root, packages))) {
      for (const place of ['node_modules', 'web/node_modules'])
        if (existsSync(path.join(root, place)))
          cpSync(path.join(root, place), path.join(sources, place), { recursive: true, verbatimSymlinks: true });
      run('touch', [path.join(sources, packages)]);
    }
    const release = path.join(folder, 'release');
    run(process.execPath, ['scripts/package.mjs', '--directory', release], { cwd: sources });
    renameSync(release, kept);
    return kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a lock file says, but for the version of the product. */
function dependencies(folder) {
  const { packages } = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
  return JSON.stringify({ ...packages, '': { ...packages[''], version: '' }, web: { ...packages.web, version: '' } });
}
