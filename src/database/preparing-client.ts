import { type Socket } from 'node:net';
import pg from 'pg';

/** SQL, and the values of its `$1` and so on. */
export type Statement = readonly [text: string, values: readonly unknown[]];

/** Times that this process sends a statement before it counts as one that comes again and again. */
const prepareThreshold = 50;
/** Statements that are prepared at most, on each connection; each takes a little of PostgreSQL's memory there. */
const maxPrepared = 200;
/** Texts that are counted at most. Queries with a search or an order in them come in many variants. */
const maxCounted = 2000;

const counts = new Map<string, number>();
const names = new Map<string, string>();

/**
 * A connection that prepares what is asked again and again, so that PostgreSQL does not parse and plan it every time: a
 * check-out is a dozen short statements, and planning them costs more than running them. Reports, which come seldom and
 * whose best plan depends on their parameters, stay as they are.
 */
export class PreparingClient extends pg.Client {
  // All the forms of the base class, of which TypeORM uses text with values.
  override query = ((statement: unknown, values?: unknown, ...rest: unknown[]): unknown => {
    const query = pg.Client.prototype.query.bind(this) as (...parameters: unknown[]) => unknown;
    if (typeof statement !== 'string' || !Array.isArray(values) || values.length === 0) {
      return query(statement, values, ...rest);
    }
    const name = nameOf(statement);
    return name === undefined ? query(statement, values, ...rest) : query({ name, text: statement, values }, ...rest);
  }) as pg.Client['query'];

  /**
   * Sends statements without waiting for the answer to one before the next; see `pipeline`. The mode is on for as long
   * as they are under way, because what COPY does is not possible in it.
   *
   * @returns the rows of each
   * @throws DatabaseError of the first that failed
   */
  async queryAll(statements: readonly Statement[]): Promise<unknown[][]> {
    (this as { pipeline: boolean }).pipeline = true;
    // One packet: each write wakes PostgreSQL, which costs more than most of the statements.
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection;
    stream.cork();
    const answers = statements.map(([text, values]) => this.query<pg.QueryResultRow>(text, [...values]));
    stream.uncork();
    const outcomes = await Promise.allSettled(answers);
    (this as { pipeline: boolean }).pipeline = false;
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value.rows;
    });
  }
}

/** The same for a text on all connections; undefined: not prepared (yet). */
function nameOf(text: string): string | undefined {
  const name = names.get(text);
  if (name !== undefined || names.size >= maxPrepared) return name;
  const count = (counts.get(text) ?? 0) + 1;
  if (count < prepareThreshold) {
    if (counts.size >= maxCounted) counts.clear();
    counts.set(text, count);
    return undefined;
  }
  counts.delete(text);
  names.set(text, `often-${names.size + 1}`);
  return names.get(text);
}
