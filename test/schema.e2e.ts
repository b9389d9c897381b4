import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import {
  assignableRequests,
  formerSessions,
  returningSessions,
} from '../src/activation/lease/check-out/check-out-statements.js';
import { accessNote, holdersOfTokens } from '../src/auth/authenticator.queries.js';
import { holdersOfKeys } from '../src/auth/api-key/api-key.queries.js';
import { type SeatRequest } from '../src/activation/seat/seat-decision.js';
import { dataSourceOptions, migrate } from '../src/database/data-source.js';
import { keepPlans } from '../src/database/pool/pipeline.js';
import { type Statement } from '../src/database/pool/preparing-client.js';
import { entities } from '../src/entities.js';
import { emptyDatabase } from './support/test-server.js';

/** Of libraries, which know their tables themselves. */
const notOurs = ['migration', 'rate_limit'];

/** Numbers of transactions, a type that TypeORM does not know, and indexes over them. */
const transactionNumbers = /"(xid|granted_xid|ended_xid|sealed_below|restored_in|\w+_xid)"/;

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await emptyDatabase();
  await migrate(database.url);
  const { extra, ...options } = dataSourceOptions(database.url);
  // TypeORM reads a schema with many questions at once on one connection, which only a pipeline is made for.
  dataSource = await new DataSource({
    ...options,
    entities,
    extra: { ...(extra as object), pipeline: true },
  }).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('The schema', () => {
  it('has an entity for every table', async () => {
    const tables = await dataSource.query<{ name: string }[]>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const ours = tables.map(({ name }) => name).filter((name) => !notOurs.includes(name));
    expect(dataSource.entityMetadatas.map(({ tableName }) => tableName).sort()).toEqual(ours.sort());
  });

  it('is what the entities say, with every column, default, index, check and foreign key', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query).filter((query) => !transactionNumbers.test(query))).toEqual([]);
  });
});

/** Of hot statements, whose plans are kept: made on tables as they are here, they must be right for millions of rows too. */
describe('A plan from a time of few rows', () => {
  const request = { userId: 1, organizationId: 1, clientPackage: 'KSE', machineId: 'm', sessionId: 's' } as SeatRequest;
  const asking = [{ request, organizationId: 1, code: 'seats-exhausted' as const }];
  const hot: [name: string, statement: Statement, indexes: string[]][] = [
    ['finds sessions whose seat was taken back', assignableRequests([request]), ['ended_session_session_hash']],
    ['finds returning sessions', returningSessions([request], new Date()), ['ended_session_session_hash']],
    [
      'finds former sessions and whether their refusals are recorded',
      formerSessions(asking, new Date()),
      ['ended_session_session_hash', 'denial_session_hash'],
    ],
    ['finds the holders of tokens', holdersOfTokens([]), ['user_account_pkey', 'api_key_pkey', 'token_family_pkey']],
    [
      'finds the holders of API keys',
      holdersOfKeys({ kind: 'key', hashes: [] }, new Date()),
      ['user_account_pkey', 'api_key_key_hash_key'],
    ],
    ['notes that accounts are in use', accessNote([], new Date()), ['user_account_pkey']],
  ];

  it.each(hot)('%s by an index', async (_, [text, values], indexes) => {
    const lines = await keptPlan(text, values.length);
    for (const index of indexes) expect(lines.join('\n')).toMatch(new RegExp(`Index Scan (using|on) ${index}\\b`));
    expect(lines.filter((line) => /Seq Scan|Hash Join|Merge Join/.test(line))).toEqual([]);
  });
});

/** @returns the lines of the plan that PostgreSQL keeps for a statement, whatever its values are */
async function keptPlan(text: string, values: number): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    await runner.query(keepPlans[0]);
    await runner.query(`PREPARE hot AS ${text}`);
    const nulls = Array.from({ length: values }, () => 'NULL').join(', ');
    const rows = (await runner.query(`EXPLAIN (COSTS OFF) EXECUTE hot (${nulls})`)) as { 'QUERY PLAN': string }[];
    await runner.query('DEALLOCATE hot');
    return rows.map((row) => row['QUERY PLAN']);
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}
