import { type ClientBase } from 'pg';
import sql from 'sql-template-tag';
import { counted } from '../errors/counted.js';

/** What decides whether the server can work in a database. */
export interface DatabaseFitness {
  /** Of PostgreSQL, for people, such as `16.4`. */
  version: string;
  /** For programs, such as 160004. */
  versionNumber: number;
  encoding: string;
  isReadOnly: boolean;
  /** Whether the user may create tables. */
  mayCreate: boolean;
  /** Migrations that it has seen; none: no license server has used it. */
  migrations: string[];
  /** Tables that are not of a license server, when it has seen none. */
  foreignTables: number;
}

/** The lowest version that the server runs on, as PostgreSQL counts. */
export const oldestPostgres = 130_000;

/** Looks around; changes nothing. */
export async function fitnessOf(client: ClientBase): Promise<DatabaseFitness> {
  const { rows } = await client.query<Omit<DatabaseFitness, 'migrations'>>(sql`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS "versionNumber",
           current_setting('server_encoding') AS encoding,
           pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS "isReadOnly",
           coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "mayCreate",
           (SELECT count(*)::int FROM pg_class c
             WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')) AS "foreignTables"`);
  const [state] = rows;
  if (!state) throw new Error('The database says nothing of itself.');
  const migrations = await migrationsIn(client);
  return { ...state, foreignTables: migrations.length > 0 ? 0 : state.foreignTables, migrations };
}

/** Why the server cannot work in this database, and what to do; undefined: it can. */
export function unfitness(state: DatabaseFitness): string | undefined {
  if (state.versionNumber < oldestPostgres) return `This is PostgreSQL ${state.version}; the server needs 13 or newer.`;
  if (state.encoding !== 'UTF8') {
    return `The encoding of the database is ${state.encoding}; it must be UTF8. Create one with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0;`;
  }
  if (state.isReadOnly) {
    return 'The database is read-only: it is a stand-by, or default_transaction_read_only is on. Name the primary in DATABASE_URL.';
  }
  if (state.foreignTables > 0) {
    return `The database holds ${counted(state.foreignTables, 'table')} of something else. Give the server one of its own.`;
  }
  if (!state.mayCreate) return 'The user may not create tables in this database. GRANT CREATE ON SCHEMA public TO …;';
  return undefined;
}

/** The names of the migrations that a database has seen, in their order; none in an empty database, or one of another program. */
export async function migrationsIn(client: ClientBase): Promise<string[]> {
  const found = await client.query<{ present: boolean }>(sql`
    SELECT count(*) = 2 AS present FROM pg_attribute
     WHERE attrelid = to_regclass('migration') AND attname IN ('name', 'timestamp')`);
  if (!found.rows[0]?.present) return [];
  const { rows } = await client.query<{ name: string }>(sql`SELECT name FROM migration ORDER BY timestamp, id`);
  return rows.map(({ name }) => name);
}
