import { type Pool } from 'pg';
import { type EntityManager } from 'typeorm';
import { type PreparingClient, type Statement } from './preparing-client.js';

/**
 * Sends statements of a transaction together and then waits for their answers, instead of one journey to the database for
 * each. PostgreSQL still runs them one after the other, in their order, each on its own snapshot.
 *
 * @param manager of the transaction
 * @returns the rows of each
 * @throws DatabaseError of the first that failed; the transaction is then void, as always
 */
export async function pipeline(manager: EntityManager, statements: readonly Statement[]): Promise<unknown[][]> {
  return (await clientOf(manager)).queryAll(statements);
}

/** A statement, and what becomes of its rows. */
export interface Step {
  statement: Statement;
  take?: (rows: never[]) => void;
}

export function step(statement: Statement, take?: Step['take']): Step {
  return take ? { statement, take } : { statement };
}

/** {@link pipeline}, and each step takes its rows, in their order. */
export async function runSteps(manager: EntityManager, steps: readonly Step[]): Promise<void> {
  if (steps.length > 0) takeRows(steps, await pipeline(manager, statementsOf(steps)));
}

/**
 * Sends the last statements of a transaction together with its COMMIT. The commit fails when one of them does.
 *
 * @param manager of the transaction, in which nothing may be asked after this
 * @returns to be called after the commit: each step takes its rows
 */
export async function withCommit(manager: EntityManager, steps: readonly Step[]): Promise<() => void> {
  if (steps.length === 0) return () => undefined;
  const rows = (await clientOf(manager)).atCommit(statementsOf(steps));
  return () => takeRows(steps, rows());
}

function statementsOf(steps: readonly Step[]): Statement[] {
  return steps.map(({ statement }) => statement);
}

function takeRows(steps: readonly Step[], rows: readonly unknown[][]): void {
  steps.forEach(({ take }, index) => take?.((rows[index] ?? []) as never[]));
}

async function clientOf({ queryRunner }: EntityManager): Promise<PreparingClient> {
  if (!queryRunner) throw new Error('Only the statements of a transaction go together');
  return (await queryRunner.connect()) as PreparingClient;
}

/**
 * For hot statements, as the first of a transaction: PostgreSQL keeps one plan for each prepared statement instead of planning it
 * for every batch, which takes longer than running it. Index scans only; and each statement is written so that it suits a table of any
 * size: a join can also read a whole index (`test/kept-plans.e2e.ts`).
 */
export const keepPlans: Statement = [
  'SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off',
  [],
];

/** In one message each: PostgreSQL sends an answer to every one, and each wakes the server. */
const beginnings: Readonly<Record<'flushed' | 'unflushed', Statement>> = {
  flushed: [`BEGIN; ${keepPlans[0]}`, []],
  unflushed: [`BEGIN; ${keepPlans[0]}; SET LOCAL synchronous_commit = off`, []],
};

/**
 * Runs a hot statement in a transaction of its own, in one round trip, with {@link keepPlans}.
 *
 * @param waits see {@link runHotTogether}
 */
export async function runHot<Row>(
  pool: Pool,
  statement: Statement,
  waits: keyof typeof beginnings = 'flushed',
): Promise<Row[]> {
  const [rows] = await runHotTogether(pool, [statement], waits);
  return rows as Row[];
}

/**
 * The same for several statements, which share the transaction.
 *
 * @param waits for the disk; else the last of what such transactions have written may be lost after a crash, and only that
 * @returns the rows of each
 */
export async function runHotTogether(
  pool: Pool,
  statements: readonly Statement[],
  waits: keyof typeof beginnings = 'flushed',
): Promise<unknown[][]> {
  const client = (await pool.connect()) as unknown as PreparingClient & { release(): void };
  try {
    const answers = await client.queryAll([beginnings[waits], ...statements, ['COMMIT', []]]);
    return answers.slice(1, -1);
  } finally {
    client.release();
  }
}
