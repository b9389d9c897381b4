// `node scripts/dump-schema.mjs MIGRATION [ROWS.sql]`: writes test/schemas/MIGRATION-*.sql, a database as the version with that
// migration as its newest one leaves it, for the test of upgrades. It begins with the newest dump before it, so all rows of that
// one are in it; ROWS.sql adds rows to tables that are new. TEST_DATABASE_URL names a PostgreSQL (a superuser's address) that
// the installed pg_dump can read. Make a dump when a release is made: migrations that follow must keep what is in it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt } from './prepare.mjs';

const [, , migration = '', rows] = process.argv;
const databaseUrl = process.env.TEST_DATABASE_URL;
if (!/^\d{13}$/.test(migration) || !databaseUrl) {
  console.error('Usage: TEST_DATABASE_URL=postgresql://… node scripts/dump-schema.mjs MIGRATION [ROWS.sql]');
  process.exit(2);
}
ensureBuilt();
const { default: pg } = await import('pg');
const { DataSource } = await import('typeorm');
const { dataSourceOptions } = await import('../dist/src/database/data-source.js');

const schemas = path.join(path.dirname(import.meta.dirname), 'test', 'schemas');
const timestampOf = (name) => Number(/\d{13}/.exec(name)?.[0]);
const former = readdirSync(schemas)
  .filter((file) => file.endsWith('.sql') && timestampOf(file) < Number(migration))
  .sort()
  .at(-1);

const url = new URL(databaseUrl);
url.pathname = `/dump_${migration}`;
await run(databaseUrl, `DROP DATABASE IF EXISTS dump_${migration}`);
await run(databaseUrl, `CREATE DATABASE dump_${migration}`);
if (former) await run(url.href, readFileSync(path.join(schemas, former), 'utf8'));
const name = await migrate();
if (rows) await run(url.href, readFileSync(rows, 'utf8'));
const file = path.join(schemas, `${migration}-${name}.sql`);
writeFileSync(file, dumped());
await run(databaseUrl, `DROP DATABASE dump_${migration}`);
console.log(file);

async function run(connectionString, text) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(text);
  await client.end();
}

/** Runs all migrations up to that one. Resolves with its name, in the way of a file's. */
async function migrate() {
  const options = dataSourceOptions(url.href);
  const migrations = options.migrations.filter((each) => timestampOf(each.name) <= Number(migration));
  const dataSource = new DataSource({ ...options, migrations });
  await dataSource.initialize();
  await dataSource.runMigrations({ transaction: 'all' });
  await dataSource.destroy();
  const found = migrations.find((each) => timestampOf(each.name) === Number(migration));
  if (!found) throw new Error(`There is no migration ${migration}`);
  return found.name
    .replace(migration, '')
    .replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}

/** Without comments, empty lines, and what only psql understands. */
function dumped() {
  const options = ['--no-owner', '--no-privileges', '--inserts', '--dbname', url.href];
  const dump = execFileSync('pg_dump', options, { encoding: 'utf8', maxBuffer: 100 * 1024 * 1024 });
  const lines = dump.split('\n').filter((line) => line !== '' && !line.startsWith('--') && !line.startsWith('\\'));
  return `${lines.join('\n')}\n`;
}
