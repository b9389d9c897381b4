import pg from 'pg';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { type Actor } from '../access/actor.js';
import { locks } from '../database/locks.js';
import { type SequenceInBackup } from './manifest.js';

/** While a backup is read, no migration and no rotation of keys runs. */
export function holdSchemaShared(): Sql {
  return sql`SELECT pg_advisory_lock_shared(${locks.schema})`;
}

/** A table with its columns, and the other tables that its rows refer to. */
export interface TableWithReferences {
  name: string;
  columns: string[];
  refersTo: string[];
}

/**
 * All tables but that of the migrations. Generated columns generate themselves again; ids of transactions mean nothing elsewhere, and
 * what is restored gets new ones.
 */
export async function tablesWithReferences(client: pg.ClientBase): Promise<TableWithReferences[]> {
  const { rows } = await client.query<TableWithReferences>(sql`
    SELECT c.relname AS name,
           (SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}') FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
               AND a.atttypid <> 'xid8'::regtype) AS columns,
           (SELECT coalesce(array_agg(DISTINCT other.relname::text), '{}') FROM pg_constraint f
              JOIN pg_class other ON other.oid = f.confrelid
             WHERE f.contype = 'f' AND f.conrelid = c.oid AND f.confrelid <> c.oid) AS "refersTo"
      FROM pg_class c
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'migration'
     ORDER BY c.relname`);
  return rows;
}

/** All sequences but that of the migrations. They know no snapshot: they may be ahead of it, never behind. */
export async function sequencesOf(client: pg.ClientBase): Promise<SequenceInBackup[]> {
  const { rows } = await client.query<{ name: string }>(sql`
    SELECT c.relname AS name FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace
       AND c.oid IS DISTINCT FROM to_regclass(pg_get_serial_sequence('migration', 'id')) ORDER BY c.relname`);
  const sequences: SequenceInBackup[] = [];
  for (const { name } of rows) {
    const state = await client.query<Omit<SequenceInBackup, 'name'>>(
      sql`SELECT last_value::text AS "lastValue", is_called AS "isCalled" FROM ${identifier(name)}`,
    );
    sequences.push(...state.rows.map((row) => ({ name, ...row })));
  }
  return sequences;
}

/** Some of what is in a database that should be empty; what belongs to extensions does not count. */
export async function namesInDatabase(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql`
    SELECT relname AS name FROM pg_class c
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY relname LIMIT 3`);
  return rows.map(({ name }) => name);
}

export function setSequence({ name, lastValue, isCalled }: SequenceInBackup): Sql {
  return sql`SELECT setval(${pg.escapeIdentifier(name)}::regclass, ${lastValue}::bigint, ${isCalled}::boolean)`;
}

export function truncate(tables: readonly string[]): Sql {
  return sql`TRUNCATE ${join(tables.map(identifier))}`;
}

export function switchTriggers(table: string, what: 'ENABLE' | 'DISABLE'): Sql {
  return sql`ALTER TABLE ${identifier(table)} ${raw(what)} TRIGGER USER`;
}

/** Makes COPY write the same text for the same rows on every PostgreSQL, whatever its settings are. */
export const sameTextEverywhere: Sql = sql`
  SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true), set_config('intervalstyle', 'postgres', true),
         set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),
         set_config('synchronize_seqscans', 'off', true)`;

/** An event in the audit log, written beside the connections of the server. */
export function backupEvent(action: string, actor: Actor, details: Readonly<Record<string, unknown>>): Sql {
  return sql`
    INSERT INTO audit_event (occurred_at, action, actor_id, actor, address, details)
      VALUES (clock_timestamp(), ${action}, ${actor.id}, ${actor.name}, ${actor.address}, ${JSON.stringify(details)})`;
}

/** The newest backup that the audit log knows. */
export interface LastBackup {
  at: Date;
  file: string;
  encrypted: boolean;
}

/** @returns of {@link LastBackup}; sorted apart, so that the index of the actions is used and not the log read from its end */
export const lastBackup: Sql = sql`
  WITH made AS MATERIALIZED (SELECT occurred_at, details FROM audit_event WHERE action = 'backup.created')
  SELECT occurred_at AS at, details->>'file' AS file, coalesce((details->>'encrypted')::boolean, false) AS encrypted
    FROM made ORDER BY occurred_at DESC LIMIT 1`;

/** The newest copy of a backup that the audit log knows. */
export interface LastCopy {
  at: Date;
  file: string;
}

/** @returns of {@link LastCopy} */
export const lastCopy: Sql = sql`
  WITH made AS MATERIALIZED (SELECT occurred_at, details FROM audit_event WHERE action = 'backup.copied')
  SELECT occurred_at AS at, details->>'file' AS file FROM made ORDER BY occurred_at DESC LIMIT 1`;

function identifier(name: string): Sql {
  return raw(pg.escapeIdentifier(name));
}

/** @returns of {@link RestoredInstallation}: one */
export const restoredInstallation: Sql = sql`
  SELECT server_id AS "serverId",
         (SELECT coalesce(jsonb_agg(jsonb_build_object('token', token, 'selfIssued', self_issued) ORDER BY id), '[]') FROM license_file) AS licenses
    FROM installation`;

/** Seats are divided again at the next start: licenses that are bound to the former id grant none. @returns `serverId` */
export const newServerId: Sql = sql`
  UPDATE installation SET server_id = gen_random_uuid(), quotas_valid_until = '-infinity' RETURNING server_id AS "serverId"`;
