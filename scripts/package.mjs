// `npm run package`: what a release consists of, in release/, for machines that have nothing else installed: an archive, for
// Linux also the packages .deb and .rpm, for Windows the Setup Wizard, the client library, a bill of materials, and SHA256SUMS. The same sources give the same bytes.
//   --output FOLDER     where all of it goes, in place of release/
//   --directory FOLDER  the unpacked tree goes there, and nothing is packed
//   --formats LIST      tar.gz, deb, rpm, exe: only these; by default all that this machine has the tools for
//   --platform NAME     win32-x64 and the like, in place of this machine's; fetches that platform's packages
//   --vendor-key FILE   builds the vendor's public keys (PEM) into the release, which then accepts no others; may be repeated
//   --no-evaluation     the release does not issue the evaluation license to itself
//   --signing-key FILE  signs SHA256SUMS with this Ed25519 key (PEM)
//   --vendor-tool       the vendor's own tool instead of the server: release/license-vendor-….tar.gz
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeArchive } from './package/archive.mjs';
import { billOfMaterials } from './package/bill-of-materials.mjs';
import { writeClientLibrary } from './package/client-library.mjs';
import { readSigningKey, writeChecksums } from './package/checksums.mjs';
import { canBuildDeb, writeDeb } from './package/debian.mjs';
import { hasNodeRuntime, nodeComponent } from './package/node-runtime.mjs';
import { canBuildRpm, writeRpm } from './package/rpm.mjs';
import { serviceRunnerComponent } from './package/service-runner.mjs';
import { stageServer, stageVendorTool } from './package/tree.mjs';
import { canBuildSetup, writeSetup } from './package/windows-setup.mjs';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';

const { values: options } = parseArgs({
  options: {
    output: { type: 'string', default: 'release' },
    directory: { type: 'string' },
    formats: { type: 'string' },
    platform: { type: 'string', default: `${process.platform}-${process.arch}` },
    'vendor-key': { type: 'string', multiple: true, default: [] },
    'no-evaluation': { type: 'boolean', default: false },
    'signing-key': { type: 'string' },
    'vendor-tool': { type: 'boolean', default: false },
  },
});
// Read before minutes of building; npm starts this in the checkout, and the operator in another folder.
const named = (file) => path.resolve(process.env.INIT_CWD ?? '.', file);
const vendorKeys = options['vendor-key'].map((file) => readFileSync(named(file), 'utf8'));
const signingKey = options['signing-key'] && readSigningKey(named(options['signing-key']));
const output = path.resolve(options.output);
const directory = options.directory && path.resolve(options.directory);

const root = path.dirname(import.meta.dirname);
const { version, description } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const name = `${options['vendor-tool'] ? 'license-vendor' : 'license-server'}-${version}`;
/** Always the same unless the build system names a time, so that the same sources give the same bytes. */
const builtAt = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? 1_700_000_000) * 1000);
const release = { name, version, description, builtAt };

/** What a release is packed as: for which platforms, whether this machine can, and how. */
const formats = {
  'tar.gz': { fits: () => true, canBuild: () => true, write: writeArchive },
  deb: { fits: isPackagedForLinux, canBuild: canBuildDeb, write: writeDeb },
  rpm: { fits: isPackagedForLinux, canBuild: canBuildRpm, write: writeRpm },
  exe: { fits: isPackagedForWindows, canBuild: canBuildSetup, write: writeSetup },
};
const wanted = options.formats?.split(',') ?? Object.keys(formats).filter((each) => formats[each].fits());
for (const each of wanted) {
  if (formats[each]?.fits()) continue;
  console.error(
    `There is no format ${each} for ${options.platform}; the formats are ${Object.keys(formats).join(', ')}.`,
  );
  process.exit(2);
}
ensureInstalled();
ensureBuilt();

const tree = directory ?? path.join(mkdtempSync(path.join(os.tmpdir(), 'license-server-package-')), name);
try {
  const shipped = await stage();
  if (directory) console.log(directory);
  else await writeRelease(shipped);
} finally {
  if (!directory) rmSync(path.dirname(tree), { recursive: true, force: true });
}

async function stage() {
  if (options['vendor-tool']) return stageVendorTool(tree);
  const evaluation = !options['no-evaluation'];
  return await stageServer(tree, { platform: options.platform, vendorKeys, evaluation });
}

async function writeRelease(shipped) {
  mkdirSync(output, { recursive: true });
  const base = path.join(output, `${name}-${options.platform}`);
  for (const format of wanted) {
    const { canBuild, write } = formats[format];
    const reason = canBuild();
    if (reason !== true) {
      // Asked for by name it must be there.
      if (options.formats) throw new Error(reason);
      console.error(`${reason} No .${format} was made.`);
      continue;
    }
    const file = format === 'exe' ? path.join(output, `${name}-windows-x64-setup.exe`) : `${base}.${format}`;
    await write(tree, file, release);
    console.log(`${file}: ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  }
  if (!options['vendor-tool']) writeClientLibrary(root, output);
  const extra = [];
  if (!options['vendor-tool'] && hasNodeRuntime(options.platform)) extra.push(nodeComponent());
  if (isPackagedForWindows()) extra.push(serviceRunnerComponent());
  const timestamp = builtAt.toISOString();
  writeFileSync(`${base}.cdx.json`, billOfMaterials({ root, lock, shipped, extra, timestamp }));
  writeChecksums(output, signingKey);
}

function isPackagedForLinux() {
  return options.platform === 'linux-x64' && !options['vendor-tool'];
}

function isPackagedForWindows() {
  return options.platform === 'win32-x64' && !options['vendor-tool'];
}
