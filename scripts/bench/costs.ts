import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { licenseFrom } from '../../cli/vendor/license-specification.js';
import { ThrowAwayServer } from '../sample/throw-away-server.js';
import { Cluster } from './cluster.js';
import { costTable, type Costs, type OperationCosts } from './cost-table.js';
import { cpuMicros } from './cpu.js';
import { connections, inOwnProcess, type Requests } from './load.js';
import { median } from './percentile.js';

/** What PostgreSQL writes of its own accord would be counted as an operation's. */
const quietPostgres = {
  full_page_writes: 'off',
  autovacuum: 'off',
  checkpoint_timeout: '1h',
  max_wal_size: '16GB',
  shared_preload_libraries: 'pg_stat_statements',
};
/** Events are sealed every ten seconds; so long after its end all of an operation is. */
const sealedMillis = 11_500;
const idleMillis = 20_000;
/** Operations of a kind in each turn: one by one, where statements are counted, and many at once, as they share commits. */
const oneByOne = 200;
const atOnce = Number(process.env.BENCH_OPERATIONS ?? 3000);

const kinds = ['check-out', 'renewal', 'release', 'activation', 'activation that renews'] as const;
type Kind = (typeof kinds)[number];

/** A built checkout, and its server. */
interface Side {
  name: string;
  server: ThrowAwayServer;
  database: string;
  organizationId: number;
  apiKey: Record<string, string>;
  studio: Record<string, string>;
}

/** What had been used at a moment. */
interface Reading {
  millis: number;
  walBytes: number;
  statements: number;
  serverCpu: number;
  postgresCpu: number;
}

export interface Comparison {
  /** Another built checkout; undefined: this one alone. */
  against?: string;
  turns: number;
  /** Kinds of operations; none: all. Renewals and releases need check-outs before them. */
  kinds: readonly string[];
}

/**
 * What one operation costs: statements and bytes of write-ahead log, which are exact, and processor time, in short turns so that
 * both builds have the same weather. What a server does in the background for an operation is a part of it, what it does idle is not.
 */
export async function compareCosts({ against, turns, kinds: chosen }: Comparison): Promise<void> {
  const cluster = Cluster.start(quietPostgres);
  const servers: ThrowAwayServer[] = [];
  const stop = async (): Promise<void> => {
    for (const server of servers.splice(0)) await server.stop();
    cluster.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void stop().then(() => process.exit(1)));
  try {
    cluster.sql('CREATE EXTENSION pg_stat_statements', 'postgres');
    const here = path.join(import.meta.dirname, '..', '..', '..');
    const builds = [...(against ? [path.resolve(against)] : []), here];
    const sides: Side[] = [];
    for (const [index, root] of builds.entries()) {
      const database = `costs_${index}`;
      const launched = await launch(cluster, root, database);
      servers.push(launched.server);
      sides.push({ name: root === here ? 'this build' : 'the other build', database, ...(await open(launched)) });
    }
    const meter = new CostMeter(
      cluster,
      sides,
      kinds.filter((kind) => chosen.length === 0 || chosen.includes(kind)),
    );
    await meter.warmUp();
    for (let turn = 1; turn <= turns; turn++) await meter.turn(turn);
    console.log(`\n${costTable(meter.results())}\n\n${cluster.version}, ${connections} connections, ${turns} turns`);
  } finally {
    await stop();
  }
}

/** A server that waits for its license, and who signs that. */
interface Launched {
  server: ThrowAwayServer;
  vendorKey: KeyObject;
}

async function launch(cluster: Cluster, root: string, database: string): Promise<Launched> {
  cluster.sql(`CREATE DATABASE ${database}`, 'postgres');
  const vendor = generateKeyPairSync('ed25519');
  const url = new URL(cluster.url);
  url.pathname = database;
  const server = await ThrowAwayServer.start(
    {
      DATABASE_URL: url.toString(),
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      SECRET_KEY_FILE: path.join(cluster.folder, `${database}.key`),
    },
    path.join(root, 'dist', 'src', 'main.js'),
  );
  return { server, vendorKey: vendor.privateKey };
}

async function open({ server, vendorKey }: Launched): Promise<Omit<Side, 'name' | 'database'>> {
  const license = await licenseFrom(specification, vendorKey, new Date());
  await server.call('POST', '/api/v1/setup/license', { license }, { 'x-setup-token': server.setupToken });
  const { apiKey, organizationId, authorization } = await server.open('bench@example.com', 'correct horse battery', {});
  return {
    server,
    organizationId,
    apiKey: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    studio: { authorization },
  };
}

const specification = {
  issuer: 'Bench',
  customerId: 'bench',
  customer: { name: 'Bench' },
  validUntil: new Date(Date.now() + 365 * 86_400_000).toISOString(),
  entitlements: [
    { product: 'KSE', model: 'floating', quantity: 2_000_000, features: [{ key: 'bench_gui', name: 'Bench' }] },
  ],
};

/** Does the operations and reads what they have cost. */
class CostMeter {
  private readonly costs = new Map<string, Costs[]>();
  private readonly idle = new Map<Side, Reading>();
  private files = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly sides: readonly Side[],
    private readonly kinds: readonly Kind[],
  ) {}

  /** JavaScript is compiled while it runs, and plans are kept after a few executions. */
  async warmUp(): Promise<void> {
    for (const side of this.sides) {
      for (const kind of this.kinds) await this.run(side, this.requestsOf(side, kind, `warm`, 2000), connections);
    }
    await pause(sealedMillis);
    const before = this.sides.map((side) => ({ side, reading: this.read(side) }));
    await pause(idleMillis);
    for (const { side, reading } of before) this.idle.set(side, difference(this.read(side), reading));
  }

  /** All kinds of operations, of each build in turn. */
  async turn(turn: number): Promise<void> {
    const inTurn = turn % 2 === 0 ? [...this.sides].reverse() : this.sides;
    for (const [way, count, clients] of [
      ['single', oneByOne, 1],
      ['many', atOnce, connections],
    ] as const) {
      // One by one nothing varies.
      if (way === 'single' && turn > 1) continue;
      for (const kind of this.kinds) {
        for (const side of inTurn) {
          const requests = this.requestsOf(side, kind, `${way}-${turn}`, count);
          const before = this.read(side);
          await this.run(side, requests, clients);
          await pause(sealedMillis);
          const key = `${side.name}/${kind}/${way}`;
          const cost = this.costOf(side, difference(this.read(side), before), count);
          this.costs.set(key, [...(this.costs.get(key) ?? []), cost]);
          console.log(`${turn} ${key.padEnd(50)} ${cost.walBytes.toFixed(0)} B ${cost.statements.toFixed(2)}`);
        }
      }
    }
  }

  /** Medians of the turns. */
  results(): OperationCosts[] {
    return this.kinds.map((kind) => ({
      kind,
      builds: this.sides.map(({ name }) => ({
        name,
        single: medianOfCosts(this.costs.get(`${name}/${kind}/single`) ?? []),
        many: medianOfCosts(this.costs.get(`${name}/${kind}/many`) ?? []),
      })),
    }));
  }

  private costOf(side: Side, used: Reading, count: number): Costs {
    const idle = this.idle.get(side);
    const beyondIdle = (value: (reading: Reading) => number): number =>
      (value(used) - (idle ? (value(idle) * used.millis) / idle.millis : 0)) / count;
    return {
      walBytes: beyondIdle(({ walBytes }) => walBytes),
      statements: beyondIdle(({ statements }) => statements),
      serverCpu: beyondIdle(({ serverCpu }) => serverCpu),
      postgresCpu: beyondIdle(({ postgresCpu }) => postgresCpu),
    };
  }

  private read({ server, database }: Side): Reading {
    const [wal = NaN, statements = NaN] = this.cluster
      .sql(
        `SELECT pg_current_wal_insert_lsn() - '0/0', (SELECT coalesce(sum(calls), 0) FROM pg_stat_statements s
                 JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = '${database}')`,
        'postgres',
      )
      .trim()
      .split('|')
      .map(Number);
    return {
      millis: performance.now(),
      walBytes: wal,
      statements,
      serverCpu: cpuMicros(server.child.pid ?? 0),
      postgresCpu: this.cluster.cpuMicros(),
    };
  }

  private async run(side: Side, { method, lines, headers }: Requests, clients: number): Promise<void> {
    const file = path.join(this.cluster.folder, `operations-${this.files++}`);
    writeFileSync(file, lines.join('\n'));
    const parameters = { url: side.server.url, method, headers, file, clients };
    const { errors } = await inOwnProcess<{ errors: number }>('exactly', parameters);
    if (errors > 0) throw new Error(`${errors} of ${lines.length} operations of ${side.name} failed`);
  }

  /** Renewals and releases are of the leases that the check-outs of the same turn have made. */
  private requestsOf(side: Side, kind: Kind, name: string, count: number): Requests {
    const each = <T>(line: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => line(index));
    const leases = (): string[] =>
      this.cluster.sql(`SELECT id FROM lease WHERE session_id = '${name}'`, side.database).trim().split('\n');
    switch (kind) {
      case 'check-out':
        return {
          method: 'POST',
          lines: each((index) => {
            const machineId = `${name}-${index}`;
            const body = { organizationId: side.organizationId, product: 'KSE', machineId, sessionId: name };
            return `/api/v1/leases\t${JSON.stringify({ ...body, hostname: machineId })}`;
          }),
          headers: side.apiKey,
        };
      case 'renewal':
        return { method: 'POST', lines: leases().map((id) => `/api/v1/leases/${id}/renew\t{}`), headers: side.apiKey };
      case 'release':
        return { method: 'DELETE', lines: leases().map((id) => `/api/v1/leases/${id}`), headers: side.apiKey };
      case 'activation':
      case 'activation that renews':
        return {
          method: 'POST',
          lines: each((index) => {
            const machineKey = Buffer.from(`${name}-${index}`).toString('hex').padStart(40, 'a');
            const query = { machineKey, sessionId: `studio-${name}`, hostname: `h-${index}`, package: 'KSE' };
            return `/api/v1/license-keys/activate?${new URLSearchParams({ ...query, ksVersion: '10', organizationId: '' }).toString()}`;
          }),
          headers: side.studio,
        };
    }
  }
}

function difference(after: Reading, before: Reading): Reading {
  return {
    millis: after.millis - before.millis,
    walBytes: after.walBytes - before.walBytes,
    statements: after.statements - before.statements,
    serverCpu: after.serverCpu - before.serverCpu,
    postgresCpu: after.postgresCpu - before.postgresCpu,
  };
}

function medianOfCosts(all: readonly Costs[]): Costs {
  const middle = (value: (costs: Costs) => number): number => median(all.map(value));
  return {
    walBytes: middle(({ walBytes }) => walBytes),
    statements: middle(({ statements }) => statements),
    serverCpu: middle(({ serverCpu }) => serverCpu),
    postgresCpu: middle(({ postgresCpu }) => postgresCpu),
  };
}
