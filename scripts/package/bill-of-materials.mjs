// What is in a release, for whoever compares it with lists of known vulnerabilities: CycloneDX, made by npm from the lock file.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** Packages that only build the console: nothing of them is in it. */
const buildTools = /^(@types\/|@vitejs\/|vite$|openapi-typescript$)/;

/**
 * @param release `root`: the checkout; `lock`: the parsed lock file; `shipped`: places of the packages in it, such as
 *   `node_modules/pg`; `extra`: components that are no packages of the lock file; `timestamp`: when it was made
 * @returns the text of a CycloneDX document; the same sources give the same text
 */
export function billOfMaterials({ root, lock, shipped, extra, timestamp }) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${stderr}`);
  const all = JSON.parse(stdout);
  const kept = new Set(shipped.map((place) => `${nameOf(place)}@${lock.packages[place].version}`));
  const own = all.metadata.component['bom-ref'];
  const bill = {
    ...all,
    // Random; left out, so that the same sources give the same text.
    serialNumber: undefined,
    metadata: {
      ...all.metadata,
      timestamp,
      component: { ...all.metadata.component, type: 'application', name: own.slice(0, own.lastIndexOf('@')) },
    },
    components: [...all.components.filter((each) => kept.has(each['bom-ref'])), ...extra],
    dependencies: all.dependencies
      .filter(({ ref }) => ref === own || kept.has(ref))
      .map(({ ref, dependsOn = [] }) => ({
        ref,
        dependsOn: [
          ...dependsOn.filter((each) => kept.has(each)),
          ...(ref === own ? extra.map((each) => each['bom-ref']) : []),
        ],
      })),
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

/** The packages that are bundled into the console. */
export function packagesOfConsole(packages) {
  const found = new Set();
  const add = (from, name) => {
    const place = resolve(packages, from, name);
    if (place === undefined || found.has(place)) return;
    found.add(place);
    for (const dependency of Object.keys(packages[place].dependencies ?? {})) add(place, dependency);
  };
  for (const name of Object.keys(packages.web.devDependencies)) if (!buildTools.test(name)) add('web', name);
  return found;
}

/** Where Node.js would find a package from another one's place. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = path.posix.dirname(folder)) {
    const place = folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[place]) return place;
    if (folder === '.') return undefined;
  }
}

function nameOf(place) {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
