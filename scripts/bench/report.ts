import os from 'node:os';
import { connections, type Load } from './load.js';

/** A line of the report. */
export interface Figure {
  name: string;
  load?: Partial<Load>;
  rate?: number;
  /** What it is measured by, in words: `1.31 × pgbench`. */
  compared?: string;
  aim?: string;
  reached?: boolean;
}

export interface Machine {
  postgres: string;
  seconds: number;
}

const columns = ['', 'per second', 'p50', 'p99', 'CPU of the server', 'CPU of all', 'compared', 'aim'];

/** A table that people can read as it is, and that Markdown understands. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, load = {}, rate = load.rate, compared = '', aim, reached }) => [
    name,
    rate === undefined ? '' : Math.round(rate).toLocaleString('en'),
    millis(load.p50),
    millis(load.p99),
    micros(load.cpu),
    micros(load.cpuOfAll),
    compared,
    aim === undefined ? '' : `${aim}${reached === undefined ? '' : reached ? ': reached' : ': **not reached**'}`,
  ]);
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** What it was measured on. */
export function machineOf({ postgres, seconds }: Machine): string {
  const [cpu] = os.cpus();
  const load = os.loadavg()[0]?.toFixed(1);
  return (
    `${os.cpus().length} × ${cpu?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, Linux ${os.release()}, ` +
    `Node ${process.version}, PostgreSQL ${postgres} with its default, durable settings; ${connections} connections, ` +
    `${seconds} s each, on ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC. ` +
    `Load average at the end: ${load}.`
  );
}

/** Empty for what was not measured, which is null where it has come from another process. */
export function millis(value: number | null | undefined): string {
  if (typeof value !== 'number' || Number.isNaN(value)) return '';
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function micros(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : `${Math.round(value)} µs`;
}

export function times(rate: number, baseline: number): string {
  return `${(rate / baseline).toFixed(2)} ×`;
}
