import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg, { type Client } from 'pg';
import { server } from '../src/access/actor.js';
import { AuditService } from '../src/audit/audit.service.js';
import { Clock } from '../src/clock/clock.js';
import { type ArrivalAt } from '../src/identity/arrival.js';
import { meet } from '../src/identity/known-people.queries.js';
import {
  assignableRequests,
  assignedCounts,
  assignment,
  chargedSessions,
  counts,
  denials,
  extension,
  formerSessions,
  insertion,
  joinQueue,
  lastOrganizations,
  leaseCounts,
  leasesOf,
  leasesOfTokens,
  leaveQueue,
  lentSeats,
  licensedUsers,
  liveSeats,
  lockPoolsOf,
  machineCounts,
  momentOf,
  ownLeases,
  poolsOf,
  registeredMachines,
  registration,
  removal,
  removeCharges,
  returningSessions,
} from '../src/activation/lease/check-out/check-out-statements.js';
import { renewLeases, renewSessions } from '../src/activation/lease/renewal/lease-renewal-statements.js';
import { deleteExpired, earliestExpiries } from '../src/activation/seat/end-leases.queries.js';
import { type LeaseState, type SeatRequest } from '../src/activation/seat/seat-decision.js';
import { rulesOfPools, seatsHeld } from '../src/activation/seat/seat-reservation.queries.js';
import { holdersOfKeys } from '../src/auth/api-key/api-key.queries.js';
import { accessNote, holdersOfTokens } from '../src/auth/authenticator.queries.js';
import { lockCounters, takeBack, takeTurn } from '../src/auth/sign-in/sign-in-statements.js';
import { keepPlans } from '../src/database/pool/pipeline.js';
import { type Statement } from '../src/database/pool/preparing-client.js';
import { migratedDatabase } from './support/test-server.js';

/** Rows of each table that a hot statement reads. */
const many = 10_000;
/** Pages of a table and its indexes that a statement may read more than for few rows, for the indexes are deeper. All of an index takes more. */
const mostMore = 50;

const uuid = (id: number): string => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
const now = new Date();
const later = new Date(now.getTime() + 3_600_000);

/** Two that ask at the same moment. In the tables, each organization, pool, user, machine and session has the same number. */
const ids = [17, many - 17];
const others = [...ids].reverse();
const requests = ids.map((id): SeatRequest => ({
  ...{ organizationId: id, userId: id, clientPackage: 'KSE', machineId: `machine ${id}`, sessionId: `session ${id}` },
  ...{ hostname: 'host', version: '10', fingerprint: `container ${id}`, jobId: null, takesOver: uuid(id) },
}));
const pools = ids.map((id) => ({ id, offline: 1, quota: 1, inUse: 1, organizationId: id }));
const queues = ids.map((organizationId) => ({ organizationId, product: 'KSE' as const }));
const leases = ids.map((id): LeaseState => ({
  ...{
    id: uuid(id),
    number: id,
    poolId: id,
    organizationId: id,
    product: 'KSE',
    userId: id,
    machineId: `machine ${id}`,
  },
  ...{ fingerprint: null, sessionId: `session ${id}`, renewedAt: now, expiresAt: later, hostname: 'host', jobId: null },
  ...{ client: null, borrowedUntil: null, originId: null },
}));
const extended = leases.map((lease, index) => ({ lease, request: requests[index]!, actor: server }));
const inserted = extended.map(({ lease, ...rest }, index) => ({
  ...rest,
  lease: { ...lease, id: uuid(many + 1 + index), sessionId: 'new' },
}));
const asking = requests.map((request) => ({ request, organizationId: null, code: 'seats-exhausted' as const }));
const arrivals = ids.map(
  (id) => ({ provider: { id: 1 }, subject: `person ${id}`, email: `user${id}@example.com` }) as ArrivalAt,
);
const keys = ids.map((id) => `key ${id}`);

/** What runs with `keepPlans`. */
const hot: [name: string, statement: Statement | (() => Promise<Statement>)][] = [
  ['lockPoolsOf', lockPoolsOf(queues)],
  ['poolsOf', poolsOf(queues)],
  ['momentOf', momentOf(queues)],
  ['ownLeases, by machine', ownLeases(requests, 'machine')],
  ['ownLeases, by container', ownLeases(requests, 'container')],
  ['leaseCounts', leaseCounts(ids)],
  ['licensedUsers', licensedUsers(ids, ids)],
  ['assignedCounts', assignedCounts(ids)],
  ['assignableRequests', assignableRequests(requests)],
  ['leasesOf', leasesOf(ids, ids)],
  ['liveSeats', liveSeats(pools, now)],
  ['leasesOfTokens', leasesOfTokens(requests)],
  ['lentSeats', lentSeats(ids, now)],
  ['chargedSessions', chargedSessions(ids, requests, now)],
  ['machineCounts', machineCounts(ids)],
  ['registeredMachines', registeredMachines(pools, requests)],
  ['rulesOfPools', rulesOfPools(ids)],
  ['seatsHeld', seatsHeld(ids, now)],
  ['returningSessions', returningSessions(requests, now)],
  ['formerSessions', formerSessions(asking, now)],
  ['deleteExpired, of pools', () => statementOf((manager) => deleteExpired(manager, 'pool_id', ids, now))],
  ['deleteExpired, by id', () => statementOf((manager) => deleteExpired(manager, 'id', ids.map(uuid), now))],
  ['earliestExpiries', () => statementOf((manager) => earliestExpiries(manager, ids))],
  ['assignment', assignment(ids.map((poolId, index) => ({ poolId, userId: others[index]! })))],
  ['removeCharges', removeCharges(ids)],
  ['insertion', insertion(inserted, now)],
  ['lastOrganizations', lastOrganizations(inserted)],
  ['extension', extension(extended, now)],
  ['removal', removal(leases)],
  [
    'registration',
    registration(
      requests.map((request, index) => ({ poolId: others[index]!, request })),
      now,
    ),
  ],
  ['denials', denials(asking, now)],
  ['counts', counts(pools, new Map())],
  ['joinQueue', joinQueue(requests)],
  ['leaveQueue', leaveQueue(ids)],
  ['renewLeases', renewLeases(ids.map((id) => ({ id: uuid(id), userId: id })))],
  ['renewSessions', renewSessions(requests.map((request) => ({ ...request, organizationId: undefined })))],
  ['holdersOfTokens', holdersOfTokens(ids.map((id) => `${id} 1 ${id} ${uuid(id)} `))],
  ['holdersOfKeys', holdersOfKeys({ kind: 'key', hashes: ids.map((id) => Buffer.from(`key ${id}`)) }, now)],
  ['accessNote', accessNote(ids, now)],
  ['lockCounters', lockCounters(keys)],
  ['takeTurn', [takeTurn, [keys, [1, 1], keys[0], 17, 'site', 1000, 900, 45]]],
  [
    'onceADay',
    new AuditService(new Clock()).onceADay(
      new Map(keys.map((key) => [key, { actor: server, change: { action: 'x' } }])),
    ),
  ],
  ['meet', () => statementOf((pool) => meet(pool, arrivals, 'u.id'))],
  ['takeBack', [takeBack, [keys, keys[0], 17, 'site']]],
];

let database: Awaited<ReturnType<typeof migratedDatabase>>;
/** Keeps the plans that it has made for few rows. */
let early: Client;
/** Makes its plans for many rows, of which PostgreSQL has counted as many as before. */
let late: Client;

describe.each([
  ['before PostgreSQL has counted any', ''],
  ['after PostgreSQL has counted few', 'ANALYZE'],
])('A plan that is made %s rows', (_, count) => {
  const pagesOfFew = new Map<string, Pages>();

  beforeAll(async () => {
    database = await migratedDatabase();
    early = await connect();
    await leaveUncounted();
    await fill(`unnest('{${ids.join()}}'::int[])`);
    await early.query(count);
    for (const [name, statement] of hot) {
      await pagesReadBy(early, name, statement);
      pagesOfFew.set(name, await pagesReadBy(early, name, statement));
    }
    await fill(`generate_series(1, ${many}) AS t(g) WHERE g NOT IN (${ids.join()})`);
    late = await connect();
  }, 180_000);

  afterAll(async () => {
    await early.end();
    await late.end();
    await database.drop();
  });

  it.each(hot)('reads no more for many: %s', async (name, statement) => {
    const few = pagesOfFew.get(name);
    await pagesReadBy(late, name, statement);
    for (const client of [early, late]) {
      const pages = await pagesReadBy(client, name, statement);
      const more = [...pages].map(([table, number]): [string, number] => [table, number - (few?.get(table) ?? 0)]);
      expect(more.filter(([, number]) => number > mostMore)).toEqual([]);
    }
  });
});

/** Pages read, by table, those of its indexes included. */
type Pages = ReadonlyMap<string, number>;

async function connect(): Promise<Client> {
  const connection = new pg.Client({ connectionString: database.url });
  await connection.connect();
  return connection;
}

/** Runs a statement as the server does, prepared and with `keepPlans`, and takes back what it did. */
async function pagesReadBy(
  client: Client,
  name: string,
  statement: Statement | (() => Promise<Statement>),
): Promise<Pages> {
  const [text, values] = typeof statement === 'function' ? await statement() : statement;
  await client.query(`BEGIN; ${keepPlans[0]}`);
  const before = await pagesRead(client);
  await client.query({ name, text, values: [...values] });
  const after = await pagesRead(client);
  await client.query('ROLLBACK');
  return new Map([...after].map(([table, pages]) => [table, pages - (before.get(table) ?? 0)]));
}

/** Those that a connection has read, less what it has told PostgreSQL's statistics, which it does between transactions. */
async function pagesRead(client: Client): Promise<Pages> {
  const { rows } = await client.query<{ name: string; pages: number }>(
    `SELECT coalesce(i.indrelid, c.oid)::regclass::text AS name, sum(pg_stat_get_xact_blocks_fetched(c.oid))::int AS pages
       FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') GROUP BY 1`,
  );
  return new Map(rows.map(({ name, pages }) => [name, pages]));
}

/** Keeps PostgreSQL from counting the rows of its own accord: plans would be made anew then. */
async function leaveUncounted(): Promise<void> {
  const { rows } = await early.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  );
  await early.query(rows.map(({ name }) => `ALTER TABLE ${name} SET (autovacuum_enabled = off)`).join('; '));
}

/** The last statement that a function runs before it ends its transaction. */
async function statementOf(run: (database: never) => Promise<unknown>): Promise<Statement> {
  let statement: Statement = ['', []];
  const note = (...[text, values]: Statement): Promise<[]> => {
    if (text !== 'COMMIT') statement = [text, values];
    return Promise.resolve([]);
  };
  const connection = {
    query: note,
    queryAll: (statements: Statement[]) => Promise.all(statements.map((each) => note(...each))),
    release: () => undefined,
  };
  await run({ ...connection, connect: () => Promise.resolve(connection) } as never);
  return statement;
}

/** Fills the tables with rows of these numbers, without what triggers and foreign keys would do and check. */
async function fill(numbers: string): Promise<void> {
  // On a connection of its own, for what switches the triggers off has PostgreSQL forget its plans.
  const connection = await connect();
  await connection.query(`
    SET session_replication_role = replica;
    CREATE TEMPORARY VIEW number AS SELECT g, ('00000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid AS uuid, now() AS now,
           now() + interval '1 hour' AS later FROM (SELECT * FROM ${numbers}) AS n(g);
    INSERT INTO installation (id, quotas_valid_until, newest_time) VALUES (1, now(), now()) ON CONFLICT DO NOTHING;
    UPDATE installation SET quotas_valid_until = now() + interval '1 day', newest_time = now();
    INSERT INTO organization (id, name, created_at) OVERRIDING SYSTEM VALUE SELECT g, 'Organization ' || g, now FROM number;
    INSERT INTO user_account (id, email, created_at) OVERRIDING SYSTEM VALUE SELECT g, 'user' || g || '@example.com', now FROM number;
    INSERT INTO membership (organization_id, user_id, role, joined_at) SELECT g, g, 'USER', now FROM number;
    INSERT INTO seat_pool (id, organization_id, product, model, allocation, quota, ends_at, earliest_expiry) OVERRIDING SYSTEM VALUE
      SELECT g, g, 'KSE', 'floating', 1, 1, later, later FROM number;
    INSERT INTO lease (id, pool_id, organization_id, product, user_id, machine_id, session_id, fingerprint, origin_id, started_at, renewed_at, expires_at)
      SELECT uuid, g, g, 'KSE', g, 'machine ' || g, 'session ' || g, 'container ' || g, uuid, now, now, later FROM number;
    INSERT INTO licensed_user (pool_id, user_id, assigned_at) SELECT g, g, now FROM number;
    INSERT INTO machine (pool_id, machine_id, user_id, registered_at) SELECT g, 'machine ' || g, g, now FROM number;
    INSERT INTO seat_charge (kind, organization_id, pool_id, product, model, user_id, machine_id, expires_at, lease_id)
      SELECT 'session', g, g, 'KSE', 'floating', g, 'machine ' || g, later, uuid FROM number;
    INSERT INTO offline_license (organization_id, pool_id, machine_id, created_at, expires_at, token, product, model)
      SELECT g, g, 'machine ' || g, now, later, '', 'KSE', 'floating' FROM number;
    INSERT INTO seat_reservation (organization_id, product, seats, user_id) SELECT g, 'KSE', 1, g FROM number;
    INSERT INTO seat_cap (organization_id, product, seats, team_id) SELECT g, 'KSE', 1, g FROM number;
    INSERT INTO team_member (team_id, user_id, organization_id, role, joined_at) SELECT g, g, g, 'USER', now FROM number;
    INSERT INTO seat_waiter (organization_id, product, user_id) SELECT g, 'KSE', g FROM number;
    INSERT INTO ended_session (lease_id, organization_id, product, model, user_id, machine_id, session_id, started_at, ended_at)
      SELECT gen_random_uuid(), g, 'KSE', 'floating', g, 'machine ' || g, 'session ' || g, now, now FROM number;
    INSERT INTO denial (occurred_at, organization_id, product, code, user_id, machine_id, session_id)
      SELECT now, g, 'KSE', 'seats-exhausted', g, 'machine ' || g, 'session ' || g FROM number;
    INSERT INTO token_family (id, user_id, generation, expires_at) SELECT uuid, g, 1, later FROM number;
    INSERT INTO api_key (user_id, name, key_hash, hint, created_at) SELECT g, '', ('key ' || g)::bytea, '', now FROM number;
    INSERT INTO user_identity (provider_id, subject, user_id, email, created_at, last_seen_at)
      SELECT 1, 'person ' || g, g, 'user' || g || '@example.com', now, now - interval '1 day' FROM number;
    INSERT INTO rate_limit (key, points, expire) SELECT 'key ' || g, 1, extract(epoch FROM later) * 1000 FROM number;
    INSERT INTO sign_in_place (user_id, site, last_at) SELECT g, 'site', now FROM number;
`);
  await connection.end();
}
