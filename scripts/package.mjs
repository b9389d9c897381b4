// `npm run package`: one archive with all that a machine needs which has only Node, release/license-server-….tar.gz.
//   --output FOLDER     where the archive goes, in place of release/
//   --directory FOLDER  the unpacked tree goes there, and no archive is made
//   --platform NAME     win32-x64 and the like, in place of this machine's; fetches that platform's packages
//   --vendor-key FILE   builds the vendor's public keys (PEM) into the release, which then accepts no others; may be repeated
//   --no-evaluation     the release does not issue the evaluation license to itself
//   --vendor-tool       the vendor's own tool instead of the server: release/license-vendor-….tar.gz
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createWriteStream,
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
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { billOfMaterials, packagesOfConsole } from './bill-of-materials.mjs';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { unbundledPackages } from './unbundled-packages.mjs';

const here = `${process.platform}-${process.arch}`;
const { values: options } = parseArgs({
  options: {
    output: { type: 'string', default: 'release' },
    directory: { type: 'string' },
    platform: { type: 'string', default: here },
    'vendor-key': { type: 'string', multiple: true, default: [] },
    'no-evaluation': { type: 'boolean', default: false },
    'vendor-tool': { type: 'boolean', default: false },
  },
});
// Read before minutes of building; npm starts this in the checkout, and the operator in another folder.
const vendorKeys = options['vendor-key'].map((file) =>
  readFileSync(path.resolve(process.env.INIT_CWD ?? '.', file), 'utf8'),
);
const output = path.resolve(options.output);
const directory = options.directory && path.resolve(options.directory);
ensureInstalled();
ensureBuilt();
const { pack } = await import('tar-stream');

const root = path.dirname(import.meta.dirname);
const description = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const name = `${options['vendor-tool'] ? 'license-vendor' : 'license-server'}-${description.version}`;
/** Always the same unless the build system names a time, so that the same sources give the same bytes. */
const builtAt = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 1_700_000_000) * 1000);
const trustAnchor = 'dist/server/trust-anchor.js';
/** Only the vendor issues licenses: a release that is bound to the vendor's key lacks what does it. */
const vendorsOwn = ['dist/server/vendor.js'];
/** Only developers read these; the licenses of the packages stay. */
const unwanted = /\.(map|d\.[cm]?ts|ts|mts|cts|md|markdown|flow|tsbuildinfo|a|h|orig|rej)$/;
const notice = /^(licen[cs]e|notice|copying|copyright)/i;
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
  // The one package that uses it imports its modules.
  /^node_modules\/es-toolkit\/.*\.js$/,
  /^node_modules\/handlebars\/dist\/(amd$|handlebars\.)/,
  // One file holds it all; the others hold its functions one by one.
  /^node_modules\/lodash\/(?!lodash\.js$|package\.json$|LICENSE$)/,
];
/** What takes the place of template engines that the mailer knows and this server does not use ("overrides"). */
const emptyPackage = '@favware/skip-dependency';

const staging = directory ?? path.join(mkdtempSync(path.join(os.tmpdir(), 'license-server-package-')), name);
try {
  const shipped = options['vendor-tool'] ? stageVendorTool() : await stageServer();
  if (directory) console.log(directory);
  else {
    mkdirSync(output, { recursive: true });
    const archive = path.join(output, `${name}-${options.platform}.tar.gz`);
    const { files, bytes } = await writeArchive(archive);
    const timestamp = builtAt.toISOString();
    writeFileSync(`${archive.slice(0, -'.tar.gz'.length)}.cdx.json`, billOfMaterials(root, lock, shipped, timestamp));
    writeChecksums(output);
    console.log(`${archive}: ${files} files, ${(bytes / 1e6).toFixed(0)} MB unpacked`);
  }
} finally {
  if (!directory) rmSync(path.dirname(staging), { recursive: true, force: true });
}

/** @returns the places of the packages in it */
async function stageServer() {
  const packages = options.platform === here ? root : fetchPackages(options.platform);
  const shipped = productionPackages(packages);
  const needed = new Set(closureOf(unbundledPackages, packages));
  for (const folder of shipped) copy(packages, folder, needed.has(folder) ? unwanted : allButLicenses);
  for (const folder of ['dist/server', 'dist/cli/main.js', 'dist/web', 'bin', 'deploy', 'docs'])
    copy(root, folder, /\.map$/);
  for (const file of ['README.md', 'SECURITY.md', 'scripts/example-license.yaml']) copy(root, file, /^$/);
  writeDescription(description.bin);
  if (vendorKeys.length > 0) {
    for (const file of vendorsOwn) rmSync(path.join(staging, file), { force: true });
  } else {
    console.error('No --vendor-key: this is a development release. It trusts the keys that its settings name.');
  }
  await writeTrustAnchor();
  return [...shipped, ...packagesOfConsole(lock.packages)];
}

/** The vendor's tool: what its program imports, and no more. */
function stageVendorTool() {
  const { files, names } = importsOf('dist/cli/vendor-tool.js');
  const shipped = closureOf(names);
  for (const folder of shipped) copy(root, folder);
  for (const file of files) copy(root, file, /^$/);
  copy(root, 'scripts/example-license.yaml', /^$/);
  writeDescription({ 'license-vendor': 'dist/cli/vendor-tool.js' });
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
async function writeTrustAnchor() {
  const { parseVendorKeys } = await import('../dist/src/config/vendor-keys.js');
  const pem = vendorKeys
    .flatMap((text) => parseVendorKeys(text))
    .map((key) => key.export({ type: 'spki', format: 'pem' }))
    .join('');
  const anchor = `{ vendorKeys: ${pem ? JSON.stringify(pem) : 'undefined'}, evaluation: ${!options['no-evaluation']} }`;
  const file = path.join(staging, trustAnchor);
  const built = readFileSync(file, 'utf8');
  const bound = built.replace(/(trustAnchor = )\{[^}]*\}/, (_, before) => `${before}${anchor}`);
  if (!bound.includes(anchor)) throw new Error(`${trustAnchor} is not as this script expects it.`);
  writeFileSync(file, bound);
}

/** What `sha256sum --check SHA256SUMS` verifies: every archive and bill of materials in the folder. */
function writeChecksums(folder) {
  const lines = readdirSync(folder)
    .filter((file) => /\.(tar\.gz|cdx\.json)$/.test(file))
    .sort()
    .map(
      (file) =>
        `${createHash('sha256')
          .update(readFileSync(path.join(folder, file)))
          .digest('hex')}  ${file}`,
    );
  writeFileSync(path.join(folder, 'SHA256SUMS'), `${lines.join('\n')}\n`);
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
function copy(from, place, leaveOut = unwanted) {
  const source = path.join(from, place);
  if (!existsSync(source) || unwantedPlaces.some((each) => each.test(place))) return;
  const target = path.join(staging, place);
  const stat = lstatSync(source);
  if (stat.isDirectory()) {
    for (const child of readdirSync(source)) if (child !== 'node_modules') copy(from, `${place}/${child}`, leaveOut);
    return;
  }
  const file = path.basename(place);
  if (leaveOut.test(file) && !notice.test(file)) return;
  mkdirSync(path.dirname(target), { recursive: true });
  if (stat.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
  else copyFileSync(source, target);
}

function writeDescription(bin) {
  const { name, version, description: words, type, engines, dependencies } = description;
  const kept = { name, version, description: words, private: true, type, bin, engines, dependencies };
  writeFileSync(path.join(staging, 'package.json'), `${JSON.stringify(kept, undefined, 2)}\n`);
}

/** The same tree gives the same archive, byte for byte, whenever it is made. */
async function writeArchive(archive) {
  const tar = pack();
  const written = pipeline(tar, createGzip({ level: 9 }), createWriteStream(archive));
  const places = readdirSync(staging, { recursive: true }).map((place) => place.split(path.sep).join('/'));
  let bytes = 0;
  for (const place of places.sort()) {
    const file = path.join(staging, place);
    const stat = lstatSync(file);
    const header = {
      name: `${name}/${place}`,
      mtime: builtAt,
      mode: stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644,
    };
    const done = new Promise((resolve, reject) => {
      const settle = (error) => (error ? reject(error) : resolve());
      if (stat.isDirectory()) tar.entry({ ...header, type: 'directory' }, settle);
      else if (stat.isSymbolicLink()) tar.entry({ ...header, type: 'symlink', linkname: readlinkSync(file) }, settle);
      else tar.entry(header, readFileSync(file), settle);
    });
    if (stat.isFile()) bytes += stat.size;
    await done;
  }
  tar.finalize();
  await written;
  return { files: places.length, bytes };
}
