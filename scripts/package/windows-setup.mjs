// The Setup Wizard for Windows.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, runTool } from './linux-tree.mjs';

const script = path.join(import.meta.dirname, 'windows', 'setup.nsi');

export const canBuildSetup = () => isInstalled('makensis', 'nsis');

/** Writes the `…-setup.exe` of a release. The same tree gives the same bytes. */
export function writeSetup(tree, file, { version, description, builtAt }) {
  const definitions = {
    VERSION: version,
    // Windows wants four numbers.
    FILE_VERSION: `${/^\d+\.\d+\.\d+/.exec(version)}.0`,
    DESCRIPTION: description,
    TREE: tree,
    KILOBYTES: String(kilobytes(tree)),
    FILE: path.resolve(file),
  };
  const args = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
  runTool('makensis', ['-V2', '-WX', '-INPUTCHARSET', 'UTF8', ...args, script], {
    SOURCE_DATE_EPOCH: String(builtAt.getTime() / 1000),
  });
}

function kilobytes(tree) {
  const sizes = readdirSync(tree, { recursive: true }).map((place) => statSync(path.join(tree, place)).size);
  return Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / 1024);
}
