import { problemsByStatus, statusOf } from '../../src/http/problem/problem.js';
import { type ErrorKind } from '../../src/errors/domain-error.js';
import { type ErrorCode } from './error-codes.js';
import { itemCodes, meanings, otherCodes, statuses } from './error-meanings.js';

const introduction = `# Errors

Every refusal is a problem detail (RFC 9457, \`application/problem+json\`): show \`message\` to people, and check \`code\` in programs. A code never changes its
meaning, and new ones may be added: treat one that your program does not know by its status. \`requestId\` finds the request in the server's log. Some
codes come with more members, such as \`errors\` (the wrong fields), \`holders\` (of seats), \`most\` (a limit) or \`needed\` (a scope).
`;

/** By status. */
const advice = [
  ['400', 'Correct the request; the same one is refused again.'],
  ['401', 'Sign in again, or use another key. An access token lasts an hour.'],
  ['403', 'Use an account, or an API key, that may do this ([Who may call what](access.md)).'],
  ['404', 'Check the address and the ids. Resources that you may not see also answer 404.'],
  ['405', 'Use a method that `Allow` names.'],
  ['409', 'The request conflicts with the current state, for example no seat is free. Read the state, then decide.'],
  ['410', 'It has ended for good: check out another seat, ask for another link.'],
  ['413', 'Send less.'],
  ['415', 'Send JSON, uncompressed.'],
  ['429', 'Retry when the seconds in `Retry-After` are over.'],
  ['500', 'Something is wrong in the server. Tell its administrator the request id.'],
  ['503', 'Retry when the seconds in `Retry-After` are over.'],
  ['507', 'Make room on the disk.'],
];

const codesIntroduction = `In this table, \`…\` stands for names and numbers. \`npm run docs\` makes it from the source. SCIM routes answer with the errors of RFC 7644.
`;

const itemsIntroduction = `Requests for many people or sessions answer one result per item. The \`error\` of an item has one of the codes above, or:
`;

const meaningHeader = 'what happened, and what to do';

/** What is known of a code. */
export interface KnownCode {
  statuses: number[];
  /** What happened, and what to do. */
  meaning: string;
  /** What the server says, with `…` in the place of names and numbers; undefined: it puts that together from what it finds. */
  message?: string;
}

/** All codes, in their order. */
export function knownCodes(codes: readonly ErrorCode[]): Map<string, KnownCode> {
  const rows = new Map<string, { statuses: Set<number>; meaning?: string; message?: string }>();
  const add = (code: string, given: readonly number[], message: string | undefined): void => {
    const row = rows.get(code) ?? { statuses: new Set() };
    for (const status of given) row.statuses.add(status);
    row.message ??= message;
    rows.set(code, row);
  };
  for (const { code, kinds, message } of codes) {
    add(code, statuses[code] ?? kinds.map((kind) => statusOf[kind as ErrorKind]), message);
  }
  for (const [status, [code, message]] of Object.entries(problemsByStatus)) add(code, [Number(status)], message);
  for (const [code, [status, meaning]] of Object.entries(otherCodes)) add(code, [status], meaning);
  return new Map(
    [...rows]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([code, row]) => [
        code,
        {
          ...row,
          statuses: [...row.statuses].sort((a, b) => a - b),
          meaning: meanings[code] ?? row.message ?? missing(code),
        },
      ]),
  );
}

/** docs/errors.md, in the form that prettier leaves alone. */
export function errorsManual(codes: ReadonlyMap<string, KnownCode>): string {
  const lines = [...codes].map(([code, row]) => [`\`${code}\``, row.statuses.join(', '), row.meaning]);
  return [
    introduction,
    table(['status', 'what to do'], advice),
    codesIntroduction,
    table(['code', 'status', meaningHeader], lines),
    itemsIntroduction,
    table(
      ['code', meaningHeader],
      Object.entries(itemCodes).map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
  ].join('\n');
}

function missing(code: string): never {
  throw new Error(`Say in error-meanings.ts what ${code} means: the source puts its message together.`);
}

function table(header: string[], rows: string[][]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('');
}
