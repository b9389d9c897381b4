import sql, { type Sql } from 'sql-template-tag';

/** What this server had, or else what the newest server had. */
export function newestSettings(server: string): Sql {
  return sql`SELECT server, settings FROM recorded_settings ORDER BY server = ${server} DESC, recorded_at DESC LIMIT 1`;
}

/** Deletes the settings of all servers but the `kept` ones recorded last. */
export function forgetOldServers(kept: number): Sql {
  return sql`DELETE FROM recorded_settings WHERE server IN
    (SELECT server FROM recorded_settings ORDER BY recorded_at DESC OFFSET ${kept}::int)`;
}
