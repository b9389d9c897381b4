import sql, { join, raw, type Sql } from 'sql-template-tag';

const hash = (text: string): string => `hashtextextended(${text}, 0)`;

/**
 * The rows of a table with a session id, found by its hash. OFFSET 0 keeps PostgreSQL from another index: a plan that it has kept from a
 * time of few rows would read all that a person has had within a month.
 *
 * @param sessionId an expression in SQL
 */
export function rowsWithSessionId(table: 'ended_session' | 'denial', sessionId: string): string {
  return `(SELECT * FROM ${table} WHERE ${hash('session_id')} = ${hash(sessionId)} AND session_id = ${sessionId} OFFSET 0)`;
}

/** Whether a row has one of these session ids, found by their hashes. */
export function hasSessionId(row: string, sessionIds: readonly Sql[]): Sql {
  const column = `${row}.session_id`;
  const hashes = sessionIds.map((id) => sql`hashtextextended(${id}, 0)`);
  return sql`(${raw(hash(column))} IN (${join(hashes)}) AND ${raw(column)} IN (${join(sessionIds)}))`;
}
