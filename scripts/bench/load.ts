import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ThrowAwayServer } from '../sample/throw-away-server.js';
import { type Cluster } from './cluster.js';
import { type Consoles } from './consoles.js';
import { cpuMicros, cpuMicrosOfEnded } from './cpu.js';

/** Clients at the same time. */
export const connections = 64;

/** What a load has come to. */
export interface Load {
  /** Per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers that were no success, and requests without one. */
  errors: number;
  /** Microseconds of processor for each: of the server itself, and of server, PostgreSQL and load together. */
  cpu: number;
  cpuOfAll: number;
}

/** What answers. */
export interface Target {
  url: string;
  pid: number;
}

export interface Requests {
  method: 'GET' | 'POST' | 'DELETE';
  /** A path each, or a path, a tab and a JSON body; `{n}` becomes a number that counts up. */
  lines: readonly string[];
  headers: Record<string, string>;
}

let files = 0;
let counted = 0;

/** As much as the server can do, each connection one request after the other; wrk is a process of its own and costs little. */
export async function most(
  cluster: Cluster,
  target: Target,
  { method, lines, headers }: Requests,
  { seconds, clients = connections }: { seconds: number; clients?: number },
): Promise<Load> {
  const file = path.join(cluster.folder, `requests-${files++}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const script = path.join(import.meta.dirname, '..', '..', '..', 'scripts', 'bench', 'wrk.lua');
  const before = { server: cpuMicros(target.pid), others: cluster.cpuMicros() + cpuMicrosOfEnded() };
  const { stdout } = await promisify(execFile)('wrk', [
    ...['-t1', `-c${clients}`, `-d${seconds}s`, '-s', script],
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...[target.url, '--', method, file, String(counted)],
  ]);
  const answer = /^\{"requests".*\}$/m.exec(stdout)?.[0] ?? '{}';
  const result = JSON.parse(answer) as { requests: number; micros: number; errors: number; p50: number; p99: number };
  counted += result.requests + clients;
  const server = cpuMicros(target.pid) - before.server;
  const others = cluster.cpuMicros() + cpuMicrosOfEnded() - before.others;
  const { requests, p50, p99, errors } = result;
  const rate = requests / (result.micros / 1e6);
  return { rate, p50, p99, errors, cpu: server / requests, cpuOfAll: (server + others) / requests };
}

/** Does a job of jobs.ts in a process of its own, so that it takes nothing from the server's. */
export async function inOwnProcess<T>(job: string, parameters: object): Promise<T> {
  const child = fork(path.join(import.meta.dirname, 'jobs.js'), [job, JSON.stringify(parameters)]);
  const [answer] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [T | number | null];
  if (typeof answer !== 'object' || answer === null) throw new Error(`The load "${job}" ended early`);
  if (child.exitCode === null) child.kill();
  return answer;
}

/** The same for a server to compare with. */
export async function withBareRoute<T>(measure: (target: Target) => Promise<T>): Promise<T> {
  const child = fork(path.join(import.meta.dirname, 'jobs.js'), ['bare-route', '{}']);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  try {
    return await measure({ url, pid: child.pid ?? 0 });
  } finally {
    child.kill();
  }
}

/**
 * Measures while consoles are open, in a process of their own.
 *
 * @returns what was measured, and how many requests the consoles have sent meanwhile, with those that failed
 */
export async function withConsoles<T>(
  consoles: Consoles,
  measure: () => Promise<T>,
): Promise<{ measured: T; asked: number; errors: number }> {
  const child = fork(path.join(import.meta.dirname, 'jobs.js'), ['consoles', JSON.stringify(consoles)]);
  try {
    await Promise.race([once(child, 'message'), failureOf(child)]);
    const measured = await measure();
    child.send('how many');
    const [{ asked, errors }] = (await once(child, 'message')) as [{ asked: number; errors: number }];
    return { measured, asked, errors };
  } finally {
    child.kill();
  }
}

async function failureOf(child: ChildProcess): Promise<never> {
  await once(child, 'exit');
  throw new Error('The consoles ended early');
}

/** Megabytes of a process: VmRSS now, VmHWM at most so far. */
export function memory({ child }: ThrowAwayServer, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024);
}
