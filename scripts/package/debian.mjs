// The package for Debian and Ubuntu.
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { isInstalled, layOutForLinux, runTool } from './linux-tree.mjs';

/** The scripts that dpkg and debconf run, and their questions. */
const scripts = path.join(import.meta.dirname, 'debian');

export const canBuildDeb = () => isInstalled('dpkg-deb', 'dpkg');

/** Who answers for the package: the vendor that builds it. `.invalid` is an address that no mail reaches. */
const maintainer =
  process.env.PACKAGE_MAINTAINER ?? 'The vendor of this license server <vendor@license-server.invalid>';

/** Writes the `.deb` of a release; dpkg-deb takes the time of all files from `builtAt`. */
export function writeDeb(tree, file, { version, description, builtAt }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-deb-'));
  try {
    chmodSync(folder, 0o755);
    layOutForLinux(tree, folder);
    writeDocuments(folder, { version, builtAt });
    const control = path.join(folder, 'DEBIAN');
    mkdirSync(control, { mode: 0o755 });
    writeFileSync(path.join(control, 'control'), controlFile(version, description), { mode: 0o644 });
    for (const name of readdirSync(scripts)) {
      copyFileSync(path.join(scripts, name), path.join(control, name));
      chmodSync(path.join(control, name), name === 'templates' ? 0o644 : 0o755);
    }
    // One thread: the number of threads would change the bytes.
    const args = ['--root-owner-group', '-Zxz', '-z1', '--threads-max=1', '--build', folder, file];
    runTool('dpkg-deb', args, { SOURCE_DATE_EPOCH: String(builtAt.getTime() / 1000) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Debian wants of every package: who may do what with it, what changed, and why some rules do not hold for it. */
function writeDocuments(folder, { version, builtAt }) {
  const documents = path.join(folder, 'usr/share/doc/license-server');
  mkdirSync(documents, { recursive: true });
  copyFileSync(path.join(folder, 'opt/license-server/COPYRIGHT'), path.join(documents, 'copyright'));
  const date = builtAt.toUTCString().replace('GMT', '+0000');
  const entry = `license-server (${version}) stable; urgency=medium

  * /opt/license-server/CHANGELOG.md says what is new.

 -- ${maintainer}  ${date}
`;
  writeFileSync(path.join(documents, 'changelog.gz'), gzipSync(entry, { level: 9 }));
  const overrides = path.join(folder, 'usr/share/lintian/overrides');
  mkdirSync(overrides, { recursive: true });
  copyFileSync(path.join(import.meta.dirname, 'lintian-overrides'), path.join(overrides, 'license-server'));
}

function controlFile(version, description) {
  return `Package: license-server
Version: ${version}
Architecture: amd64
Section: misc
Priority: optional
Maintainer: ${maintainer}
Depends: debconf (>= 0.5) | debconf-2.0, libc6 (>= 2.28), libgcc-s1, libstdc++6, passwd, systemd
Description: ${description}
 It hands out seats inside your own network and never needs the Internet.
 Node.js and a PostgreSQL of its own are in it.
`;
}
