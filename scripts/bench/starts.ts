import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { median } from './percentile.js';
import { type Figure } from './report.js';

const root = path.join(import.meta.dirname, '..', '..', '..');

/** What a start takes as an administrator makes it, with the embedded database and a data folder that exists, and the first page. */
export async function measureStarts(turns: number): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'license-server-starts-'));
  const found: { millis: number; megabytes: number }[] = [];
  try {
    // The first one creates the database.
    for (let turn = 0; turn <= turns; turn++) {
      const start = await oneStart(path.join(folder, 'data'));
      if (turn > 0) found.push(start);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const millis = median(found.map((each) => each.millis));
  const megabytes = median(found.map((each) => each.megabytes));
  const page = firstPage();
  return [
    {
      name: `npm start until it answers, median of ${turns}`,
      ...{ compared: `${(millis / 1000).toFixed(2)} s`, aim: '< 2 s', reached: millis < 2000 },
    },
    {
      name: 'memory of the server process after its start',
      ...{ compared: `${megabytes} MB`, aim: '< 200 MB', reached: megabytes < 200 },
    },
    {
      name: 'files of the sign-in page, gzipped',
      compared: `${page.files} files, ${(page.bytes / 1000).toFixed(1)} kB`,
      ...{ aim: '6 requests, 200 kB', reached: page.files <= 6 && page.bytes < 200_000 },
    },
  ];
}

async function oneStart(dataDir: string): Promise<{ millis: number; megabytes: number }> {
  const begin = performance.now();
  const env = { PATH: process.env.PATH ?? '', HOST: '127.0.0.1', PORT: '0', DATA_DIR: dataDir };
  const child = spawn('npm', ['start', '--silent'], { cwd: root, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!output.includes('"listening"')) {
    if (child.exitCode !== null) throw new Error(`The server did not start: ${output}`);
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  const millis = performance.now() - begin;
  const megabytes = memoryBelow(child);
  const end = once(child, 'exit');
  child.kill('SIGTERM');
  await end;
  await gone(dataDir);
  return { millis, megabytes };
}

/** Of the process that serves: npm, its shell and the parent process stand between. */
function memoryBelow({ pid }: ChildProcess): number {
  const parents = new Map<string, string>();
  for (const each of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const parent = readStatus(each, 'PPid');
    if (parent) parents.set(each, parent);
  }
  const isBelow = (each: string | undefined): boolean =>
    each !== undefined && (each === String(pid) || isBelow(parents.get(each)));
  const servers = [...parents.keys()].filter(
    (each) => isBelow(each) && readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('--under-parent'),
  );
  return Math.round(Number(readStatus(servers[0] ?? '', 'VmRSS')) / 1024);
}

function readStatus(pid: string, field: string): string | undefined {
  try {
    return new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    // The process has ended meanwhile.
    return undefined;
  }
}

/** Resolves when the server has given its data folder back. */
async function gone(dataDir: string): Promise<void> {
  const isHeld = (): boolean => readdirSync(path.join(dataDir, 'postgres')).includes('postmaster.pid');
  while (isHeld()) await new Promise((resolve) => setTimeout(resolve, 100));
}

function firstPage(): { files: number; bytes: number } {
  const html = readFileSync(path.join(root, 'dist', 'web', 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file = '']) => file);
  const sizes = files.map((file) => gzipSync(readFileSync(path.join(root, 'dist', 'web', file)), { level: 9 }).length);
  return { files: files.length + 1, bytes: sizes.reduce((sum, size) => sum + size, Buffer.byteLength(html)) };
}
