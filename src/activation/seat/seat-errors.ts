import { inUtc } from '../../clock/in-utc.js';
import { DomainError } from '../../errors/domain-error.js';
import { clientName, neededFeature } from '../../license/file/client-features.js';
import { describeClockAhead } from '../../license/recorded-time.js';
import { type Product, productName } from '../../license/file/product.js';
import { type EndReason } from './lease-end.js';
import { type FormerSession } from './former-session.js';
import { type DenialCode } from './seat-decision.js';
import { counted, isOrAre } from '../../errors/counted.js';
import { tryAgainIn } from '../../errors/try-again.js';

/** Who holds a seat, as far as another member may know. */
export interface Holder {
  /** null: no session on the machine that holds the seat, and the user who activated it is gone. */
  email: string | null;
  hostname: string | null;
  machineId: string;
  since: Date;
  /** null: never, for a machine keeps its seat. */
  expiresAt: Date | null;
  /** null: the seat is not borrowed. */
  borrowedUntil: Date | null;
}

/** Up to this many holders, a message names each. */
const maxNamed = 10;

/** What a refusal knows of the seats. */
export interface SeatsInUse {
  product: Product;
  organization: string;
  /** Seats that such a session could take. */
  seats: number;
  /** Those who hold them, the longest first; of many, the first. */
  holders: Holder[];
  /** How many hold them. */
  held: number;
  /** Seats that offline licenses hold. */
  offline: number;
  /** Seats of sessions that have ended, whose tokens live on. */
  heldTokens: number;
  machineQuota: number | null;
  /** Sessions that wait for a seat. */
  waiting: number;
  /** When the first seat can fall free. */
  availableAt: Date | null;
  now: Date;
  /** The newest time that was ever seen here, by which licenses count. */
  recordedTime: Date;
  /** When the license of the last of the seats ends; null: there are none. */
  endsAt: Date | null;
  /** Whether other seats begin when these end. */
  isFollowedUp: boolean;
  /** Whether the seats are those of an evaluation alone. */
  isEvaluation: boolean;
  /** Days that a seat may be borrowed, by the license and by the policy, and seats of each kind that the policy never lends. */
  licensedBorrowDays: number;
  borrowMaxDays: number;
  borrowKeepSeats: number;
  /** The latest time until which a seat may be borrowed, when a license ends; null: no limit. */
  borrowEndsAt: Date | null;
  /** How many of the holders are sessions of the person who is refused: those they can end themselves. */
  ownHeld?: number;
  /** How this very session ended before, if a person ended it. */
  ended?: Ending;
}

/** No seat for this session, and why: the words are shown to the tester as they are. */
export class SeatDeniedError extends DomainError {
  readonly kind: 'conflict' | 'forbidden';
  override readonly details: { holders: Holder[]; availableAt: Date | null; waiting: number; product: Product };
  declare readonly retryAfter?: number;

  constructor(
    readonly code: DenialCode,
    { ended, ...seats }: SeatsInUse,
    /** What the session had before; never a part of the answer. */
    readonly former?: FormerSession,
  ) {
    const { holders, availableAt, waiting, now, product } = seats;
    super(ended ? `${describeEnding(ended)} ${describeDenial(code, seats)}` : describeDenial(code, seats));
    this.kind = conflicts.includes(code) ? 'conflict' : 'forbidden';
    this.details = { holders, availableAt, waiting, product };
    if (availableAt) this.retryAfter = Math.max(1, Math.ceil((availableAt.getTime() - now.getTime()) / 1000));
  }
}

/** Refusals because of what others do at this moment; the rest is for an administrator to change. */
const conflicts: readonly DenialCode[] = [
  'seat-used-elsewhere',
  'machine-quota-reached',
  'cap-reached',
  'reserved-for-others',
  'others-waiting',
  'seats-exhausted',
  'user-limit-reached',
  'session-replaced',
  'borrow-seats-kept',
  'lease-token-used',
];

function describeDenial(code: DenialCode, seats: SeatsInUse): string {
  const { organization, holders, held, offline, machineQuota, waiting } = seats;
  const product = productName[seats.product];
  const inUse = `${named(holders, held)}${describeOffline(offline)}${describeHeld(seats.heldTokens)}`;
  switch (code) {
    case 'not-a-member':
      return `You are no longer a member of ${organization}. Ask an administrator to invite you.`;
    case 'machine-denied':
      return `${organization} does not allow this machine to use ${product}. Ask an administrator.`;
    case 'license-expired':
      return `The license for ${product} has expired. ${describeClockAhead(seats.recordedTime, seats.now) ?? 'Ask your administrator to install a new one.'}`;
    case 'license-ending':
      return `The license for ${product} ends ${seats.endsAt ? `at ${inUtc(seats.endsAt)}, ` : ''}in less than a minute. ${seats.isFollowedUp ? 'The next one begins then: try again in a minute.' : 'Ask your administrator to install a new one.'}`;
    case 'not-licensed':
      return `${organization} has no seats of ${product}. Ask your administrator.`;
    case 'features-not-accepted':
      return seats.isEvaluation
        ? `The ${product} seats of ${organization} are for an evaluation: native programs and "Try it" in the console can use them, ${clientName[seats.product]} cannot. Ask your administrator to install a license from the vendor.`
        : `The license of ${organization} lacks ${neededFeature[seats.product]}, so ${clientName[seats.product]} would not accept a ${product} seat of it. Ask your administrator to get a corrected license from the vendor.`;
    case 'machine-unidentified':
      return `This machine's id could not be read, so it can use floating seats only, and ${organization} has none of ${product}. Give the machine an id of its own (on Linux, /etc/machine-id), or ask an administrator.`;
    case 'no-seat-assigned':
      return `You have no seat of ${product} in ${organization}. Ask an administrator to assign you one.`;
    case 'seat-used-elsewhere':
      return `Your seat of ${product} in ${organization} is in use${named(holders, held)}. Close it there, or end that session in the console.`;
    case 'machine-quota-reached':
      return `${organization} may use ${product} on ${counted(machineQuota ?? 0, 'machine')}, and this would be one more. Ask an administrator to remove one that is not needed.`;
    case 'cap-reached':
      return `You, or a team of yours, have as many ${product} seats of ${organization} as its license policy allows. End one of your sessions in the console, or ask an administrator.`;
    case 'session-replaced':
      return `${clientName[seats.product]} was started again on this machine with your account, and the newer one has your seat. Close one of the two: an account has one seat on a machine.`;
    case 'reserved-for-others':
      return `The free ${product} seats of ${organization} are reserved for others${inUse && `, the rest are in use${inUse}`}.${describeOwn(seats)} Ask an administrator.`;
    case 'others-waiting':
      return `${waiting === 1 ? 'Another session waits' : `${waiting} other sessions wait`} for the next ${product} seat of ${organization}${inUse}.${describeOwn(seats)} Try again later, or wait too.`;
    case 'user-limit-reached':
      return `You hold as many seats as one account may hold at once on this server. End one of your sessions in the console first, or ask the server's administrator for a higher limit.`;
    case 'borrow-seats-kept':
    case 'borrow-too-long':
    case 'borrow-beyond-license':
    case 'borrow-not-allowed':
      return describeUnlent(code, seats);
    case 'lease-token-ended':
    case 'lease-token-unfit':
    case 'lease-token-used':
      return leaseTokenMessages[code];
    case 'seats-exhausted':
      return `${allSeats(seats.seats, product, organization)}${inUse}. ${whatToRelease(seats)}`;
  }
}

type LoanDenial = Extract<DenialCode, `borrow-${string}`>;

/** Why a seat is not lent. */
function describeUnlent(code: LoanDenial, seats: SeatsInUse): string {
  const { organization } = seats;
  const product = productName[seats.product];
  switch (code) {
    case 'borrow-seats-kept':
      return `${organization} keeps ${counted(seats.borrowKeepSeats, `${product} seat`)} of each kind that ${isOrAre(seats.borrowKeepSeats)} never lent, and has lent all others. Take a seat without borrowing it, or try again when one is returned.`;
    case 'borrow-too-long':
      return `${organization} lends ${product} seats for at most ${counted(Math.min(seats.licensedBorrowDays, seats.borrowMaxDays), 'day')}. Choose an earlier date.`;
    case 'borrow-beyond-license':
      return `A ${product} seat can be borrowed ${seats.borrowEndsAt ? `until ${inUtc(seats.borrowEndsAt)} at most` : 'until the license ends'}: a license ends then. Choose an earlier date.`;
    case 'borrow-not-allowed':
      return seats.licensedBorrowDays === 0
        ? `The license does not allow ${product} seats to be borrowed.`
        : `The license policy of ${organization} does not allow ${product} seats to be borrowed. Ask an administrator.`;
  }
}

const leaseTokenMessages: Record<Extract<DenialCode, `lease-token-${string}`>, string> = {
  'lease-token-ended':
    'The seat of this lease token was given back or has expired, or is not of the organization and product that were asked for. Start Runtime Engine with `license-server seat run`, or sign in with an API key.',
  'lease-token-unfit':
    'Runtime Engine cannot take over the seat of this lease token: the seat is bound to a machine, or is of a kind that Runtime Engine may not use. Sign in with an API key instead.',
  'lease-token-used':
    'Runtime Engine uses the seat of this lease token on another machine. Start it with the token of a seat of its own.',
};

function allSeats(seats: number, product: string, organization: string): string {
  if (seats === 0) return `No ${product} seat of ${organization} is free`;
  if (seats === 1) return `The only ${product} seat of ${organization} is in use`;
  return `All ${seats} ${product} seats of ${organization} are in use`;
}

/** What helps: someone who holds the seats needs no administrator. */
function whatToRelease(seats: SeatsInUse): string {
  const it = seats.seats === 1 ? 'it' : 'one';
  const own = describeOwn(seats);
  return own === ''
    ? `Ask an administrator to release ${it}.`
    : `${own.trim()} Or ask an administrator to release ${it}.`;
}

/** For someone who holds some of the seats, after a space; nothing for others. */
function describeOwn({ ownHeld = 0, held }: SeatsInUse): string {
  if (ownHeld === 0) return '';
  if (ownHeld === 1)
    return ` ${held === 1 ? 'That session is' : 'One of these sessions is'} yours: you can end it in the console.`;
  return ` ${ownHeld === held ? 'These sessions are' : `${ownHeld} of these sessions are`} yours: you can end them in the console.`;
}

function named(holders: readonly Holder[], count = holders.length): string {
  if (holders.length === 0) return '';
  const names = holders.slice(0, maxNamed).map(({ email, hostname, machineId, since, borrowedUntil }) => {
    const machine = hostname ?? machineId;
    const until = borrowedUntil ? ` (borrowed until ${inUtc(borrowedUntil)})` : '';
    return `${email === null ? machine : `${email} on ${machine}`} since ${inUtc(since)}${until}`;
  });
  const more = count > maxNamed ? ` and ${count - maxNamed} more` : '';
  return `: ${names.join(', ')}${more}`;
}

function describeOffline(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '; one is held by an offline license' : `; ${count} are held by offline licenses`;
}

function describeHeld(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? '; one is held until the token of a released session expires'
    : `; ${count} are held until the tokens of released sessions expire`;
}

/** The caller is in no organization whose seats they could take. */
export class NoOrganizationError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'no-organization';

  constructor() {
    super('You are not a member of any organization. Ask an administrator to invite you.');
  }
}

/** How a lease ended. */
export interface Ending {
  reason: EndReason | null;
  /** Who ended it; null: it ended automatically. */
  by: string | null;
  at: Date;
}

/** The lease is over; where the server still knows why, it says so. */
export class LeaseEndedError extends DomainError {
  readonly kind = 'gone';
  readonly code = 'lease-ended';
  override readonly details: { reason: EndReason | null; endedAt: Date | null };

  constructor(ending?: Ending) {
    super(
      ending?.reason
        ? `${describeEnding(ending)} Check out a new one if you need it.`
        : 'This lease has ended: it was released, expired, or was ended by an administrator. Check out a new one.',
    );
    this.details = { reason: ending?.reason ?? null, endedAt: ending?.at ?? null };
  }
}

/** How the session's former lease ended, if a person ended it. */
export function endingOf({ reason, by, at }: FormerSession): Ending | undefined {
  if (!at || !reason || ['released', 'returned', 'expired', 'replaced'].includes(reason)) return undefined;
  return { reason, by, at };
}

/** A sentence for the person whose session it was. */
export function describeEnding({ reason, by, at }: Ending): string {
  const byPerson = by ? ` (${by})` : '';
  const time = inUtc(at);
  switch (reason) {
    case 'released':
      return `This lease has ended: it was released at ${time}.`;
    case 'returned':
      return `This borrowed seat was returned at ${time}, so its token is no longer good.`;
    case 'ended-by-holder':
      return `This lease has ended: you ended it yourself at ${time}, from elsewhere.`;
    case 'terminated':
      return `Your session was ended by an administrator${byPerson} at ${time}.`;
    case 'machine-denied':
      return `Your session was ended at ${time}: an administrator${byPerson} no longer allows this machine.`;
    case 'machine-deactivated':
      return `Your session was ended at ${time}: this machine was deactivated${byPerson}.`;
    case 'machine-removed':
      return `Your session was ended at ${time}: an administrator${byPerson} removed this machine.`;
    case 'transferred':
      return `Your session was ended at ${time}: an administrator${byPerson} transferred the seat.`;
    case 'unassigned':
      return `Your session was ended at ${time}: an administrator${byPerson} took your seat back.`;
    case 'member-removed':
      return `Your session was ended at ${time}: you are no longer a member of the organization.`;
    case 'user-disabled':
      return `Your session was ended at ${time}: your account was disabled.`;
    case 'quota-reduced':
      return `Your session was ended at ${time}: your organization has fewer seats than before, and other sessions were granted theirs first.`;
    case 'idle':
      return `Your session was ended at ${time}: it was idle for too long.`;
    case 'replaced':
      return `This lease has ended: another session of yours took it over at ${time}.`;
    case 'expired':
    case null:
      return `This lease has ended: it expired at ${time}.`;
  }
}

/** The token that came with a request is not one of this server's. */
export class InvalidLeaseTokenError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'invalid-lease-token';

  constructor() {
    super('The lease token is not one that this server has signed.');
  }
}

/** The token is good, but of another lease. */
export class ForeignLeaseTokenError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'foreign-lease-token';
  override readonly refusesAccess = true;

  constructor() {
    super('The lease token belongs to another lease.');
  }
}

/** The seat whose token it is has ended. */
export class LeaseTokenEndedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'lease-token-ended';

  constructor() {
    super(leaseTokenMessages['lease-token-ended']);
  }
}

/** The seat whose token it is cannot be taken over by Runtime Engine. */
export class LeaseTokenUnfitError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'lease-token-unfit';
  override readonly details: { reason: 'product' | 'borrowed' };

  constructor(reason: 'product' | 'borrowed') {
    super(
      reason === 'product'
        ? 'This lease token is not for Runtime Engine. Sign in with the token of a Runtime Engine seat, or with an API key.'
        : 'This lease token is of a borrowed seat, which only the program that borrowed it can use. Sign in with an API key.',
    );
    this.details = { reason };
  }
}

/** A machine that is to take over has a place of its own. */
export class MachineRegisteredError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'machine-registered';

  constructor() {
    super('The other machine has such a seat already. Remove one of the two instead.');
  }
}

/** The server stops while a request waits for a seat. */
export class ServerStoppingError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'server-stopping';
  override readonly retryAfter = 2;

  constructor() {
    super(`The server is shutting down. ${tryAgainIn(2)}`);
  }
}

/** What a license file bounds. */
type BoundField = 'leaseMinutes' | 'engineLeaseMinutes' | 'overQuotaPercent' | 'borrowMaxDays';

/** The vendor's license file allows less. */
export class PolicyBeyondLicenseError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'policy-beyond-license';
  override readonly details: { reason: BoundField; bound: number };

  constructor(reason: BoundField, bound: number) {
    super(beyondLicense(reason, bound));
    this.details = { reason, bound };
  }
}

function beyondLicense(reason: BoundField, bound: number): string {
  switch (reason) {
    case 'leaseMinutes':
    case 'engineLeaseMinutes':
      return `The license allows leases of at most ${counted(bound, 'minute')}.`;
    case 'overQuotaPercent':
      return bound === 0
        ? 'The license allows no seats beyond the quota.'
        : `The license allows at most ${bound} percent of the seats beyond the quota.`;
    case 'borrowMaxDays':
      return bound === 0
        ? 'The license does not allow seats to be borrowed.'
        : `The license allows seats to be borrowed for at most ${counted(bound, 'day')}.`;
  }
}

/** A list of the policy is full. */
export class PolicyListFullError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'policy-list-full';
  override readonly details: { most: number };

  constructor(most: number) {
    super(
      `The list of denied machines is full: it has ${counted(most, 'entry', 'entries')}. Replace some by a pattern first.`,
    );
    this.details = { most };
  }
}

/** The machine is denied by more than its id. */
export class DeniedByPatternError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'denied-by-pattern';

  constructor() {
    super('A pattern or the list of allowed machines denies this machine. Change them in the policies.');
  }
}

/** The organization cannot be deleted while its seats are in use. */
export class SeatsInUseError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'seats-in-use';
  override readonly details: { holders: Holder[] };

  constructor(holders: Holder[]) {
    const count =
      holders.length === 1 ? 'One seat of this organization is' : `${holders.length} seats of this organization are`;
    super(`${count} in use${named(holders)}. End these sessions first.`);
    this.details = { holders };
  }
}

type NoOfflineSeatReason = 'not-allowed' | 'none-free' | 'reserved' | 'share-used';

/** A machine without a network gets a license only where the vendor's license allows it, and there is a seat. */
export class NoOfflineSeatError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'no-offline-seat';
  override readonly details: { product: Product; reason: NoOfflineSeatReason };

  constructor(product: Product, reason: NoOfflineSeatReason) {
    const name = productName[product];
    super(
      {
        'not-allowed': `The license does not allow offline use of ${name}.`,
        'none-free': `No ${name} seat is free for an offline license. Release one first.`,
        'share-used': `No ${name} seat is free for an offline license: as many are out as the license allows.`,
        reserved: `The free ${name} seats are reserved for users or teams. Change the reservations in the license policy first.`,
      }[reason],
    );
    this.details = { product, reason };
  }
}

/** Katalon's client cannot be activated with a file of this server. */
export class FileNotForStudioError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'file-not-for-studio';

  override readonly details: { reason: 'runtime-engine' | 'features' };

  constructor(reason: 'runtime-engine' | 'features') {
    super(
      reason === 'runtime-engine'
        ? 'This license is for Runtime Engine, which takes only files that the vendor has signed. Ask the vendor for a file for this machine id. The .lic of this server is for programs that verify it with its public key.'
        : `This license lacks ${neededFeature.KSE}, so ${clientName.KSE} would not accept it. Ask the vendor for a corrected license.`,
    );
    this.details = { reason };
  }
}

/** The policy denies a machine for which an administrator wants an offline license. */
export class DeniedMachineError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'machine-denied';

  constructor() {
    super('The license policy of the organization denies this machine.');
  }
}
