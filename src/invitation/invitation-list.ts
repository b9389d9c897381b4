import { type AssignableRole, assignableRoles } from '../access/role.js';
import { readCsvList } from '../http/csv/csv-list.js';
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

/**
 * Reads people to invite from a CSV text (RFC 4180; also with semicolons or tabs, as spreadsheets of some countries write it). The
 * first line names the columns: `email`, and any of `role`, `team`, and `assign` (products, separated by blanks).
 *
 * @throws InvalidRequestError when it is no such text
 */
export function peopleListed(csv: string): ListedPerson[] {
  return readCsvList(csv, columns).map(({ record: { email = '', role = '', team = '', assign = '' }, line }) => {
    const chosenRole = assignableRoles.find((each) => each === (role.toUpperCase() || 'USER'));
    const names = assign
      .toUpperCase()
      .split(/[\s,;+]+/)
      .filter((name) => name !== '');
    const unknown = names.find((name) => !products.includes(name as Product));
    return {
      line,
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

function problemOf(what: string, value: string, known: readonly string[]): string {
  return `there is no ${what} ${value.slice(0, 50)}; it is one of ${known.join(', ')}.`;
}
