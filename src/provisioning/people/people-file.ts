import { type TeamRole, roles, teamRoles } from '../../access/role.js';
import { counted } from '../../errors/counted.js';
import { byteOrderMark, csvLine, withoutFormulaMarks } from '../../http/csv/csv.js';
import { readCsvList } from '../../http/csv/csv-list.js';
import { InvalidRequestError, RequestValidationPipe } from '../../http/validation/validation.js';
import { type Product, products } from '../../license/file/product.js';
import { asRead } from '../../text/invisible.js';
import { maxPeople, maxTeams, type PeopleFile, PeopleImport, type PersonEntry, type PersonTeam } from './dto/people.js';

/** A person as a file has them. */
export interface ListedEntry extends PersonEntry {
  /** In CSV: where the person stands in the file, the first line being 1. */
  line: number | null;
  /** A value that there is not, if there is one. */
  problem?: string;
}

const columns = ['email', 'firstName', 'lastName', 'role', 'teams', 'licenses'] as const;

/**
 * Reads the text of a file that an administrator names: JSON, or else CSV.
 *
 * @throws InvalidRequestError
 */
export async function readPeopleFile(text: string): Promise<PeopleImport> {
  if (!/^\uFEFF?\s*\{/.test(text)) return { csv: text };
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw wrong('people', 'json', `the file cannot be read: ${(error as Error).message}`);
  }
  const checked: unknown = await new RequestValidationPipe().transform(content, {
    type: 'body',
    metatype: PeopleImport,
  });
  return checked as PeopleImport;
}

/**
 * The people of a request, whichever form they have.
 *
 * @param limit the most that there may be
 * @throws InvalidRequestError
 */
export function entriesOf({ csv, people, teams }: PeopleImport, limit = maxPeople): ListedEntry[] {
  if (csv !== undefined && (people ?? teams)) {
    throw wrong('csv', 'csv-alone', 'csv holds the people; nothing else is told beside it');
  }
  const entries =
    csv === undefined ? (people ?? []).map((each) => Object.assign({ line: null }, each)) : entriesIn(csv);
  const field = csv === undefined ? 'people' : 'csv';
  if (entries.length === 0 && !teams?.length) throw wrong(field, 'isMissing', `${field} must hold at least one person`);
  if (entries.length <= limit) return entries;
  throw wrong(field, 'max', `${field} must hold at most ${counted(limit, 'person', 'people')}`, limit);
}

function wrong(field: string, rule: string, message: string, limit?: number): InvalidRequestError {
  return new InvalidRequestError([{ field, message, rule, limit }]);
}

function entriesIn(csv: string): ListedEntry[] {
  return readCsvList(csv, columns).map(({ record, line }) => {
    const [email, writtenRole, writtenTeams, writtenLicenses] = (['email', 'role', 'teams', 'licenses'] as const).map(
      (column) => (record[column] === undefined ? undefined : withoutFormulaMarks(record[column])),
    );
    const role = roles.find((each) => each === writtenRole?.toUpperCase());
    const named = writtenLicenses
      ?.toUpperCase()
      .split(/[\s,;+]+/)
      .filter((name) => name !== '');
    const unknown = named?.find((name) => !products.includes(name as Product));
    const wrongRole = writtenRole && !role ? problemOf('role', writtenRole, roles) : undefined;
    return {
      line,
      email: email ?? '',
      ...(role && { role }),
      ...(writtenTeams !== undefined && { teams: teamsIn(writtenTeams) }),
      ...(named && {
        licenses: [...new Set(named)].map((name) => ({ product: name as Product, model: 'per-user' as const })),
      }),
      problem: wrongRole ?? (unknown && problemOf('product', unknown, products)),
    };
  });
}

function problemOf(what: string, value: string, known: readonly string[]): string {
  return `There is no ${what} ${value.slice(0, 50)}; it is one of ${known.join(', ')}.`;
}

/** One team, with what follows a name in quotes; each part of it can be read in one way only, so that no text takes long. */
const teamPattern = /\s*(?:"((?:[^"\\]|\\.)*)"([^;]*)|([^;]*))(?:;|$)/gy;

const roleAtEnd = /\((USER|ADMIN|OWNER)\)$/i;

/** @returns those in `Mobile (ADMIN); Web` */
export function teamsIn(text: string): PersonTeam[] {
  const teams: PersonTeam[] = [];
  for (const [, quoted, after = '', plain = ''] of text.matchAll(teamPattern)) {
    const rest = (quoted === undefined ? plain : after).trim();
    const role = roleAtEnd.exec(rest);
    const outside = rest.slice(0, role?.index).trim();
    const inQuotes = quoted?.replaceAll(/\\(.)/gs, '$1');
    const name = asRead(inQuotes === undefined ? outside : `${inQuotes} ${outside}`).slice(0, 100);
    if (name !== '') teams.push({ name, role: teamRoles.find((each) => each === role?.[1]?.toUpperCase()) ?? 'USER' });
  }
  if (teams.length <= maxTeams) return teams;
  throw wrong('csv', 'arrayMaxSize', `a person must not be in more than ${counted(maxTeams, 'team')}`, maxTeams);
}

/** The reverse of {@link teamsIn}. */
export function teamsText(teams: readonly PersonTeam[]): string {
  return teams.map(({ name, role = 'USER' }) => `${quotedName(name)}${suffixOf(role)}`).join('; ');
}

function suffixOf(role: TeamRole): string {
  return role === 'USER' ? '' : ` (${role})`;
}

function quotedName(name: string): string {
  return /[;"\\]|\((USER|ADMIN|OWNER)\)$/i.test(name) ? `"${name.replaceAll(/["\\]/g, '\\$&')}"` : name;
}

/** `KSE; KRE` */
export function licensesText(licenses: NonNullable<PersonEntry['licenses']>): string {
  return products.filter((product) => licenses.some((each) => each.product === product)).join('; ');
}

/** The people of an export as CSV. Teams without members are not in it. */
export function peopleAsCsv({ people = [] }: PeopleFile): string {
  const lines = people.map(({ email, firstName, lastName, role, teams = [], licenses = [] }) =>
    csvLine([email, firstName, lastName, role, teamsText(teams), licensesText(licenses)]),
  );
  return [byteOrderMark + csvLine(columns), ...lines].join('');
}
