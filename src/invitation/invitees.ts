import { type EntityManager } from 'typeorm';
import { counted } from '../errors/counted.js';
import { NotFoundError } from '../errors/domain-error.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { NoSeatToAssignError } from '../license/license.errors.js';
import { Team } from '../organization/team/team.entity.js';
import { canonicalEmail, emailProblems, isEmailAddress, problemOfEmail } from '../text/email-address.js';
import { type InvitationHint, type InvitationResult, type NewInvitations } from './dto/invitation.js';
import { type Invitation } from './invitation.entity.js';
import { peopleListed } from './invitation-list.js';
import { type Candidate, candidatesAmong, perUserProductsOf, teamsByName } from './invitation.queries.js';

/** An address to invite. */
export interface Invitee extends Pick<Invitation, 'role' | 'assign' | 'teamId'> {
  email: string;
  /** Of a list. */
  line: number | null;
}

/** Whom to invite, and who cannot be. */
export interface InvitationPlan {
  invitees: Invitee[];
  refused: InvitationResult[];
}

/**
 * Whom a request names, without those who are members or invited already.
 *
 * @throws InvalidRequestError
 * @throws NoSeatToAssignError when the organization has no such seats at all
 * @throws NotFoundError when there is no such team
 */
export async function inviteesOf(
  manager: EntityManager,
  organizationId: number,
  request: NewInvitations,
  now: Date,
): Promise<InvitationPlan> {
  const read = request.csv === undefined ? inviteesOfAddresses : inviteesOfList;
  const { invitees, refused } = await read(manager, organizationId, request);
  const emails = invitees.map(({ email }) => email);
  const candidates = new Map(
    (await candidatesAmong(manager, organizationId, emails)).map((candidate) => [candidate.email, candidate]),
  );
  const left: InvitationPlan = { invitees: [], refused: [...refused] };
  for (const invitee of invitees) {
    const reason = reasonAgainst(candidates.get(invitee.email), now);
    if (reason) left.refused.push(refusal(invitee.email, ...reason, invitee.line));
    else left.invitees.push(invitee);
  }
  return left;
}

/** Typed addresses, which are all promised the same. */
async function inviteesOfAddresses(
  manager: EntityManager,
  organizationId: number,
  { emails = [], role = 'USER', assign = [], teamId }: NewInvitations,
): Promise<InvitationPlan> {
  const { addresses, invalid } = separated(emails);
  await checkSeats(manager, organizationId, assign);
  if (teamId !== undefined && !(await manager.existsBy(Team, { id: teamId, organizationId }))) {
    throw new NotFoundError('The team');
  }
  return {
    invitees: addresses.map((email) => ({ email, role, assign, teamId: teamId ?? null, line: null })),
    refused: invalid.map((email) => refusal(email, 'invalid-email', invalidAddress(email))),
  };
}

/** People of a list, each with what the list promises. */
async function inviteesOfList(
  manager: EntityManager,
  organizationId: number,
  { csv = '', emails, role, assign, teamId }: NewInvitations,
): Promise<InvitationPlan> {
  if (emails ?? role ?? assign ?? teamId) {
    throw wrong(
      'csv',
      'csv-alone',
      'csv holds the addresses and what they are promised; nothing else is told beside it',
    );
  }
  const people = peopleListed(csv);
  checkNumber('csv', people.length);
  const teams = await teamsByName(manager, organizationId);
  const seats = await perUserProductsOf(manager, organizationId);
  const asked: InvitationPlan = { invitees: [], refused: [] };
  const lines = new Map<string, number>();
  for (const { line, email: typed, role, team, assign, problem } of people) {
    const email = canonicalEmail(typed);
    const refuse = (code: string, message: string): number => asked.refused.push(refusal(typed, code, message, line));
    const teamId = team === '' ? null : teams.get(team.toLowerCase());
    const missing = assign.find(({ product }) => !seats.has(product));
    const before = lines.get(email);
    if (!isEmailAddress(email)) refuse('invalid-email', invalidAddress(typed));
    else if (before) refuse('listed-twice', `is in line ${before} already.`);
    else if (problem) refuse('unknown-value', problem);
    else if (teamId === undefined) refuse('unknown-team', `there is no team ${team.slice(0, 100)}; create it first.`);
    else if (missing) refuse('no-seat-to-assign', new NoSeatToAssignError(missing.product, missing.model, 0).message);
    else asked.invitees.push({ email, role, teamId, assign, line });
    if (!before) lines.set(email, line);
  }
  return asked;
}

async function checkSeats(
  manager: EntityManager,
  organizationId: number,
  assign: NonNullable<NewInvitations['assign']>,
): Promise<void> {
  if (assign.length === 0) return;
  const seats = await perUserProductsOf(manager, organizationId);
  for (const { product, model } of assign) {
    if (!seats.has(product)) throw new NoSeatToAssignError(product, model, 0);
  }
}

/** The most addresses that one request may hold. */
const maxAddresses = 1000;

/** @throws InvalidRequestError */
function checkNumber(field: string, addresses: number): void {
  if (addresses === 0) throw wrong(field, 'isMissing', `${field} must hold at least one address`);
  if (addresses <= maxAddresses) return;
  const message = `${field} must hold at most ${counted(maxAddresses, 'address', 'addresses')}`;
  throw wrong(field, 'max', message, maxAddresses);
}

function wrong(field: string, rule: string, message: string, limit?: number): InvalidRequestError {
  return new InvalidRequestError([{ field, message, rule, limit }]);
}

function invalidAddress(typed: string): string {
  const problem = problemOfEmail(canonicalEmail(typed)) ?? 'isEmail';
  return problem === 'isEmail' ? 'this is not an e-mail address.' : `this address ${emailProblems[problem]}.`;
}

function refusal(email: string, code: string, message: string, line: number | null = null): InvitationResult {
  const error = { code, message };
  return { email: email.slice(0, 300), invitation: null, state: null, link: null, error, hint: null, line };
}

/** What an invitation of an address would say, before there is one. */
export function foreseen({ email, line }: Invitee): InvitationResult {
  return { email, invitation: null, state: null, link: null, error: null, hint: studioHint(email), line };
}

/** In the order of the list; without a list it stays. */
export function byLine(one: InvitationResult, other: InvitationResult): number {
  return (one.line ?? 0) - (other.line ?? 0);
}

/** Why an address cannot be invited now: a code, and what follows the address. */
export function reasonAgainst(candidate: Candidate | undefined, now: Date): [string, string] | undefined {
  const { member, accepted, openId = null, expiresAt } = candidate ?? {};
  if (member) return ['already-a-member', 'is a member already.'];
  if (accepted) return ['already-invited', 'has accepted, and is a member from the next sign-in on.'];
  if (openId === null || !expiresAt || expiresAt <= now) return undefined;
  return ['already-invited', 'is invited already. Send that invitation again instead.'];
}

/** What the dialog of Katalon Studio takes for an e-mail address; with any other its button stays disabled. */
const studioAddress = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$/;

export function studioHint(email: string): InvitationHint | null {
  if (studioAddress.test(email)) return null;
  return {
    code: 'address-not-for-studio',
    message:
      "Katalon Studio's dialog does not accept this e-mail address. Its owner can create an API key in the console, then activate Studio with any other well-formed e-mail address and the key as the password. Or invite another address.",
  };
}

/** The addresses in a text as people paste it, also `Grace Hopper <grace@example.com>`. */
function addressesIn(text: string): string[] {
  const pieces = text.replace(/"[^"]*"\s*(?=<)/g, '').split(/[,;\r\n]+/);
  return pieces.flatMap((piece) => {
    const words = piece.split(/\s+/).filter((word) => word !== '');
    // What stands before an address in brackets is a name.
    const lastNamed = words.findLastIndex((word) => /<[^<>]*@[^<>]*>$/.test(word));
    return words
      .filter((word, index) => index > lastNamed || word.includes('@'))
      .map((word) => word.replace(/^[^<>]*<([^<>]+)>$/, '$1'));
  });
}

/**
 * The typed addresses, separate from invalid ones.
 *
 * @throws InvalidRequestError when there are no addresses, or too many
 */
function separated(emails: readonly string[]): { addresses: string[]; invalid: string[] } {
  const typed = [...new Set(emails.flatMap(addressesIn))];
  checkNumber('emails', typed.length);
  return {
    addresses: [...new Set(typed.map(canonicalEmail))].filter(isEmailAddress),
    invalid: typed.filter((email) => !isEmailAddress(canonicalEmail(email))),
  };
}
