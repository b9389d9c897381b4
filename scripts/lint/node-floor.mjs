// Fails when a package of the lock file does not allow the oldest Node.js that this product promises, so that an update which
// asks for a newer one is noticed. Those that work there all the same are named below; all tests run on that Node.js, too.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import semver from 'semver';

const inTheBrowser = 'part of the console, which runs in the browser';
const forTheBuild = 'part of the build, which the tests run on the oldest Node.js';

/** Packages whose `engines` are stricter than what they need, with the reason why that does no harm. */
const stricterThanNeeded = {
  '@angular-devkit/core': forTheBuild,
  '@angular-devkit/schematics': forTheBuild,
  '@angular-devkit/schematics-cli': forTheBuild,
  '@mantine/dropzone': inTheBrowser,
  '@nestjs/schematics': forTheBuild,
  'attr-accept': inTheBrowser,
  commander: 'version 15 comes with the Nest command only, which is ' + forTheBuild,
  'content-disposition': 'names the files of downloads, which the tests check',
  cookie: 'reads and writes the session cookie in every test that signs in',
  'file-selector': inTheBrowser,
  'file-type': 'loaded by Nest only for a validator of uploads that this server does not use',
  'react-dropzone': inTheBrowser,
  redoc: inTheBrowser,
};

const root = path.join(import.meta.dirname, '..', '..');
const read = (name) => JSON.parse(readFileSync(path.join(root, name), 'utf8'));
const oldest = semver.minVersion(read('package.json').engines.node);

const unfit = Object.entries(read('package-lock.json').packages)
  .filter(([, { engines }]) => engines?.node && !semver.satisfies(oldest, engines.node))
  .map(([place, { version, engines }]) => ({
    name: place.split('node_modules/').at(-1),
    version,
    needs: engines.node,
  }));

const problems = [
  ...unfit
    .filter(({ name }) => !Object.hasOwn(stricterThanNeeded, name))
    .map(
      ({ name, version, needs }) => `${name} ${version} needs Node.js ${needs}, and this product promises ${oldest}.`,
    ),
  ...Object.keys(stricterThanNeeded)
    .filter((name) => !unfit.some((each) => each.name === name))
    .map((name) => `${name} allows Node.js ${oldest} by now: take it off the list in scripts/lint/node-floor.mjs.`),
];
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
