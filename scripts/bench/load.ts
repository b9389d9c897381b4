import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ThrowAwayServer } from '../throw-away-server.js';

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
  /** Microseconds of processor that the server itself took for each. */
  cpu: number;
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
  folder: string,
  target: { url: string; server?: ThrowAwayServer },
  { method, lines, headers }: Requests,
  seconds: number,
  clients = connections,
): Promise<Load> {
  const file = path.join(folder, `requests-${files++}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const script = path.join(import.meta.dirname, '..', '..', '..', 'scripts', 'bench', 'wrk.lua');
  const before = target.server ? cpuMicros(target.server) : 0;
  const { stdout } = await promisify(execFile)('wrk', [
    ...['-t1', `-c${clients}`, `-d${seconds}s`, '-s', script],
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    ...[target.url, '--', method, file, String(counted)],
  ]);
  const answer = /^\{"requests".*\}$/m.exec(stdout)?.[0] ?? '{}';
  const result = JSON.parse(answer) as { requests: number; micros: number; errors: number; p50: number; p99: number };
  counted += result.requests + clients;
  const cpu = target.server ? (cpuMicros(target.server) - before) / result.requests : NaN;
  const { p50, p99, errors } = result;
  return { rate: result.requests / (result.micros / 1e6), p50, p99, errors, cpu };
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
export async function withBareRoute<T>(measure: (url: string) => Promise<T>): Promise<T> {
  const child = fork(path.join(import.meta.dirname, 'jobs.js'), ['bare-route', '{}']);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  try {
    return await measure(url);
  } finally {
    child.kill();
  }
}

/** Processor time that a server has taken since its start. */
function cpuMicros({ child }: ThrowAwayServer): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  // In clock ticks, of which Linux always shows 100 in a second.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Megabytes of a process: VmRSS now, VmHWM at most so far. */
export function memory({ child }: ThrowAwayServer, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? NaN) / 1024);
}
