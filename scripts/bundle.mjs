// Bundles the compiled server and its commands, with the packages they use, into dist/server: loading some 2,000 small files one by
// one took longer than all the rest of a start. prepare.mjs runs it in a process of its own.
//   apart  puts in place of the bundle what loads the small files, until the next build
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { unbundledPackages } from './unbundled-packages.mjs';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');
const output = path.join(dist, 'server');

/** What is started by its place, which then only loads the bundle. */
const programs = { 'license-server': 'cli/main.js', main: 'src/main.js' };
const shebang = '#!/usr/bin/env node\n';

/** The programs and their threads, and what scripts and the processes of the tests import. */
const entries = {
  ...programs,
  serve: 'cli/serve.js',
  'password-thread': 'src/user/password-thread.js',
  'password-estimator': 'src/user/password-estimator.js',
  parent: 'src/parent.js',
  server: 'src/server.js',
  settings: 'src/config/settings.js',
  log: 'src/log/log.js',
  clock: 'src/clock/clock.js',
};

/** Optional packages of other packages, which are not installed. */
const notInstalled = [
  /^@nestjs\/(microservices|websockets|platform-express|terminus|bull|bullmq)/,
  /^@fastify\/view$/,
  /^(pg-native|bullmq|ioredis|redis)$/,
];

const isOf = (name) => new RegExp(`^${name}(/|$)`);
const external = [...unbundledPackages.map(isOf), ...notInstalled];

/** Reads the source maps of the compiler, so that those of the bundle name TypeScript files. */
const sourceMaps = {
  name: 'source-maps',
  load(id) {
    if (!id.startsWith(`${dist}${path.sep}`)) return null;
    return { code: readFileSync(id, 'utf8'), map: readFileSync(`${id}.map`, 'utf8') };
  },
};

/** TypeORM 1 lacks both; looking for them at run time would load a second TypeORM. */
const typeormOfToday = {
  name: 'typeorm-of-today',
  load(id) {
    if (!id.endsWith(path.join('@nestjs', 'typeorm', 'dist', 'common', 'typeorm-compat.js'))) return null;
    return 'export const Connection = undefined; export const AbstractRepository = undefined;';
  },
};

/**
 * `OmitType` and the like look for the packages that check values at run time. A release has them in the bundle alone, where these
 * types would come without their checks, and without their fields.
 */
const mappedTypesOfBundle = {
  name: 'mapped-types-of-bundle',
  load(id) {
    if (!id.endsWith(path.join('@nestjs', 'mapped-types', 'dist', 'type-helpers.utils.js'))) return null;
    const atRunTime = 'const require = createRequire(import.meta.url);';
    const code = readFileSync(id, 'utf8');
    if (!code.includes(atRunTime))
      throw new Error(`${id} no longer loads packages as before: look at what it does now.`);
    return code.replace(atRunTime, '').replace("require('class-transformer/storage')", 'undefined');
  },
};

rmSync(output, { recursive: true, force: true });
if (process.argv[2] === 'apart') keepApart();
else await bundle();
await bundleSeatTool();

async function bundle() {
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(dist, file)])),
    platform: 'node',
    external,
    // A chunk may export to other chunks more than its entry does.
    preserveEntrySignatures: 'allow-extension',
    plugins: [sourceMaps, typeormOfToday, mappedTypesOfBundle],
    logLevel: 'warn',
  });
  await bundled.write({
    dir: output,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    sourcemap: true,
    // Names of classes are in the OpenAPI document, in logs and in stacks.
    keepNames: true,
    comments: { jsdoc: false },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        // package.mjs binds a release to the vendor's key in this file, and leaves out what issues licenses.
        { name: 'trust-anchor', test: /dist[\\/]src[\\/]config[\\/]trust-anchor\.js$/ },
        { name: 'vendor', test: /dist[\\/]cli[\\/](vendor|license-specification)\.js$/ },
      ],
    },
  });
  await bundled.close();
  cpSync(path.join(dist, 'src', 'mail', 'templates'), path.join(output, 'templates'), { recursive: true });
  // The programs stay where services, scripts and people start them.
  for (const [name, file] of Object.entries(programs)) {
    renameSync(path.join(dist, file), compiled(file));
    writeFileSync(path.join(dist, file), `${shebang}import '../server/${name}.js';\n`);
  }
}

/** A program in one file, which the server hands out. */
async function bundleSeatTool() {
  const bundled = await rolldown({ cwd: root, input: path.join(dist, 'cli', 'seat-tool.js'), platform: 'node' });
  const file = path.join(output, 'license-seat.mjs');
  await bundled.write({ file, format: 'es', codeSplitting: false, minify: true, comments: false });
  await bundled.close();
}

/** Has everything load the files of the compiler one by one: coverage is reported for them. */
function keepApart() {
  for (const file of Object.values(programs)) renameSync(compiled(file), path.join(dist, file));
  mkdirSync(output);
  for (const [name, file] of Object.entries(entries))
    writeFileSync(path.join(output, `${name}.js`), `export * from '../${file}';\n`);
}

/** The compiled file of a program, aside. */
function compiled(file) {
  return path.join(dist, file.replace(/\.js$/, '.compiled.js'));
}
