import autocannon from 'autocannon';
import { type ChildProcess, execFileSync, fork, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { licenseFrom } from '../cli/license-specification.js';
import { ThrowAwayServer } from './throw-away-server.js';

/** Seconds of each measurement, and clients at the same time. */
const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const connections = 64;
const leases = 2000;

interface Figure {
  name: string;
  rate: number;
  p50?: number;
  p99?: number;
  ratio?: string;
}

const figures: Figure[] = [];
let errors = 0;

if (process.argv[2] === 'bare-route') await bareRoute();
else await bench();

async function bench(): Promise<void> {
  const bin = systemPostgres();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-bench-'));
  const cluster = startCluster(bin, folder);
  let server: ThrowAwayServer | undefined;
  try {
    const vendor = generateKeyPairSync('ed25519');
    server = await ThrowAwayServer.start({
      DATABASE_URL: cluster.url,
      VENDOR_KEYS: vendor.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    });
    const atStart = memory(server.child, 'VmRSS');
    const license = await licenseFrom(specification(), vendor.privateKey, new Date());
    await server.call('POST', '/api/v1/setup/license', { license }, { 'x-setup-token': server.setupToken });
    const { apiKey, organizationId, authorization } = await server.open('bench@example.com', 'correct horse battery');
    const headers = { authorization: `Bearer ${apiKey}` };
    console.log('Each figure stands beside its baseline of the same minutes; rates are per second.\n');

    await renewals(server, cluster, headers, organizationId);
    await checkOuts(server, cluster, headers, organizationId);
    await activations(server, { authorization });
    print(atStart, memory(server.child, 'VmHWM'));
  } finally {
    await server?.stop();
    cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (errors > 0) {
    console.error(`${errors} requests were answered with an error`);
    process.exitCode = 1;
  }
}

async function renewals(
  server: ThrowAwayServer,
  cluster: Cluster,
  headers: Record<string, string>,
  organizationId: number,
): Promise<void> {
  const ids: string[] = [];
  for (let index = 0; index < leases; index += 100) {
    const batch = Array.from({ length: 100 }, (_, offset) =>
      server.call<{ id: string }>('POST', '/api/v1/leases', wish(organizationId, `m-${index + offset}`), headers),
    );
    ids.push(...(await Promise.all(batch)).map(({ id }) => id));
  }
  const update = cluster.pgbench(`\\set id random(1, 10000)
UPDATE bench_lease SET renewed_at = now(), expires_at = now() + interval '15 minutes' WHERE id = :id;`);
  const bare = await withBareRoute((url) => load(url, () => ({ method: 'POST', path: `/x/${randomUUID()}` })));
  let next = 0;
  const renew = await load(server.url, () => ({
    method: 'POST',
    path: `/api/v1/leases/${ids[next++ % leases]}/renew`,
    headers,
  }));
  figures.push(
    { name: 'baseline: pgbench, UPDATE of one row', rate: update },
    { name: 'baseline: a bare Fastify route', ...bare },
    {
      name: 'renewals over HTTP',
      ...renew,
      ratio: `${times(renew.rate, update)} pgbench, ${times(renew.rate, bare.rate)} bare route`,
    },
  );
}

async function checkOuts(
  server: ThrowAwayServer,
  cluster: Cluster,
  headers: Record<string, string>,
  organizationId: number,
): Promise<void> {
  const transaction = cluster.pgbench(`BEGIN;
SELECT in_use FROM bench_pool WHERE id = 1 FOR UPDATE;
INSERT INTO bench_held (pool_id, expires_at) VALUES (1, now() + interval '15 minutes');
UPDATE bench_pool SET in_use = in_use + 1 WHERE id = 1;
COMMIT;`);
  const held: string[] = [];
  let machine = 0;
  const json = { ...headers, 'content-type': 'application/json' };
  const take = await load(
    server.url,
    () => ({
      method: 'POST',
      path: '/api/v1/leases',
      headers: json,
      body: JSON.stringify(wish(organizationId, `x-${machine++}`)),
    }),
    (body) => held.push((JSON.parse(body) as { id: string }).id),
  );
  const count = held.length;
  const release = await load(
    server.url,
    // When none is left, releasing one again costs the server the same look-up.
    () => ({ method: 'DELETE', path: `/api/v1/leases/${held.pop() ?? randomUUID()}`, headers }),
    undefined,
    count,
  );
  const pairs = 1 / (1 / take.rate + 1 / release.rate);
  figures.push(
    { name: 'baseline: pgbench, lock pool, insert, count', rate: transaction },
    { name: 'check-outs over HTTP', ...take, ratio: `${times(take.rate, transaction)} pgbench` },
    { name: 'releases over HTTP', ...release, ratio: `${times(release.rate, transaction)} pgbench` },
    { name: 'check-out and release together', rate: pairs },
  );
}

async function activations(server: ThrowAwayServer, headers: Record<string, string>): Promise<void> {
  const openssl = spawnSync('openssl', ['speed', '-seconds', '3', 'rsa2048'], { encoding: 'utf8' }).stdout;
  const signs = Number(/rsa\s+2048 bits\s+\S+\s+\S+\s+([\d.]+)/.exec(openssl)?.[1] ?? NaN);
  let next = 0;
  const activate = await load(server.url, () => {
    const id = `a-${next++ % leases}`;
    const query = `machineKey=${id}&sessionId=${id}&hostname=${id}&ksVersion=10&package=KSE&organizationId=`;
    return { method: 'POST', path: `/api/v1/license-keys/activate?${query}`, headers };
  });
  figures.push(
    { name: 'baseline: openssl, RSA-2048 signatures, one core', rate: signs },
    { name: 'Studio activations (RS256)', ...activate, ratio: `${times(activate.rate, signs)} openssl` },
  );
}

interface Request {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Sends requests for a while, each connection one after the other; `amount` ends it earlier. */
async function load(
  url: string,
  next: () => Request,
  onBody?: (body: string) => void,
  amount?: number,
): Promise<{ rate: number; p50: number; p99: number }> {
  const began = Date.now();
  const result = await autocannon({
    url,
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    requests: [
      {
        setupRequest: (request: object) => ({ ...request, body: undefined, ...next() }),
        onResponse: (status: number, body: string) => {
          if (status < 300) onBody?.(body);
        },
      },
    ] as never,
  });
  errors += result.non2xx + result.errors;
  const took = amount === undefined ? result.duration : (Date.now() - began) / 1000;
  return { rate: result.requests.total / took, p50: result.latency.p50, p99: result.latency.p99 };
}

function wish(organizationId: number, machineId: string): object {
  return { organizationId, product: 'KSE', machineId, sessionId: machineId, hostname: machineId };
}

function specification(): object {
  const seats = { model: 'floating', quantity: 200_000 };
  return {
    issuer: 'Bench',
    customerId: 'bench',
    customer: { name: 'Bench' },
    validUntil: new Date(Date.now() + 365 * 86_400_000).toISOString(),
    entitlements: [{ product: 'KSE', ...seats, features: [{ key: 'bench_gui', name: 'Bench' }] }],
  };
}

/** The least that the same framework can do, in a process of its own like the server. */
async function bareRoute(): Promise<void> {
  const { default: fastify } = await import('fastify');
  const app = fastify();
  app.post('/x/:id', ({ params }) => ({
    id: (params as { id: string }).id,
    expiresAt: new Date(),
    renewAt: new Date(),
  }));
  process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
}

async function withBareRoute<T>(measure: (url: string) => Promise<T>): Promise<T> {
  const child = fork(import.meta.filename, ['bare-route']);
  const [url] = (await once(child, 'message')) as [string];
  try {
    return await measure(url);
  } finally {
    child.kill();
  }
}

interface Cluster {
  url: string;
  /** Transactions per second of a script. */
  pgbench(script: string): number;
  stop(): void;
}

function systemPostgres(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions
    .map((version) => path.join(root, version, 'bin'))
    .find((each) => existsSync(path.join(each, 'pgbench')));
  if (bin) return bin;
  console.error('pgbench is not installed: apt-get install postgresql');
  process.exit(1);
}

/** PostgreSQL as Debian ships it, with its default, durable settings. */
function startCluster(bin: string, folder: string): Cluster {
  const root = process.getuid?.() === 0;
  const identity = root ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
  const data = path.join(folder, 'cluster');
  const run = (program: string, args: string[]): string =>
    execFileSync(path.join(bin, program), args, {
      ...identity,
      cwd: '/',
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  run('initdb', ['-D', data, '-U', 'kit', '--auth=trust', '--encoding=UTF8', '--locale=C']);
  const options = `-c listen_addresses= -c unix_socket_directories=${folder}`;
  run('pg_ctl', ['-D', data, '-w', '-l', path.join(folder, 'log'), '-o', options, 'start']);
  const sql = (database: string, text: string): void => {
    execFileSync('psql', ['-h', folder, '-U', 'kit', '-qc', text, database], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  sql('postgres', 'CREATE DATABASE kit');
  sql(
    'kit',
    `CREATE TABLE bench_lease (id int PRIMARY KEY, renewed_at timestamptz, expires_at timestamptz) WITH (fillfactor = 70);
     INSERT INTO bench_lease SELECT id, now(), now() FROM generate_series(1, 10000) AS id;
     CREATE TABLE bench_pool (id int PRIMARY KEY, in_use int); INSERT INTO bench_pool VALUES (1, 0);
     CREATE TABLE bench_held (id bigserial PRIMARY KEY, pool_id int REFERENCES bench_pool, expires_at timestamptz)`,
  );
  return {
    url: `postgresql://kit@localhost/kit?host=${encodeURIComponent(folder)}`,
    pgbench: (script) => {
      const file = path.join(folder, 'script.sql');
      writeFileSync(file, script);
      const args = ['-h', folder, '-U', 'kit', '-n', '-M', 'prepared', '-c', String(connections), '-j', '2'];
      const output = run('pgbench', [...args, '-T', String(seconds), '-f', file, 'kit']);
      return Number(/tps = ([\d.]+)/.exec(output)?.[1] ?? NaN);
    },
    stop: () => {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
    },
  };
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

/** Megabytes of a process: VmRSS now, VmHWM at most so far. */
function memory(child: ChildProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024);
}

function times(rate: number, baseline: number): string {
  return `${(rate / baseline).toFixed(2)} x`;
}

function print(atStart: number, most: number): void {
  const [cpu] = os.cpus();
  for (const { name, rate, p50, p99, ratio } of figures) {
    const latency = p50 === undefined ? '' : `p50 ${p50} ms, p99 ${p99} ms`;
    console.log(
      `${name.padEnd(50)} ${Math.round(rate).toString().padStart(7)}/s  ${latency.padEnd(24)} ${ratio ?? ''}`,
    );
  }
  console.log(`\nmemory of the server: ${atStart} MB after its start, ${most} MB at most`);
  console.log(
    `${os.cpus().length} x ${cpu?.model}, Node ${process.version}, ${connections} connections, ${seconds} s each`,
  );
}
