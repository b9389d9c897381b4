import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A row of the table: a request, and the status that each kind of caller gets. */
export interface AccessRow {
  method: string;
  /** As the API description has it. */
  route: string;
  /** With its query, still with `{names}`. */
  address: string;
  body: unknown;
  statuses: Record<string, number>;
}

/** Reads the tables of docs/access.md; what the manual says of roles is what the tests hold the server to. */
export function accessTable(): { callers: string[]; rows: AccessRow[] } {
  const text = readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'docs', 'access.md'), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const callers = cells(lines[0] ?? '').slice(1);
  const rows = lines
    .map(cells)
    .filter(([request]) => request?.startsWith('`'))
    .map(([request = '', ...statuses]) => {
      const [, method = '', address = '', body] = /^`(\w+) ([^`]+)`(?: `([^`]+)`)?$/.exec(request) ?? [];
      return {
        method,
        route: address.replace(/\?.*/, ''),
        address,
        body: body === undefined ? undefined : (JSON.parse(body) as unknown),
        statuses: Object.fromEntries(callers.map((caller, index) => [caller, Number(statuses[index])])),
      };
    });
  return { callers, rows };
}
