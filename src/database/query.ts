import { type Sql } from 'sql-template-tag';

/** What a statement runs on: a data source, the manager of a transaction, or a connection. */
export interface Database {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** The rows of a `SELECT`, or of the `RETURNING` clause of an `INSERT`, `UPDATE` or `DELETE`. */
export async function rowsOf<Row>(database: Database, { text, values }: Sql): Promise<Row[]> {
  const result = (await database.query(text, values)) as unknown[];
  // TypeORM adds the number of changed rows to the answer to an UPDATE or DELETE, and to no other.
  const [rows, changed] = result;
  return (Array.isArray(rows) && typeof changed === 'number' ? rows : result) as Row[];
}

/** Runs a statement whose answer does not matter. */
export async function execute(database: Database, { text, values }: Sql): Promise<void> {
  await database.query(text, values);
}

/** Runs an `UPDATE` or `DELETE`. @returns how many rows it has changed */
export async function changedRows(database: Database, { text, values }: Sql): Promise<number> {
  const [, changed] = (await database.query(text, values)) as [unknown, number];
  return changed;
}
