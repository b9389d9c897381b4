import { type Client } from 'pg';

interface Part {
  table: string;
  /** An index; null: the rows themselves, with what is stored apart from them. */
  index: string | null;
  bytes: number;
}

/**
 * What each table takes for one session that has ended, itself and each of its indexes, as a table in Markdown. Parts of less than a
 * byte are left out.
 */
export async function bytesPerSession(database: Client): Promise<string> {
  const { rows } = await database.query<Part>(`
    WITH counted AS (SELECT greatest(count(*), 1) AS sessions FROM ended_session),
         part AS (
           SELECT c.relname AS table, NULL AS index, pg_table_size(c.oid) AS bytes FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
            UNION ALL
           SELECT x.indrelid::regclass::text, i.relname, pg_relation_size(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
            WHERE i.relnamespace = current_schema()::regnamespace)
    SELECT "table", index, bytes::float8 / sessions AS bytes FROM part, counted WHERE bytes >= sessions
     ORDER BY sum(bytes) OVER (PARTITION BY "table") DESC, "table", bytes DESC`);
  const lines = rows.map(({ table, index, bytes }) => `| ${table} | ${index ?? '(rows)'} | ${bytes.toFixed(1)} |`);
  const all = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  return ['| table | index | bytes |', '| --- | --- | --- |', ...lines, `| all | | ${all.toFixed(1)} |`].join('\n');
}
