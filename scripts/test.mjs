// `npm test [-- jest arguments]`: installs what is missing, starts a PostgreSQL for the tests, runs all of them.
// TEST_DATABASE_URL names another PostgreSQL (a superuser's address) to run them on instead.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureChromium, ensureInstalled } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
ensureChromium();
const { default: pg } = await import('pg');

const folder = mkdtempSync(path.join(roomyMemory() ?? os.tmpdir(), 'license-server-tests-'));
let stop = async () => {};
let databaseUrl = process.env.TEST_DATABASE_URL;
if (!databaseUrl) {
  const { DataFolder } = await import('../dist/src/config/data-folder.js');
  const { EmbeddedPostgres } = await import('../dist/src/database/embedded/embedded-postgres.js');
  const claim = await DataFolder.claim(path.join(folder, 'data'));
  // No test cuts the power, and a database for each test is a lot to write.
  const settings = { max_connections: '200', fsync: 'off', max_wal_size: '256MB' };
  const postgres = await EmbeddedPostgres.start(claim, () => {}, settings);
  stop = async () => {
    await postgres.stop();
    await claim.release();
  };
  databaseUrl = postgres.url;
}
// A migrated template, of which each test's database is a copy.
const template = new URL(databaseUrl);
template.pathname = '/license_server_template';
await administer(`DROP DATABASE IF EXISTS license_server_template`);
await administer(`CREATE DATABASE license_server_template`);
const { migrate } = await import('../dist/src/database/data-source.js');
await migrate(template.toString());

const jest = path.join(path.dirname(import.meta.dirname), 'node_modules', 'jest', 'bin', 'jest.js');
const run = spawn(
  process.execPath,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: databaseUrl, TEST_FOLDER: folder } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => run.kill(signal));
const code = await new Promise((resolve) => run.once('exit', (status) => resolve(status ?? 1)));
await stop();
rmSync(folder, { recursive: true, force: true });
process.exit(code);

async function administer(text) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(text);
  await client.end();
}

/**
 * Linux's file system in memory, where it has 4 GB to spare. A database is some 400 files, and there is one for nearly each
 * server of a test: a disk that other programs use takes seven times as long to make one, and as much of a core.
 */
function roomyMemory() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 4e9 ? '/dev/shm' : undefined;
  } catch {
    return undefined;
  }
}
