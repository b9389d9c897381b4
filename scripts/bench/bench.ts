import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { licenseFrom } from '../../cli/vendor/license-specification.js';
import pg from 'pg';
import { bytesPerSession } from '../fill/bytes-per-session.js';
import { fillDatabase, fullCompany, waitUntilSettled } from '../fill/company-year.js';
import { ThrowAwayServer } from '../sample/throw-away-server.js';
import { Cluster } from './cluster.js';
import type { Consoles } from './consoles.js';
import { measureDirectory } from './directory.js';
import { measureConsole } from './console-speed.js';
import { compareCosts } from './costs.js';
import {
  connections,
  inOwnProcess,
  type Load,
  memory,
  most,
  type Requests,
  withBareRoute,
  withConsoles,
} from './load.js';
import { comparePages } from './pages.js';
import { measureStarts } from './starts.js';
import { type Figure, machineOf, millis, table, times } from './report.js';

/** Seconds of each measurement. */
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
/** Live leases, and organizations with a pool each. */
interface Size {
  leases: number;
  pools: number;
}
const small: Size = { leases: 1000, pools: 100 };
const large: Size = { leases: Number(process.env.BENCH_LEASES ?? 1_000_000), pools: 10_000 };
/** Clients of the Monday morning, and seconds that they have. */
const monday = {
  clients: Number(process.env.BENCH_MORNING_CLIENTS ?? 10_000),
  seconds: Number(process.env.BENCH_MORNING_SECONDS ?? 60),
};
const password = 'correct horse battery';

/**
 * The parts, in their order; `--only NAME` picks some. `--only wal` counts what one operation costs instead, `--against PATH` beside
 * another built checkout. `--only full` measures the pages of the console with a year of a large company in the database.
 */
const parts: Record<string, (subject: Subject) => Promise<void>> = {
  ...{
    renewals,
    alone,
    seats: checkOutsAndReleases,
    refusals,
    asking: askingAgain,
    activations,
    ended: endedSessions,
    sizes,
    morning: mondayMorning,
    directory: ofDirectory,
    watching,
    console: consoleSpeed,
    start: async () => report(...(await measureStarts(5))),
  },
};
const { values: options } = parseArgs({
  options: {
    write: { type: 'string' },
    only: { type: 'string', multiple: true, default: Object.keys(parts) },
    against: { type: 'string' },
    turns: { type: 'string', default: '3' },
    kind: { type: 'string', multiple: true, default: [] },
  },
});
if (options.only.includes('wal')) {
  await compareCosts({ against: options.against, turns: Number(options.turns), kinds: options.kind });
  process.exit();
}

/** A server, and who calls it. */
interface Subject {
  server: ThrowAwayServer;
  database: string;
  organizationId: number;
  userId: number;
  poolId: number;
  headers: Record<string, string>;
  studio: Record<string, string>;
}

/** What a renewal would be at best, for pgbench. */
const updateOneRow = `\\set id random(1, 10000)
UPDATE bench_lease SET renewed_at = now(), expires_at = now() + interval '15 minutes' WHERE id = :id;`;

const figures: Figure[] = [];
let errors = 0;
const vendor = generateKeyPairSync('ed25519');
const cluster = Cluster.start();
const servers: ThrowAwayServer[] = [];

// Ctrl-C leaves nothing behind either.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stop().then(() => process.exit(1)));
try {
  await bench();
} finally {
  await stop();
}

async function stop(): Promise<void> {
  for (const server of servers.splice(0)) await server.stop();
  cluster.stop();
}

async function bench(): Promise<void> {
  if (options.only.includes('full')) return fullDatabase();
  const subject = await start('kit');
  // Only now: a server takes no database with tables of something else.
  cluster.sql(
    `CREATE TABLE bench_lease (id int PRIMARY KEY, renewed_at timestamptz, expires_at timestamptz) WITH (fillfactor = 70);
     INSERT INTO bench_lease SELECT id, now(), now() FROM generate_series(1, 10000) AS id;
     CREATE TABLE bench_pool (id int PRIMARY KEY, in_use int); INSERT INTO bench_pool VALUES (1, 0);
     CREATE TABLE bench_held (id bigserial PRIMARY KEY, pool_id int REFERENCES bench_pool, expires_at timestamptz)`,
  );
  const atStart = memory(subject.server, 'VmRSS');
  addLeases(subject, 'renewed', 1000);
  for (const [name, part] of Object.entries(parts)) if (options.only.includes(name)) await part(subject);
  report({
    name: `memory of the server: ${atStart} MB after its start, at most`,
    compared: `${memory(subject.server, 'VmHWM')} MB`,
    aim: '< 300 MB',
    reached: memory(subject.server, 'VmHWM') < 300,
  });
  const machine = machineOf({ postgres: cluster.version, seconds });
  console.log(`\n${table(figures)}\n\n${machine}`);
  if (errors > 0) {
    console.error(`${errors} requests were answered with an error`);
    process.exitCode = 1;
  }
  if (options.write) writeReport(options.write, machine);
}

/** Puts the figures between the marks in a page; what they mean, people write around them. */
function writeReport(file: string, machine: string): void {
  const page = readFileSync(file, 'utf8');
  const [begin, end] = ['<!-- measured -->', '<!-- end -->'];
  const [before, after] = [page.split(begin)[0], page.split(end)[1]];
  if (before === undefined || after === undefined) throw new Error(`${file} has no ${begin} … ${end}`);
  writeFileSync(file, `${before}${begin}\n\n${machine}\n\n${table(figures)}\n\n${end}${after}`);
}

/** A table at the end, and each figure as soon as it is there. */
function report(...found: Figure[]): void {
  figures.push(...found);
  for (const { name, load, rate = load?.rate, compared = '' } of found) {
    console.log(`${name.padEnd(62)} ${rate === undefined ? '' : Math.round(rate)}/s  ${compared}`);
  }
}

function urlOf(database: string): string {
  const url = new URL(cluster.url);
  url.pathname = database;
  return url.toString();
}

async function launch(database: string): Promise<ThrowAwayServer> {
  const server = await ThrowAwayServer.start({
    // Ten thousand people come from as many machines; here all of them have one address.
    ...{ MAX_CONNECTIONS: '20000', MAX_CONNECTIONS_PER_ADDRESS: '20000' },
    DATABASE_URL: urlOf(database),
    VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    SECRET_KEY_FILE: path.join(cluster.folder, `${database}.key`),
  });
  servers.push(server);
  return server;
}

/** A server that is set up, on a database of this name. */
async function start(database: string): Promise<Subject> {
  const server = await launch(database);
  const license = await licenseFrom(specification(), vendor.privateKey, new Date());
  await server.call('POST', '/api/v1/setup/license', { license }, { 'x-setup-token': server.setupToken });
  const { apiKey, organizationId, authorization } = await server.open('bench@example.com', password);
  const pool = `SELECT id FROM seat_pool WHERE organization_id = ${organizationId} AND product = 'KSE' AND model = 'floating'`;
  return {
    ...{ server, database, organizationId },
    userId: Number(cluster.sql(`SELECT id FROM user_account WHERE email = 'bench@example.com'`, database)),
    poolId: Number(cluster.sql(pool, database)),
    headers: { authorization: `Bearer ${apiKey}` },
    studio: { authorization },
  };
}

/** The pages of the console, with a year of a large company and with a hundredth of it. */
async function fullDatabase(): Promise<void> {
  const readers: Subject[] = [];
  const clients: pg.Client[] = [];
  for (const [database, share] of [
    ['hundredth', 0.01],
    ['whole', Number(process.env.BENCH_SHARE ?? 1)],
  ] as const) {
    cluster.sql(`CREATE DATABASE ${database}`, 'postgres');
    const reader = await start(database);
    readers.push(reader);
    const client = new pg.Client({ connectionString: urlOf(database) });
    await client.connect();
    await fillDatabase(client, fullCompany(share));
    await client.query('VACUUM (ANALYZE)');
    // A start adds up the past at once.
    await reader.server.stop();
    reader.server = await launch(database);
    clients.push(client);
  }
  for (const client of clients) {
    await waitUntilSettled(client);
    console.log(`\n${await bytesPerSession(client)}`);
    await client.end();
  }
  const [small, full] = readers;
  if (small && full)
    console.log(`\n${await comparePages(small, full)}\n\n${machineOf({ postgres: cluster.version, seconds })}`);
}

async function renewals(subject: Subject): Promise<void> {
  const update = cluster.pgbench(updateOneRow, connections, seconds);
  const bare = await withBareRoute((target) => most(cluster, target, renewalOf([randomUUID()], {}), { seconds }));
  const requests = renewalOf(idsOf(subject, 'renewed'), subject.headers);
  const twin = await launch('kit');
  // JavaScript is compiled while it runs: seconds after a start are not what a day is like.
  for (const server of [subject.server, twin]) await measured({ server }, requests, 3);
  const renewal = await measured(subject, requests);
  const halves = await Promise.all(
    [subject.server, twin].map((server) => measured({ server }, requests, seconds, connections / 2)),
  );
  await twin.stop();
  const both = halves.reduce((sum, { rate }) => sum + rate, 0);
  report(
    { name: 'pgbench: UPDATE of one row', load: update },
    { name: 'a bare Fastify route', load: bare },
    {
      name: 'renewals',
      load: renewal,
      compared: `${compare(renewal, update)}; ${times(renewal.rate, bare.rate)} bare route`,
      aim: '1.2 × pgbench',
      reached: renewal.rate >= 1.2 * update.rate,
    },
    { name: 'renewals, two servers on the database', rate: both, compared: `${times(both, update.rate)} pgbench` },
  );
}

/** One client, one request after the other, beside one UPDATE with its commit and the shortest request. */
async function alone(subject: Subject): Promise<void> {
  const loads: Record<'live' | 'renewal' | 'checkOut' | 'update', Load[]> = {
    live: [],
    renewal: [],
    checkOut: [],
    update: [],
  };
  const time = Math.ceil(seconds / 2);
  const { server, organizationId, headers } = subject;
  const requests = {
    renewal: renewalOf(idsOf(subject, 'renewed'), headers),
    checkOut: checkOutOf([organizationId], headers),
  };
  const live: Requests = { method: 'GET', lines: ['/health/live'], headers: {} };
  for (let turn = 0; turn < 3; turn++) {
    const { rate, cpuOfAll } = cluster.pgbench(updateOneRow, 1, time);
    loads.update.push({ rate, cpuOfAll, p50: 1000 / rate, p99: NaN, errors: 0, cpu: NaN });
    loads.live.push(await measured({ server }, live, time, 1));
    loads.renewal.push(await measured(subject, requests.renewal, time, 1));
    loads.checkOut.push(await measured(subject, requests.checkOut, time, 1));
  }
  const [update, shortest] = [middle(loads.update), middle(loads.live)];
  const [renewal, checkOut] = [middle(loads.renewal), middle(loads.checkOut)];
  const least = update.p50 + shortest.p50;
  report(
    { name: 'one client: pgbench, UPDATE of one row', load: { rate: update.rate, p50: update.p50 } },
    { name: 'one client: /health/live', load: shortest },
    {
      name: 'one client: renewal',
      load: renewal,
      compared: `${times(renewal.p50, least)} the UPDATE and /health/live`,
      ...{ aim: '1.6 ×', reached: renewal.p50 <= 1.6 * least },
    },
    {
      name: 'one client: check-out',
      load: checkOut,
      compared: `${times(checkOut.p50, least)} the UPDATE and /health/live`,
      ...{ aim: '4.0 ×', reached: checkOut.p50 <= 4 * least },
    },
  );
}

async function checkOutsAndReleases(subject: Subject): Promise<void> {
  const transaction = cluster.pgbench(
    `BEGIN;
SELECT in_use FROM bench_pool WHERE id = 1 FOR UPDATE;
INSERT INTO bench_held (pool_id, expires_at) VALUES (1, now() + interval '15 minutes');
UPDATE bench_pool SET in_use = in_use + 1 WHERE id = 1;
COMMIT;`,
    connections,
    seconds,
  );
  const checkOut = await measured(subject, checkOutOf([subject.organizationId], subject.headers));
  addLeases(subject, 'released', seconds * 15_000);
  const release = await measured(subject, releaseOf(idsOf(subject, 'released'), subject.headers));
  const figure = (name: string, load: Load): Figure => ({
    ...{ name, load, compared: compare(load, transaction) },
    ...{ aim: '1.0 × pgbench', reached: load.rate >= transaction.rate },
  });
  report(
    { name: 'pgbench: lock the pool, insert, count', load: transaction },
    figure('check-outs', checkOut),
    figure('releases', release),
  );
  await halfLoad(subject, checkOut.rate / 2);
}

/** At a full pool, small or large, each refusal says who holds the seats. In turns with check-outs, alone and 16 at once. */
async function refusals(subject: Subject): Promise<void> {
  const sizes = [10, 20_000];
  const pools = sizes.map((seats) => fullPool(subject, seats));
  for (const clients of [1, 16]) {
    const time = Math.ceil(seconds / 2);
    const loads = { checkOut: [] as Load[], refused: sizes.map(() => [] as Load[]) };
    for (let turn = 0; turn < 3; turn++) {
      loads.checkOut.push(
        await measured(subject, checkOutOf([subject.organizationId], subject.headers), time, clients),
      );
      for (const [index, pool] of pools.entries()) {
        loads.refused[index]?.push(await loaded(subject, checkOutOf([pool], subject.headers), time, clients));
      }
    }
    const checkOut = middle(loads.checkOut);
    const atOnce = clients === 1 ? 'one after another' : `${clients} at once`;
    report(
      { name: `check-outs, ${atOnce}`, load: checkOut },
      ...sizes.map((seats, index) => {
        const load = middle(loads.refused[index] ?? []);
        const [ratio, aim] = clients === 1 ? [load.p50 / checkOut.p50, 1.2] : [checkOut.rate / load.rate, 1];
        return {
          name: `refusals at ${seats.toLocaleString('en')} seats, ${atOnce}`,
          load,
          compared: `${ratio.toFixed(2)} × the ${clients === 1 ? 'median' : 'time'} of a check-out`,
          ...{ aim: `${aim.toFixed(1)} ×`, reached: ratio <= aim },
        };
      }),
    );
  }
}

/** An organization whose seats are all in use. */
function fullPool({ database, userId }: Subject, seats: number): number {
  return Number(
    cluster
      .sql(
        `WITH made AS (INSERT INTO organization (name, created_at) VALUES ('Full ${seats}', now()) RETURNING id),
              joined AS (INSERT INTO membership SELECT id, ${userId}, 'OWNER', now() FROM made)
           INSERT INTO seat_pool (organization_id, product, model, quota, in_use, ends_at, earliest_expiry)
             SELECT id, 'KSE', 'floating', ${seats}, ${seats}, now() + interval '300 days', now() + interval '1 day' FROM made;
         INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, session_id, started_at, renewed_at, expires_at)
           SELECT p.id, p.organization_id, 'KSE', ${userId}, 'full-' || n, 'full', now() - n * interval '1 second', now(), now() + interval '1 day'
             FROM seat_pool p JOIN organization o ON o.id = p.organization_id AND o.name = 'Full ${seats}', generate_series(1, ${seats}) AS n;
         ANALYZE lease; SELECT id FROM organization WHERE name = 'Full ${seats}'`,
        database,
      )
      .trim()
      .split('\n')
      .at(-1),
  );
}

async function activations(subject: Subject): Promise<void> {
  const openssl = spawnSync('openssl', ['speed', '-seconds', '3', 'rsa2048'], { encoding: 'utf8' }).stdout;
  const signatures = Number(/rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)/.exec(openssl)?.[1] ?? NaN);
  const lines = Array.from({ length: 2000 }, (_, index) => {
    const machineKey = index.toString(16).padStart(32, 'a');
    const query = `machineKey=${machineKey}&sessionId=a-${index}&hostname=a-${index}&ksVersion=10&package=KSE&organizationId=`;
    return `/api/v1/license-keys/activate?${query}`;
  });
  const activation = await measured(subject, { method: 'POST', lines, headers: subject.studio });
  report(
    { name: 'openssl: RSA-2048 signatures, one core', rate: signatures },
    {
      name: 'Studio activations',
      load: activation,
      compared: `${times(activation.rate, signatures)} openssl`,
      aim: '0.60 × openssl',
      reached: activation.rate >= 0.6 * signatures,
    },
  );
}

/**
 * A license ends: all its sessions ask at once, and then each every 30 seconds until its client stops. An answer is kept for a
 * minute, so every other one is made again. In turns with renewals, so that all have the same weather.
 */
async function endedSessions(subject: Subject): Promise<void> {
  const live = addSessions(subject, 'b', subject.organizationId, 2000);
  const over = endedOrganization(subject);
  const ended = addSessions(subject, 'c', over, 10_000);
  cluster.sql(
    `UPDATE seat_pool SET ends_at = now() - interval '1 second' WHERE organization_id = ${over} AND product = 'KSE'`,
    subject.database,
  );
  const { server, studio: headers } = subject;
  const before = memory(server, 'VmRSS');
  const file = path.join(cluster.folder, 'ended');
  writeFileSync(file, ended.join('\n'));
  const all = await inOwnProcess<{ took: number; p50: number; p99: number; ended: number }>('atOnce', {
    ...{ url: server.url, file, headers },
  });
  errors += ended.length - all.ended;
  const loads = await endedLoads(subject, over, live, ended);
  report({
    name: `${ended.length.toLocaleString('en')} ended sessions at once`,
    load: { rate: all.ended / all.took, p50: all.p50, p99: all.p99 },
    compared: `${all.ended.toLocaleString('en')} answered in ${all.took.toFixed(1)} s; memory ${before} MB before, ${memory(server, 'VmHWM')} MB at most`,
    ...{ aim: 'all answered', reached: all.ended === ended.length },
  });
  reportEnded(loads);
}

/** Renewals, and answers to sessions that are over: those that are kept, and those that are made again. */
interface EndedLoads {
  renewal: Load;
  again: Load;
  madeAgain: Load;
}

async function endedLoads(
  subject: Subject,
  over: number,
  live: readonly string[],
  ended: readonly string[],
): Promise<EndedLoads> {
  const loads = { renewal: [] as Load[], again: [] as Load[], madeAgain: [] as Load[] };
  const ask = async (lines: readonly string[]): Promise<Load> =>
    measured(subject, { method: 'POST', lines, headers: subject.studio }, Math.ceil(seconds / 2));
  for (let turn = 0; turn < 3; turn++) {
    loads.renewal.push(await ask(live));
    loads.again.push(await ask(ended.slice(0, 2000)));
    // What was kept is of no use any more.
    cluster.sql(`SELECT pg_notify('organization_changed', '${over} members')`, subject.database);
    loads.madeAgain.push(await ask(ended));
  }
  return { renewal: middle(loads.renewal), again: middle(loads.again), madeAgain: middle(loads.madeAgain) };
}

function reportEnded({ renewal, again, madeAgain }: EndedLoads): void {
  const costs = (again.cpu + madeAgain.cpu) / 2;
  report(
    { name: 'renewals of Studio', load: renewal },
    {
      name: 'ended answers within the minute',
      load: again,
      compared: `${times(again.cpu, renewal.cpu)} renewal by CPU`,
    },
    {
      name: 'ended answers that are made again',
      load: madeAgain,
      compared: `${times(madeAgain.cpu, renewal.cpu)} renewal by CPU`,
    },
    {
      name: 'ended answers, half of each',
      load: { cpu: costs },
      ...{
        compared: `${times(costs, renewal.cpu)} renewal by CPU`,
        aim: '1.0 × renewal',
        reached: costs <= renewal.cpu,
      },
    },
  );
}

function endedOrganization({ database, userId }: Subject): number {
  return Number(
    cluster.sql(
      `WITH made AS (INSERT INTO organization (name, created_at) VALUES ('Over', now()) RETURNING id),
            joined AS (INSERT INTO membership SELECT id, ${userId}, 'OWNER', now() FROM made),
            pool AS (INSERT INTO seat_pool (organization_id, product, model, quota, ends_at)
                       SELECT id, 'KSE', 'floating', 1000000, now() + interval '300 days' FROM made)
       SELECT id FROM made`,
      database,
    ),
  );
}

/** Sessions of Studio as activations would have made them. @returns the path of the renewal of each */
function addSessions({ database, userId }: Subject, digit: string, organizationId: number, count: number): string[] {
  cluster.sql(
    `INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, session_id, client, started_at, renewed_at, expires_at)
       SELECT id, organization_id, product, ${userId}, lpad(to_hex(n), 32, '${digit}'), '${digit}-' || n, 'studio', now(), now(), now() + interval '1 day'
         FROM seat_pool, generate_series(1, ${count}) AS n
        WHERE organization_id = ${organizationId} AND product = 'KSE' AND model = 'floating';
     UPDATE seat_pool p SET in_use = (SELECT count(*) FROM lease WHERE pool_id = p.id) WHERE organization_id = ${organizationId};
     ANALYZE`,
    database,
  );
  return Array.from({ length: count }, (_, index) => {
    const machineKey = (index + 1).toString(16).padStart(32, digit);
    const session = `sessionId=${digit}-${index + 1}&hostname=${digit}&ksVersion=10&package=KSE`;
    return `/api/v1/license-keys/activate?machineKey=${machineKey}&${session}&organizationId=${organizationId}`;
  });
}

interface Paced {
  p50: number;
  p99: number;
  errors: number;
}

/** Requests at a steady rate, from a process of their own. @param status of a right answer */
async function paced(
  { server }: Subject,
  { lines, headers }: Requests,
  { rate, status, time = seconds }: { rate: number; status: number; time?: number },
): Promise<Paced> {
  const result = await inOwnProcess<Paced>('paced', {
    ...{
      url: server.url,
      lines,
      rate,
      status,
      seconds: time,
      clients: status === 201 ? Number.MAX_SAFE_INTEGER : 1000,
    },
    headers: lines[0]?.includes('\t') ? { ...headers, 'content-type': 'application/json' } : headers,
  });
  errors += result.errors;
  return result;
}

/** Waits until the server has sealed what the measurements before have left it: a company has hours for so much. */
async function sealed({ database }: Subject): Promise<void> {
  const rest = `SELECT EXISTS (SELECT FROM lease, audit_chain WHERE xid >= sealed_below)
                    OR EXISTS (SELECT FROM ended_session, audit_chain WHERE ended_xid >= sealed_below)`;
  for (let looks = 0; looks < 120 && cluster.sql(rest, database).trim() === 't'; looks++) await pause(1000);
}

async function halfLoad(subject: Subject, rate: number): Promise<void> {
  await sealed(subject);
  // Other machines than those that have a seat already.
  const checkOut = checkOutOf([subject.organizationId], subject.headers, 'even');
  const load = await paced(subject, checkOut, { rate, status: 201 });
  report({
    name: 'check-outs at half of the most, evenly',
    load: { ...load, rate },
    ...{ compared: `p99 ${millis(load.p99)}`, aim: 'p99 < 20 ms', reached: load.p99 < 20 },
  });
}

/** A thousand clients ask again every five seconds at a full pool while others renew. */
async function askingAgain(subject: Subject): Promise<void> {
  const renewal = renewalOf(idsOf(subject, 'renewed'), subject.headers);
  const asking = checkOutOf([fullPool(subject, 30)], subject.headers);
  const loads = { alone: [] as Paced[], beside: [] as Paced[], refused: [] as Paced[] };
  for (let turn = 0; turn < 3; turn++) {
    loads.alone.push(await paced(subject, renewal, { rate: 400, status: 200 }));
    const [beside, refused] = await Promise.all([
      paced(subject, renewal, { rate: 400, status: 200 }),
      paced(subject, asking, { rate: 200, status: 409 }),
    ]);
    loads.beside.push(beside);
    loads.refused.push(refused);
  }
  const [alone, beside, refused] = [loads.alone, loads.beside, loads.refused].map(
    (each) => each.toSorted((a, b) => a.p99 - b.p99)[1] ?? { p50: NaN, p99: NaN, errors: NaN },
  ) as [Paced, Paced, Paced];
  report(
    { name: '400 renewals a second', load: { ...alone, rate: 400 } },
    {
      name: 'the same, beside 1,000 clients at a full pool',
      load: { ...beside, rate: 400 },
      compared: `p99 ${(beside.p99 / alone.p99).toFixed(2)} × that without them`,
      ...{ aim: '1.2 ×', reached: beside.p99 <= 1.2 * alone.p99 },
    },
    { name: 'their refusals, each every five seconds', load: { ...refused, rate: 200 } },
  );
}

/** The same work on a small and a large database, in turns, so that both have the same weather. */
async function sizes(): Promise<void> {
  const [little, big] = [await filled('small', small), await filled('large', large)];
  await sealed(big);
  const kinds: [string, (subject: Filled) => Requests][] = [
    ['renewals', ({ leases, headers }) => renewalOf(leases, headers)],
    ['check-outs', ({ organizations, headers }) => checkOutOf(organizations, headers)],
  ];
  for (const [name, requestsOf] of kinds) {
    const loads = { little: [] as Load[], big: [] as Load[] };
    const requests = { little: requestsOf(little), big: requestsOf(big) };
    for (let turn = 0; turn < 5; turn++) {
      loads.little.push(await measured(little, requests.little, Math.ceil(seconds / 2)));
      loads.big.push(await measured(big, requests.big, Math.ceil(seconds / 2)));
    }
    const [one, other] = [middle(loads.little), middle(loads.big)];
    const sizeOf = ({ leases, pools }: Size): string =>
      `${leases.toLocaleString('en')} leases in ${pools.toLocaleString('en')} pools`;
    report(
      { name: `${name} among ${sizeOf(small)}`, load: one },
      {
        name: `${name} among ${sizeOf(large)}`,
        load: other,
        compared: `${times(one.rate, other.rate)} the time, ${times(other.cpuOfAll, one.cpuOfAll)} the CPU of the small one`,
        ...{ aim: '1.3 ×', reached: one.rate / other.rate <= 1.3 },
      },
    );
  }
  // What comes next does not pay for their vacuum.
  for (const { server, database } of [little, big]) {
    await server.stop();
    cluster.sql(`DROP DATABASE ${database}`, 'postgres');
  }
  cluster.sql('CHECKPOINT', 'postgres');
}

/** A server with many leases, whose ids `leases` has some of. */
interface Filled extends Subject {
  organizations: number[];
  leases: string[];
}

async function filled(database: string, size: Size): Promise<Filled> {
  cluster.sql(`CREATE DATABASE ${database}`, 'postgres');
  const subject = await start(database);
  const organizations = addPools(subject, size.pools);
  const share = size.leases / size.pools;
  cluster.sql(
    `INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, session_id, started_at, renewed_at, expires_at)
       SELECT p.id, p.organization_id, 'KSE', ${subject.userId}, 'there-' || n, 'there', now(), now(), now() + interval '1 day'
         FROM seat_pool p, generate_series(1, ${share}) AS n WHERE p.quota = 1000000;
     UPDATE seat_pool SET in_use = ${share}, earliest_expiry = now() + interval '1 day' WHERE quota = 1000000`,
    database,
  );
  cluster.sql('VACUUM ANALYZE', database);
  const leases = cluster.sql(`SELECT id FROM lease ORDER BY id LIMIT 50000`, database).trim().split('\n');
  return { ...subject, organizations, leases };
}

/** Organizations with a pool each, of which the caller is a member. */
function addPools({ userId, database }: Subject, count: number): number[] {
  cluster.sql(
    `INSERT INTO user_account (email, created_at) VALUES ('owner@example.com', now());
     INSERT INTO organization (name, created_at) SELECT 'Other ' || n, now() FROM generate_series(1, ${count}) AS n;
     INSERT INTO membership SELECT o.id, u.id, CASE WHEN u.id = ${userId} THEN 'USER' ELSE 'OWNER' END, now()
       FROM organization o, user_account u WHERE o.name LIKE 'Other %' AND u.email IN ('owner@example.com', 'bench@example.com');
     INSERT INTO seat_pool (organization_id, product, model, quota, ends_at)
       SELECT id, 'KSE', 'floating', 1000000, now() + interval '300 days' FROM organization WHERE name LIKE 'Other %'
     ON CONFLICT (organization_id, product, model) DO UPDATE SET quota = excluded.quota, ends_at = excluded.ends_at`,
    database,
  );
  return cluster.sql(`SELECT id FROM organization WHERE name LIKE 'Other %'`, database).trim().split('\n').map(Number);
}

interface Step {
  count: number;
  p50: number;
  p99: number;
}

/** All at once, with API keys and with passwords that no server has seen since its start. */
async function mondayMorning({ server, organizationId, database }: Subject): Promise<void> {
  cluster.sql(
    `INSERT INTO user_account (email, password, password_encrypted, created_at)
       SELECT 'tester-' || n || '@example.com', (SELECT password FROM user_account WHERE email = 'bench@example.com'), true, now()
         FROM generate_series(1, ${monday.clients}) AS n;
     INSERT INTO membership SELECT ${organizationId}, id, 'USER', now() FROM user_account WHERE email LIKE 'tester-%';
     INSERT INTO api_key (user_id, name, key_hash, hint, created_at)
       SELECT id, 'Monday', sha256(convert_to('lsk_' || split_part(split_part(email, '@', 1), '-', 2) || '-monday', 'UTF8')), '', now()
         FROM user_account WHERE email LIKE 'tester-%';
     ANALYZE`,
    database,
  );
  for (const [name, secret] of [
    ['API keys', 'lsk_{n}-monday'],
    ['passwords, none seen before', password],
  ] as const) {
    const result = await inOwnProcess<{
      served: number;
      took: number;
      errors: Record<string, number>;
      signIn: Step;
      again: Step;
      checkOut: Step;
      renewal: Step;
    }>('morning', { url: server.url, ...monday, password: secret, packageName: 'KSE' });
    const failed = Object.values(result.errors).reduce((sum, count) => sum + count, 0);
    const { signIn, again, checkOut, renewal } = result;
    const worst = Math.max(signIn.p99, again.p99, checkOut.p99, renewal.p99);
    const done = result.served === monday.clients && failed === 0;
    report({
      name: `Monday morning, ${monday.clients.toLocaleString('en')} clients, ${name}`,
      load: { rate: result.served / result.took, p50: signIn.p50, p99: worst },
      compared:
        `${result.served.toLocaleString('en')} served in ${Math.round(result.took)} s, ${failed} errors; p99 of sign-in ` +
        `${millis(signIn.p99)}, of those who are in ${millis(again.p99)}, check-out ${millis(checkOut.p99)}, renewal ${millis(renewal.p99)}`,
      ...{ aim: 'all in 60 s, no error, p99 < 1 s', reached: done && worst < 1000 },
    });
  }
}

/** People of a directory. Needs OpenLDAP. */
async function ofDirectory({ server, database, organizationId, studio }: Subject): Promise<void> {
  report(...(await measureDirectory({ server, cluster, database, organizationId, headers: studio, seconds })));
}

/** What people wait for in the console of an organization with 10,000 members. */
async function consoleSpeed({ server, organizationId, database }: Subject): Promise<void> {
  cluster.sql(
    `INSERT INTO user_account (email, first_name, last_name, password_encrypted, created_at)
       SELECT 'tester-' || n || '@example.org', 'Tester', n::text, true, now() FROM generate_series(1, 10000) AS n;
     INSERT INTO membership SELECT ${organizationId}, id, 'USER', now() FROM user_account WHERE email LIKE '%@example.org';
     ANALYZE`,
    database,
  );
  report(...(await measureConsole({ url: server.url, email: 'bench@example.com', password, organizationId })));
}

/** Check-outs, as many as there can be, while consoles of other members are open at the dashboard, in turns with no console. */
async function watching(subject: Subject): Promise<void> {
  await sealed(subject);
  const { server, organizationId, database } = subject;
  const consoles = Number(process.env.BENCH_CONSOLES ?? 500);
  cluster.sql(
    `INSERT INTO user_account (email, password_encrypted, created_at)
       SELECT 'watcher-' || n || '@example.com', true, now() FROM generate_series(1, ${consoles}) AS n;
     INSERT INTO membership SELECT ${organizationId}, id, 'ADMIN', now() FROM user_account WHERE email LIKE 'watcher-%';
     INSERT INTO api_key (user_id, name, key_hash, hint, created_at)
       SELECT id, 'Console', sha256(convert_to('lsk_watching-' || split_part(split_part(email, '@', 1), '-', 2), 'UTF8')), '', now()
         FROM user_account WHERE email LIKE 'watcher-%';
     ANALYZE`,
    database,
  );
  const checkOut = checkOutOf([organizationId], subject.headers);
  const open: Consoles = { url: server.url, organizationId, consoles, key: 'lsk_watching-{n}' };
  const loads = { alone: [] as Load[], watched: [] as Load[] };
  let [asked, failed] = [0, 0];
  for (let turn = 0; turn < 3; turn++) {
    loads.alone.push(await measured(subject, checkOut));
    const watched = await withConsoles(open, () => measured(subject, checkOut));
    loads.watched.push(watched.measured);
    asked += watched.asked;
    failed += watched.errors;
  }
  errors += failed;
  const [alone, watched] = [middle(loads.alone), middle(loads.watched)];
  report(
    { name: 'check-outs, no console open', load: alone },
    {
      name: `check-outs, ${consoles} consoles open`,
      load: watched,
      compared: `${times(watched.rate, alone.rate)} without; the consoles sent ${Math.round(asked / 3 / seconds)} requests/s`,
    },
  );
  await watchingSteadily(subject, open);
}

/** Renewals, as many as there can be, beside check-outs at a steady rate. */
interface Beside {
  steady: Paced;
  renewals: Load;
}

/** Renewals, as many as there can be, while 200 check-outs a second happen, with consoles that follow them and without. */
async function watchingSteadily(subject: Subject, open: Consoles): Promise<void> {
  const renewal = renewalOf(idsOf(subject, 'renewed'), subject.headers);
  let measurements = 0;
  const both = async (): Promise<Beside> => {
    // Other machines each time: one that has a seat already only extends it.
    const checkOut = checkOutOf([open.organizationId], subject.headers, `steady-${measurements++}`);
    const [steady, renewals] = await Promise.all([
      paced(subject, checkOut, { rate: 200, status: 201 }),
      measured(subject, renewal),
    ]);
    return { steady, renewals };
  };
  const turns = { alone: [] as Beside[], watched: [] as Beside[] };
  for (let turn = 0; turn < 3; turn++) {
    turns.alone.push(await both());
    const watched = await withConsoles(open, both);
    errors += watched.errors;
    turns.watched.push(watched.measured);
  }
  const alone = middle(turns.alone.map(({ renewals }) => renewals));
  const watched = middle(turns.watched.map(({ renewals }) => renewals));
  const waited = turns.watched.map(({ steady }) => steady.p99).toSorted((a, b) => a - b)[1] ?? NaN;
  report(
    { name: 'renewals beside 200 check-outs a second', load: alone },
    {
      name: `the same, ${open.consoles} consoles open`,
      load: watched,
      compared: `${times(watched.rate, alone.rate)} without; p99 of these check-outs ${millis(waited)}`,
      ...{ aim: '0.8 ×', reached: watched.rate >= 0.8 * alone.rate },
    },
  );
}

function loaded(
  { server }: Pick<Subject, 'server'>,
  requests: Requests,
  time = seconds,
  clients = connections,
): Promise<Load> {
  return most(cluster, { url: server.url, pid: server.child.pid ?? 0 }, requests, { seconds: time, clients });
}

/** The same where every answer is to be a success. */
async function measured(...of: Parameters<typeof loaded>): Promise<Load> {
  const load = await loaded(...of);
  errors += load.errors;
  return load;
}

function middle(loads: Load[]): Load {
  const sorted = loads.toSorted((a, b) => a.rate - b.rate);
  return sorted[Math.floor(sorted.length / 2)] ?? { rate: NaN, p50: NaN, p99: NaN, errors: 0, cpu: NaN, cpuOfAll: NaN };
}

/** By rate, and by what one costs all processes together, which hardly depends on who else uses the machine. */
function compare(load: Load, { rate, cpuOfAll }: Pick<Load, 'rate' | 'cpuOfAll'>): string {
  return `${times(load.rate, rate)} pgbench (${times(cpuOfAll, load.cpuOfAll)} by CPU)`;
}

function renewalOf(ids: readonly string[], headers: Record<string, string>): Requests {
  return { method: 'POST', lines: ids.map((id) => `/api/v1/leases/${id}/renew`), headers };
}

function releaseOf(ids: readonly string[], headers: Record<string, string>): Requests {
  return { method: 'DELETE', lines: ids.map((id) => `/api/v1/leases/${id}`), headers };
}

/** Each on a machine of its own. */
function checkOutOf(organizationIds: readonly number[], headers: Record<string, string>, name = 'm'): Requests {
  const lines = organizationIds.map((organizationId) => {
    const seatRequest = {
      organizationId,
      product: 'KSE',
      machineId: `${name}-{n}`,
      sessionId: 's-{n}',
      hostname: 'h-{n}',
    };
    return `/api/v1/leases\t${JSON.stringify(seatRequest)}`;
  });
  return { method: 'POST', lines, headers };
}

/** Leases as check-outs would have made them; short enough for a release to give the seat back at once. */
function addLeases({ database, poolId, organizationId, userId }: Subject, name: string, count: number): void {
  cluster.sql(
    `INSERT INTO lease (pool_id, organization_id, product, user_id, machine_id, session_id, started_at, renewed_at, expires_at)
       SELECT ${poolId}, ${organizationId}, 'KSE', ${userId}, '${name}-' || n, '${name}', now(), now(), now() + interval '1 hour'
         FROM generate_series(1, ${count}) AS n;
     UPDATE seat_pool SET in_use = (SELECT count(*) FROM lease WHERE pool_id = ${poolId}) WHERE id = ${poolId};
     ANALYZE`,
    database,
  );
}

function idsOf({ database }: Subject, name: string): string[] {
  return cluster.sql(`SELECT id FROM lease WHERE session_id = '${name}'`, database).trim().split('\n');
}

function specification(): object {
  return {
    issuer: 'Bench',
    customerId: 'bench',
    customer: { name: 'Bench' },
    validUntil: new Date(Date.now() + 365 * 86_400_000).toISOString(),
    entitlements: [
      { product: 'KSE', model: 'floating', quantity: 2_000_000, features: [{ key: 'bench_gui', name: 'Bench' }] },
    ],
  };
}
