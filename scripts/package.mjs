// `npm run package`: one archive with all that a machine needs which has only Node, release/license-server-….tar.gz.
//   --output FOLDER     where the archive goes, in place of release/
//   --directory FOLDER  the unpacked tree goes there, and no archive is made
//   --platform NAME     win32-x64 and the like, in place of this machine's; fetches that platform's packages
import { spawnSync } from 'node:child_process';
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
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

const here = `${process.platform}-${process.arch}`;
const { values: options } = parseArgs({
  options: {
    output: { type: 'string', default: 'release' },
    directory: { type: 'string' },
    platform: { type: 'string', default: here },
  },
});
const output = path.resolve(options.output);
const directory = options.directory && path.resolve(options.directory);
ensureInstalled();
ensureBuilt();
const { pack } = await import('tar-stream');

const root = path.dirname(import.meta.dirname);
const description = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const name = `license-server-${description.version}`;
/** Only developers read these; the licenses of the packages stay. */
const unwanted = /\.(map|d\.[cm]?ts|ts|mts|cts|md|markdown|flow|tsbuildinfo|a|h|orig|rej)$/;
const notice = /^(licen[cs]e|notice|copying|copyright)/i;
/** A second TypeORM, for browsers. */
const unwantedFolders = new Set(['node_modules/typeorm/browser']);

const staging = directory ?? path.join(mkdtempSync(path.join(os.tmpdir(), 'license-server-package-')), name);
try {
  const packages = options.platform === here ? root : fetchPackages(options.platform);
  for (const folder of productionPackages(packages)) copy(packages, folder);
  for (const folder of ['dist/src', 'dist/cli', 'dist/web', 'bin', 'deploy', 'docs']) copy(root, folder, /\.map$/);
  for (const file of ['README.md', 'scripts/example-license.yaml']) copy(root, file, /^$/);
  writeDescription();
  if (directory) console.log(directory);
  else {
    mkdirSync(output, { recursive: true });
    const archive = path.join(output, `${name}-${options.platform}.tar.gz`);
    const { files, bytes } = await writeArchive(archive);
    console.log(`${archive}: ${files} files, ${(bytes / 1e6).toFixed(0)} MB unpacked`);
  }
} finally {
  if (!directory) rmSync(path.dirname(staging), { recursive: true, force: true });
}

/** What the lock file knows as needed by the server itself and is there: optional packages of other platforms are not. */
function productionPackages(folder) {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return (
    Object.entries(packages)
      // The console is a workspace: a link, and already built.
      .filter(
        ([place, { link, dev, devOptional }]) => place.startsWith('node_modules/') && !link && !dev && !devOptional,
      )
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
  if (!existsSync(source) || unwantedFolders.has(place)) return;
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

function writeDescription() {
  const { name, version, description: words, type, bin, engines, dependencies } = description;
  const kept = { name, version, description: words, private: true, type, bin, engines, dependencies };
  writeFileSync(path.join(staging, 'package.json'), `${JSON.stringify(kept, undefined, 2)}\n`);
}

/** The same tree gives the same archive, byte for byte, whenever it is made. */
async function writeArchive(archive) {
  const tar = pack();
  const written = pipeline(tar, createGzip({ level: 9 }), createWriteStream(archive));
  const mtime = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 1_700_000_000) * 1000);
  const places = readdirSync(staging, { recursive: true }).map((place) => place.split(path.sep).join('/'));
  let bytes = 0;
  for (const place of places.sort()) {
    const file = path.join(staging, place);
    const stat = lstatSync(file);
    const header = { name: `${name}/${place}`, mtime, mode: stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644 };
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
