/** Of one operation. */
export interface Costs {
  walBytes: number;
  statements: number;
  /** Microseconds of processor. */
  serverCpu: number;
  postgresCpu: number;
}

export interface OperationCosts {
  kind: string;
  /** The other build first. */
  builds: {
    name: string;
    /** One operation after the other. */
    single: Costs;
    /** Many at once, which share commits. */
    many: Costs;
  }[];
}

const columns = [
  '',
  'statements',
  'WAL, one by one',
  'WAL, at once',
  'CPU of server',
  'CPU of PostgreSQL',
  'CPU of both',
];

/** A row for each operation and build; with two builds, how much more this one takes. */
export function costTable(operations: readonly OperationCosts[]): string {
  const rows = operations.flatMap(({ kind, builds }) => {
    const values = builds.map(({ single, many }) => [
      single.statements,
      single.walBytes,
      many.walBytes,
      many.serverCpu,
      many.postgresCpu,
      many.serverCpu + many.postgresCpu,
    ]);
    const units = ['', ' B', ' B', ' µs', ' µs', ' µs'];
    const lines = builds.map(({ name }, index) => [
      `${kind}, ${name}`,
      ...(values[index] ?? []).map((value, column) => `${value.toFixed(column === 0 ? 1 : 0)}${units[column]}`),
    ]);
    const [before, after] = values;
    if (!before || !after) return lines;
    const change = after.map((value, column) => percent(value / (before[column] ?? NaN)));
    return [...lines, [`${kind}, difference`, ...change]];
  });
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function percent(ratio: number): string {
  const change = Math.round((ratio - 1) * 100);
  return `${change > 0 ? '+' : ''}${change} %`;
}
