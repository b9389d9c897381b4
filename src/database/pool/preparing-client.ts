import { type Socket } from 'node:net';
import pg from 'pg';
import { type Clock } from '../../clock/clock.js';
import { currentSpan, endWith, type WorkSpan } from '../../tracing/current-span.js';
import { DatabaseClient } from '../database-client.js';

/** SQL, and the values of its `$1` and so on. */
export type Statement = readonly [text: string, values: readonly unknown[]];

/** Times that this process sends a statement before it counts as one that comes again and again. */
const prepareThreshold = 50;
/** Statements that are prepared at most, on each connection; each takes a little of PostgreSQL's memory there. */
const maxPrepared = 200;
/** Texts that are counted at most. Queries with a search or an order in them come in many variants. */
const maxCounted = 2000;
/** Longest part of a statement that a trace tells. */
const maxTracedLength = 2000;

const counts = new Map<string, number>();
const names = new Map<string, string>();

/** What begins a transaction and has no answer of interest. */
const beginning = /^(START TRANSACTION|SET TRANSACTION ISOLATION LEVEL [A-Z ]+)$/;
/** What ends a transaction, done before it has done anything. */
const ending = /^(COMMIT|ROLLBACK)$/;

const nothing = { rows: [], rowCount: null };

type Query = (...parameters: unknown[]) => unknown;

/** How far a server's time is ahead of the database's clock: 0 but in tests. */
export type ClockOffset = Pick<Clock, 'offsetMillis'>;

/**
 * A connection that saves journeys to the database and planning there.
 *
 * It prepares what is asked again and again, so that PostgreSQL does not parse and plan it every time: a check-out is a dozen short
 * statements, and planning them costs more than running them. Reports, which come seldom and whose best plan depends on their
 * parameters, stay as they are.
 *
 * It sends the beginning of a transaction together with its first statement, and where it is told to, the last ones with its COMMIT.
 *
 * `server_now()` follows the server's clock on it. When a test steps that clock, this counts from the next transaction on.
 */
export class PreparingClient extends DatabaseClient {
  protected readonly clock: ClockOffset = { offsetMillis: 0 };
  /** How far `server_now()` is ahead on this connection. */
  private aheadMillis = 0;
  /** What goes ahead of the next statement, and has no answer of interest. */
  private begin: string[] = [];
  /** What goes with the COMMIT. */
  private last: { statements: readonly Statement[]; rows: unknown[][] } | undefined;
  /** Statements that were sent without waiting for the one before, and have no answer yet. */
  private underWay = 0;

  // All the forms of the base class, of which TypeORM uses text with values.
  override query = ((statement: unknown, values?: unknown, ...rest: unknown[]): unknown => {
    if (typeof statement === 'string' && values === undefined) {
      if (beginning.test(statement)) {
        this.begin.push(statement);
        return Promise.resolve(nothing);
      }
      if (ending.test(statement)) return this.endTransaction(statement);
    }
    this.followClock();
    if (typeof statement === 'string' && rest.length === 0 && (this.begin.length > 0 || this.underWay > 0)) {
      return this.together([[statement, values as unknown[] | undefined]])[0];
    }
    // Cursors and COPY cannot be sent with others.
    for (const text of this.begin.splice(0)) void (this.send(text) as Promise<unknown>).catch(() => undefined);
    return this.send(statement, values, ...rest);
  }) as pg.Client['query'];

  /**
   * Sends statements without waiting for the answer to one before the next; see `pipeline`.
   *
   * @returns the rows of each
   * @throws DatabaseError of the first that failed
   */
  async queryAll(statements: readonly Statement[]): Promise<unknown[][]> {
    this.followClock();
    const outcomes = await Promise.allSettled(this.together(statements));
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value.rows;
    });
  }

  /**
   * Keeps the last statements of a transaction back, to send them together with its COMMIT; see `withCommit`.
   *
   * @returns the rows of each, once the transaction has been committed
   */
  atCommit(statements: readonly Statement[]): () => unknown[][] {
    const last = { statements, rows: [] as unknown[][] };
    this.last = last;
    return () => last.rows;
  }

  /** Only between transactions: a rollback would take it back. */
  private followClock(): void {
    const { offsetMillis } = this.clock;
    if (offsetMillis === this.aheadMillis) return;
    const isIdle = (this as unknown as { readyForQuery: boolean }).readyForQuery && this.getTransactionStatus() === 'I';
    if (!isIdle) return;
    this.aheadMillis = offsetMillis;
    this.begin.unshift(`SET license_server.ahead_millis = '${offsetMillis}'`);
  }

  private async endTransaction(statement: string): Promise<unknown> {
    const { last } = this;
    this.last = undefined;
    if (last && statement === 'COMMIT') {
      // When one of them fails, so does the transaction, and COMMIT rolls it back.
      const rows = await this.queryAll([...last.statements, [statement, []]]);
      last.rows = rows.slice(0, -1);
      return nothing;
    }
    if (this.begin.length === 0) return this.send(statement);
    this.begin = [];
    return nothing;
  }

  /** Sends statements, and before them the beginning of their transaction if it is still to be sent, in one packet. */
  private together(
    statements: readonly (readonly [text: string, values?: readonly unknown[]])[],
  ): Promise<pg.QueryResult<pg.QueryResultRow>>[] {
    const begin = this.begin.splice(0).map((text) => [text] as const);
    // Only while something is under way: what COPY does is not possible in this mode.
    (this as { pipeline: boolean }).pipeline = true;
    // Each write wakes PostgreSQL, which costs more than most of the statements.
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection;
    stream.cork();
    const answers = [...begin, ...statements].map(async ([text, values]) => {
      this.underWay++;
      try {
        return (await this.send(text, values && [...values])) as pg.QueryResult<pg.QueryResultRow>;
      } finally {
        if (--this.underWay === 0) (this as { pipeline: boolean }).pipeline = false;
      }
    });
    stream.uncork();
    // Where the beginning fails, the connection is lost, and all that follows fails as well.
    for (const answer of answers.splice(0, begin.length)) answer.catch(() => undefined);
    return answers;
  }

  private send(statement: unknown, values?: unknown, ...rest: unknown[]): unknown {
    const span = typeof statement === 'string' && rest.length === 0 ? beginSpan(statement) : undefined;
    const answer = this.ask(statement, values, ...rest);
    if (span) endWith(span, answer as Promise<unknown>);
    return answer;
  }

  private ask(statement: unknown, values?: unknown, ...rest: unknown[]): unknown {
    const query = pg.Client.prototype.query.bind(this) as Query;
    if (typeof statement !== 'string' || !Array.isArray(values) || values.length === 0) {
      return query(statement, values, ...rest);
    }
    const name = nameOf(statement);
    return name === undefined ? query(statement, values, ...rest) : query({ name, text: statement, values }, ...rest);
  }
}

/** Connections that follow a clock. */
export function clientsBy(clock: ClockOffset): typeof PreparingClient {
  return class extends PreparingClient {
    protected override readonly clock = clock;
  };
}

/** Of a statement, whose values are not told; undefined where nothing is traced. */
function beginSpan(statement: string): WorkSpan | undefined {
  const span = currentSpan.getStore();
  if (!span) return undefined;
  const text = statement.replaceAll(/\s+/g, ' ').trim().slice(0, maxTracedLength);
  const operation = /^\w+/.exec(text)?.[0].toUpperCase() ?? '';
  return span.ask(operation || 'statement', {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    'db.query.text': text,
  });
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
