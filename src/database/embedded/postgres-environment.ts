/**
 * Removes from an environment what PostgreSQL and its clients read there (`PGSSLMODE`, `PGHOST`, `PGPORT`, `PGDATA`,
 * `PGOPTIONS` …): it is meant for another database than the embedded one, which would listen elsewhere or refuse its own server.
 */
export function withoutPostgresSettings(env: NodeJS.ProcessEnv): void {
  // In any case: on Windows the names of variables have none.
  for (const name of Object.keys(env)) if (/^PG[A-Z_]+$/i.test(name)) Reflect.deleteProperty(env, name);
}
