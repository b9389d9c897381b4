// The package for Red Hat, SUSE and their relatives. rpm asks no questions, so set-up-service.sh is run afterwards.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isInstalled, layOutForLinux, runTool } from './linux-tree.mjs';

const specification = path.join(import.meta.dirname, 'license-server.spec');

export const canBuildRpm = () => isInstalled('rpmbuild', 'rpm');

/** Writes the `.rpm` of a release; its times are `builtAt`. */
export function writeRpm(tree, file, { version, description, builtAt }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-rpm-'));
  try {
    const target = path.join(folder, 'root');
    mkdirSync(target);
    layOutForLinux(tree, target);
    const definitions = {
      version,
      summary: description,
      tree: target,
      _topdir: path.join(folder, 'build'),
      _rpmdir: path.join(folder, 'rpm'),
      // Always the same, so that the same sources give the same bytes.
      _buildhost: 'release',
      use_source_date_epoch_as_buildtime: '1',
      clamp_mtime_to_source_date_epoch: '1',
      _binary_payload: 'w6.gzdio',
    };
    const args = Object.entries(definitions).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
    runTool('rpmbuild', ['-bb', '--quiet', '--target', 'x86_64', ...args, specification], {
      SOURCE_DATE_EPOCH: String(builtAt.getTime() / 1000),
    });
    const [built] = readdirSync(path.join(folder, 'rpm'), { recursive: true }).filter((name) => name.endsWith('.rpm'));
    copyFileSync(path.join(folder, 'rpm', built), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
