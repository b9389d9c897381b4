import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions, migrate } from '../src/database/data-source.js';
import { InitialSchema1764000000000 } from '../src/database/migrations/1764000000000-initial-schema.js';
import { licenseServer } from './support/command.js';
import { emptyDatabase } from './support/test-server.js';

jest.setTimeout(180_000);

/** What `scripts/dump-schema.mjs` has written of databases as earlier versions left them. */
const schemas = path.join(import.meta.dirname, 'schemas');

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** A database as an older version has left it. */
async function databaseOf(dump: string): Promise<Awaited<ReturnType<typeof emptyDatabase>>> {
  const database = await emptyDatabase();
  const client = await connected(database.url);
  await client.query(readFileSync(path.join(schemas, dump), 'utf8'));
  await client.end();
  return database;
}

/** All that makes up a schema, in words of PostgreSQL that are equal for equal things: without parentheses that a dump leaves out. */
async function structureOf(url: string): Promise<string[]> {
  const client = await connected(url);
  const { rows } = await client.query<{ line: string }>(`
    SELECT format('%s.%s %s %s %s %s', table_name, column_name, data_type, is_nullable, column_default, is_identity) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT format('%s: %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid, true) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1`);
  await client.end();
  return rows.map(({ line }) => line);
}

describe('The schema of the first release', () => {
  it('is brought up to date with all that is in it, and back again', async () => {
    const database = await emptyDatabase();
    const first = new DataSource({ ...dataSourceOptions(database.url), migrations: [InitialSchema1764000000000] });
    await first.initialize();
    await first.runMigrations({ transaction: 'all' });
    await first.destroy();

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`
      INSERT INTO user_account (email, password, root, credentials_version, created_at)
        VALUES ('ada@example.com', 'hash', true, 3, now()), ('grace@example.com', 'hash', false, 1, now());
      INSERT INTO session (token_hash, user_id, created_at, expires_at) SELECT '\\x01', 1, now(), now() + interval '1 day';
      INSERT INTO organization (name, created_at) VALUES ('Acme', now());
      INSERT INTO membership VALUES (1, 1, 'OWNER', now()), (1, 2, 'USER', now());
      INSERT INTO seat_pool (organization_id, product, model, quota) VALUES (1, 'KSE', 'floating', 2);
      INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, session_id, started_at, renewed_at, expires_at)
        VALUES (1, 1, 'KSE', 2, 'machine', 'session', now(), now(), now() + interval '15 minutes');
    `);
    const done = await migrate(database.url);
    expect(done.length).toBeGreaterThanOrEqual(4);
    expect(await migrate(database.url)).toEqual([]);
    const { rows } = await client.query<object>(
      `SELECT s.credentials_version, o.lease_minutes, (SELECT count(*)::int FROM lease) AS leases
         FROM session s, organization o`,
    );
    expect(rows).toEqual([{ credentials_version: 3, lease_minutes: 15, leases: 1 }]);
    await client.query('DELETE FROM lease');
    const sessions = await client.query<object>('SELECT user_id, machine_id, model FROM ended_session');
    expect(sessions.rows).toEqual([{ user_id: 2, machine_id: 'machine', model: 'floating' }]);

    const current = new DataSource(dataSourceOptions(database.url));
    await current.initialize();
    for (const _ of done) await current.undoLastMigration({ transaction: 'all' });
    expect(await current.query('SELECT name FROM organization')).toEqual([{ name: 'Acme' }]);
    await current.destroy();
    await client.end();
    await database.drop();
  });
});

describe('Every schema that there has been', () => {
  let today: string[];
  beforeAll(async () => {
    const fresh = await emptyDatabase();
    await migrate(fresh.url);
    today = await structureOf(fresh.url);
    await fresh.drop();
  });

  it.each(readdirSync(schemas))('%s becomes the schema of today, with every row that was in it', async (dump) => {
    const database = await databaseOf(dump);
    await migrate(database.url);
    expect(await structureOf(database.url)).toEqual(today);

    const client = await connected(database.url);
    const inserts = readFileSync(path.join(schemas, dump), 'utf8').matchAll(/^INSERT INTO public\.(\w+) /gm);
    const rows = Array.from(inserts, ([, table = '']) => table).filter((table) => table !== 'migration');
    // A migration adds the machines that were only ever refused.
    const refused = await client.query('SELECT DISTINCT organization_id, machine_id, hostname FROM denial');
    for (const table of new Set(rows)) {
      const found = await client.query(`SELECT FROM ${pg.escapeIdentifier(table)}`);
      const added = table === 'known_machine' ? refused.rowCount! : 0;
      expect([table, found.rowCount]).toEqual([table, rows.filter((name) => name === table).length + added]);
    }
    // What counts up goes on where it was.
    const accounts = rows.filter((table) => table === 'user_account').length;
    const next = `INSERT INTO user_account (email, created_at) VALUES ('next@example.com', now()) RETURNING id::int`;
    expect((await client.query<{ id: number }>(next)).rows).toEqual([{ id: accounts + 1 }]);
    await client.end();
    await database.drop();
  });
});

describe('An upgrade that cannot be', () => {
  it('leaves the schema as it was when a migration fails, and says what to do', async () => {
    const database = await databaseOf('1764000000000-initial-schema.sql');
    const client = await connected(database.url);
    // Somebody has put a table there, of all names this one.
    await client.query('CREATE TABLE outbox_mail (id int)');
    const before = await structureOf(database.url);
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'license-server-upgrade-'));
    const env = { DATA_DIR: dataDir, DATABASE_URL: database.url, PORT: '0', HOST: '127.0.0.1' };
    for (const command of ['start', 'migrate']) {
      const { code, output } = await licenseServer(env, [command]);
      expect(code).toBe(1);
      expect(output).toContain(
        'relation "outbox_mail" already exists. Nothing was changed: the version that ran before',
      );
    }
    expect(await structureOf(database.url)).toEqual(before);

    await client.query('DROP TABLE outbox_mail');
    expect(await licenseServer(env, ['migrate'])).toMatchObject({ code: 0 });
    expect(await licenseServer(env, ['migrate'])).toEqual({ code: 0, output: 'The database is up to date.\n' });
    await client.end();
    rmSync(dataDir, { recursive: true });
    await database.drop();
  });

  it('is refused where a newer version has been, which is told by start, migrate and doctor', async () => {
    const database = await emptyDatabase();
    await migrate(database.url);
    const client = await connected(database.url);
    await client.query(`INSERT INTO migration (timestamp, name) VALUES (1999999999999, 'Future1999999999999')`);
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'license-server-upgrade-'));
    const env = { DATA_DIR: dataDir, DATABASE_URL: database.url, PORT: '0', HOST: '127.0.0.1' };
    for (const command of ['start', 'migrate', 'doctor']) {
      const { code, output } = await licenseServer(env, [command]);
      expect([command, code]).toEqual([command, 1]);
      expect(output).toMatch(/used by a newer version .*Future1999999999999/);
    }
    await client.end();
    rmSync(dataDir, { recursive: true });
    await database.drop();
  });
});

describe('A database in which the server cannot work', () => {
  it.each<[string, string, string]>([
    [
      'of another program',
      'CREATE TABLE customer (id int)',
      'holds 1 table of something else. Give the server one of its own',
    ],
    [
      'of another program with migrations of its own',
      'CREATE TABLE migration (id int)',
      'holds 1 table of something else',
    ],
    [
      'that is read-only',
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`,
      'The database is read-only: it is a stand-by, or default_transaction_read_only is on',
    ],
    [
      'without the right to create tables',
      `DO $$ BEGIN EXECUTE format('CREATE ROLE %I', current_database());
        EXECUTE format('ALTER DATABASE %I SET role = %I', current_database(), current_database()); END $$;
       REVOKE CREATE ON SCHEMA public FROM PUBLIC`,
      'The user may not create tables in this database. GRANT CREATE ON SCHEMA public',
    ],
  ])('is refused with a message, and left as it is: %s', async (_, preparation, message) => {
    const database = await emptyDatabase();
    const client = await connected(database.url);
    await client.query(preparation);
    const before = await structureOf(database.url);
    const refused: unknown = await migrate(database.url).catch((error: unknown) => error);
    expect((refused as Error).message).toContain(message);
    expect((refused as Error).message).toMatch(/ Nothing was changed\.$/);
    expect(await structureOf(database.url)).toEqual(before);
    await client.end();
    await database.drop();
  });

  it('is refused by start and doctor: encoded in Latin-1', async () => {
    const empty = await emptyDatabase();
    const client = await connected(empty.url);
    const url = new URL(empty.url);
    url.pathname += '_latin1';
    await client.query(
      `CREATE DATABASE ${url.pathname.slice(1)} ENCODING 'LATIN1' TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'license-server-upgrade-'));
    const env = { DATA_DIR: dataDir, DATABASE_URL: url.toString(), PORT: '0', HOST: '127.0.0.1' };
    const start = await licenseServer(env, ['start']);
    expect([start.code, start.output]).toEqual([1, expect.stringContaining('is LATIN1; it must be UTF8.')]);
    expect((await licenseServer(env, ['doctor'])).output).toContain('Its encoding is LATIN1.');
    const latin1 = await connected(url.toString());
    expect((await latin1.query(`SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).rowCount).toBe(0);
    await latin1.end();
    await client.query(`DROP DATABASE ${url.pathname.slice(1)} WITH (FORCE)`);
    await client.end();
    rmSync(dataDir, { recursive: true });
    await empty.drop();
  });
});
