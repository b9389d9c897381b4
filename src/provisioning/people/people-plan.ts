import { type AssignableRole, type Role } from '../../access/role.js';
import { type DomainError } from '../../errors/domain-error.js';
import { type ItemError, itemError } from '../../errors/item-error.js';
import { type Product, products } from '../../license/file/product.js';
import { NoSeatToAssignError } from '../../license/license.errors.js';
import { ManagedMemberError, OwnerStaysError } from '../../organization/organization.errors.js';
import { canonicalEmail, isEmailAddress } from '../../text/email-address.js';
import { NotYourselfError } from '../../user/user.errors.js';
import { foldCase } from '../../text/fold-case.js';
import { difference } from '../difference.js';
import { type PersonChange, type PersonField, type PersonOutcome, type PersonTeam } from './dto/people.js';
import { licensesText, type ListedEntry, teamsText } from './people-file.js';
import { type AssignableSeats, type ExportedMember } from './people.queries.js';

/** An organization as it is before an import. */
export interface Present {
  /** Who imports: their own role stays, or the rest of the file would be done with other rights. */
  callerId: number;
  members: readonly ExportedMember[];
  /** Why people who are no members cannot be invited: what follows their address. */
  uninvitable: ReadonlyMap<string, string>;
  /** Names of its teams. */
  teams: readonly string[];
  seats: readonly AssignableSeats[];
}

/** What an import does about one person. */
export interface PersonPlan {
  line: number | null;
  email: string;
  outcome: PersonOutcome;
  changes: PersonChange[];
  error: ItemError | null;
  hint: ItemError | null;
  /** Undefined: not a member. */
  userId?: number;
  /** Undefined: it stays. */
  role?: AssignableRole;
  /** Teams to join, or to have another role in. */
  joins: Required<PersonTeam>[];
  /** Names of teams to leave. */
  leaves: string[];
  assign: Product[];
  unassign: Product[];
}

/** What an import does. */
export interface PeoplePlan {
  /** Names of teams to create first. */
  teams: string[];
  people: PersonPlan[];
}

/**
 * Compares a file with the organization, without changing anything. People who are not in the file stay as they are.
 *
 * @param teams that the file names apart from people
 */
export function planPeople(entries: readonly ListedEntry[], teams: readonly string[], present: Present): PeoplePlan {
  const members = new Map(present.members.map((each) => [each.email, each]));
  const known = { ...present, calledTeams: new Map(present.teams.map((name) => [foldCase(name), name])) };
  const listed = new Set<string>();
  const people = entries.map((entry) => {
    const email = canonicalEmail(entry.email);
    const isRepeated = listed.has(email);
    listed.add(email);
    const plan = planOf({ ...entry, email }, members.get(email), known);
    return isRepeated
      ? refused(plan, { code: 'listed-twice', message: 'An earlier entry of the file has this address.' })
      : plan;
  });
  const seated = withinSeats(people, present.seats);
  const joined = seated.filter(({ outcome }) => outcome !== 'refused').flatMap(({ joins }) => joins);
  return { teams: missing([...teams, ...joined.map(({ name }) => name)], present.teams), people: seated };
}

/** With the names of its teams, by those names in one case. */
interface Known extends Present {
  calledTeams: ReadonlyMap<string, string>;
}

function planOf(entry: ListedEntry, member: ExportedMember | undefined, present: Known): PersonPlan {
  const { line, email, problem, role, licenses } = entry;
  const teams = entry.teams && distinct(entry.teams);
  const has = member?.licenses.map(({ product }) => product) ?? [];
  const wants = licenses?.map(({ product }) => product) ?? has;
  const before = new Map(member?.teams.map((team) => [foldCase(team.name), team.role]));
  const after = new Set(teams?.map(({ name }) => foldCase(name)));
  const plan: PersonPlan = {
    ...{ line, email, error: null, hint: null, outcome: member ? 'unchanged' : 'invited', userId: member?.userId },
    changes: changesOf({ role: role ?? (member ? undefined : 'USER'), teams, licenses }, member, present.calledTeams),
    joins: (teams ?? []).filter((team) => before.get(foldCase(team.name)) !== team.role),
    leaves: teams && member ? member.teams.map(({ name }) => name).filter((name) => !after.has(foldCase(name))) : [],
    assign: products.filter((product) => wants.includes(product) && !has.includes(product)),
    unassign: products.filter((product) => has.includes(product) && !wants.includes(product)),
  };
  if (role && role !== 'OWNER' && role !== member?.role) plan.role = role;
  const refusal = problem ? { code: 'unknown-value', message: problem } : refusalOf(entry, member, present);
  if (refusal) return refused(plan, refusal);
  if (!member) return { ...plan, ...invitable(plan) };
  return { ...plan, outcome: plan.changes.length > 0 ? 'changed' : 'unchanged' };
}

/** An invitation takes one team, and makes its members users of it. */
function invitable({ joins }: PersonPlan): Partial<PersonPlan> {
  const [first] = joins;
  if (joins.length <= 1 && (first?.role ?? 'USER') === 'USER') return {};
  const message = 'An invitation joins one team, as USER. Import the file again when the person has accepted.';
  return { hint: { code: 'one-team-invited', message } };
}

function refusalOf(
  { email, role }: ListedEntry,
  member: ExportedMember | undefined,
  { callerId, uninvitable }: Present,
): ItemError | undefined {
  if (!member) {
    if (!isEmailAddress(email)) return { code: 'invalid-email', message: 'This is not an e-mail address.' };
    const reason = uninvitable.get(email);
    if (reason) return { code: 'already-invited', message: reason };
  }
  if (role === undefined || role === member?.role) return undefined;
  if (role === 'OWNER') {
    return { code: 'owner-by-transfer', message: 'Ownership is transferred, not imported. Give another role.' };
  }
  if (member?.userId === callerId && member.role !== 'OWNER') return itemError(new NotYourselfError());
  return member && refusedRole(member);
}

function refusedRole({ role, provider }: ExportedMember): ItemError | undefined {
  let error: DomainError | undefined;
  if (role === 'OWNER') error = new OwnerStaysError();
  else if (provider !== null) error = new ManagedMemberError(provider);
  return error && itemError(error);
}

interface Wanted {
  role?: Role;
  teams?: readonly Required<PersonTeam>[];
  licenses?: ListedEntry['licenses'];
}

/** As people read them. A team is called as it is called already. */
function changesOf(
  { role, teams, licenses }: Wanted,
  member: ExportedMember | undefined,
  names: ReadonlyMap<string, string>,
): PersonChange[] {
  const asCalled = teams?.map((team) => ({ ...team, name: names.get(foldCase(team.name)) ?? team.name }));
  const wanted = {
    role,
    teams: asCalled && teamsText(inOrder(asCalled)),
    licenses: licenses && licensesText(licenses),
  };
  const present = member
    ? { role: member.role, teams: teamsText(inOrder(member.teams)), licenses: licensesText(member.licenses) }
    : { teams: '', licenses: '' };
  return difference(wanted, present).map(({ name, to }) => ({
    name: name as PersonField,
    from: member ? ((present as Record<string, string>)[name] ?? '') : null,
    to: to as string,
  }));
}

function inOrder(teams: readonly Required<PersonTeam>[]): Required<PersonTeam>[] {
  return teams.toSorted((one, other) => (foldCase(one.name) < foldCase(other.name) ? -1 : 1));
}

/** Of a team that is named twice, the last. */
function distinct(teams: readonly PersonTeam[]): Required<PersonTeam>[] {
  const byName = new Map(teams.map(({ name, role = 'USER' }) => [foldCase(name), { name, role }]));
  return [...byName.values()];
}

/** Refuses those for whom no seat is left, in the order of the file, when all others of the file have returned theirs. */
function withinSeats(people: readonly PersonPlan[], seats: readonly AssignableSeats[]): PersonPlan[] {
  const free = new Map(seats.map(({ product, free }) => [product, free]));
  const quota = new Map(seats.map(({ product, quota }) => [product, quota]));
  for (const { outcome, unassign } of people) {
    if (outcome === 'changed') for (const product of unassign) free.set(product, (free.get(product) ?? 0) + 1);
  }
  return people.map((plan) => {
    if (plan.outcome !== 'changed' && plan.outcome !== 'invited') return plan;
    // An invitation promises a seat, and takes it only when the membership begins.
    const left = plan.outcome === 'invited' ? quota : free;
    const without = plan.assign.find((product) => (left.get(product) ?? 0) <= 0);
    if (without) return refused(plan, itemError(new NoSeatToAssignError(without, 'per-user', quota.get(without) ?? 0)));
    if (plan.outcome === 'changed') for (const product of plan.assign) free.set(product, (free.get(product) ?? 0) - 1);
    return plan;
  });
}

function refused(plan: PersonPlan, error: ItemError): PersonPlan {
  return { ...plan, outcome: 'refused', error, hint: null };
}

/** The names that no team has yet, each once. */
function missing(names: readonly string[], present: readonly string[]): string[] {
  const known = new Set(present.map(foldCase));
  return names.filter((name) => !known.has(foldCase(name)) && known.add(foldCase(name)));
}
