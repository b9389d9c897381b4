import { CsvError, parse } from 'csv-parse/sync';
import { type AssignableRole, assignableRoles } from '../access/role.js';
import { InvalidRequestError } from '../http/validation.js';
import { type SeatKind } from '../license/dto/licensed-user.js';
import { type Product, products } from '../license/file/product.js';
import { asRead } from '../text/invisible.js';

/** A person of a list, as it was written. */
export interface ListedPerson {
  /** Where the person stands in the file, the first line being 1. */
  line: number;
  email: string;
  role: AssignableRole;
  /** Name of a team of the organization; empty: none. */
  team: string;
  assign: SeatKind[];
  /** What the role or the seats are, if they are none that exist. */
  problem: string | undefined;
}

const columns = ['email', 'role', 'team', 'assign'] as const;
type Row = Partial<Record<(typeof columns)[number], string>>;

/**
 * Reads people to invite from a CSV text (RFC 4180; also with semicolons or tabs, as spreadsheets of some countries write it). The
 * first line names the columns: `email`, and any of `role`, `team`, and `assign` (products, separated by blanks).
 *
 * @throws InvalidRequestError when it is no such text
 */
export function peopleListed(csv: string): ListedPerson[] {
  const rows = read(csv);
  return rows.map(({ record: { email = '', role = '', team = '', assign = '' }, info: { lines } }) => {
    const chosenRole = assignableRoles.find((each) => each === (role.toUpperCase() || 'USER'));
    const names = assign
      .toUpperCase()
      .split(/[\s,;+]+/)
      .filter((name) => name !== '');
    const unknown = names.find((name) => !products.includes(name as Product));
    return {
      line: lines,
      email,
      role: chosenRole ?? 'USER',
      team: asRead(team),
      assign: [...new Set(names)].map((product) => ({ product: product as Product, model: 'per-user' })),
      problem: chosenRole
        ? unknown && problemOf('product', unknown, products)
        : problemOf('role', role, assignableRoles),
    };
  });
}

function read(csv: string): { record: Row; info: { lines: number } }[] {
  try {
    return parse(csv, {
      bom: true,
      columns: namesOfColumns,
      delimiter: [',', ';', '\t'],
      info: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw noList(error.message.replace(/\.$/, ''));
  }
}

function namesOfColumns(header: string[]): string[] {
  const names = header.map((name) => name.toLowerCase().replace(/^e-mail$/, 'email'));
  const known = columns.join(', ');
  if (!names.includes('email')) throw noList(`its first line must name the columns, of which email is one (${known})`);
  for (const [index, name] of names.entries()) {
    if (!columns.includes(name as never))
      throw noList(`there is no column ${name.slice(0, 50)}; the columns are ${known}`);
    if (names.indexOf(name) !== index) throw noList(`the column ${name} is there twice`);
  }
  return names;
}

function noList(why: string): InvalidRequestError {
  return new InvalidRequestError([{ field: 'csv', message: `the list cannot be read: ${why}`, rule: 'csv' }]);
}

function problemOf(what: string, value: string, known: readonly string[]): string {
  return `there is no ${what} ${value.slice(0, 50)}; it is one of ${known.join(', ')}.`;
}
