import { inUtc } from '../clock/in-utc.js';
import { DomainError } from '../errors/domain-error.js';
import { type Product, productName } from '../license/product.js';
import { type DenialCode } from './seat-decision.js';

/** Who holds a seat, as far as another member may know. */
export interface Holder {
  email: string;
  hostname: string | null;
  machineId: string;
  since: Date;
  expiresAt: Date;
}

/** Of so many holders a message still names each. */
const mostNamed = 10;

/** No seat for this session, and why: the words are shown to the tester as they are. */
export class SeatDeniedError extends DomainError {
  readonly kind: 'conflict' | 'forbidden';
  override readonly details: { holders: Holder[]; availableAt: Date | null };
  declare readonly retryAfter?: number;

  constructor(
    readonly code: DenialCode,
    product: Product,
    organization: string,
    seats: number,
    holders: Holder[],
    offline: number,
    now: Date,
  ) {
    super(wordsFor(code, productName[product], organization, seats, holders, offline));
    this.kind = code === 'seats-exhausted' ? 'conflict' : 'forbidden';
    const first = holders.length > 0 ? Math.min(...holders.map((holder) => holder.expiresAt.getTime())) : undefined;
    this.details = { holders, availableAt: first === undefined ? null : new Date(first) };
    if (first !== undefined) this.retryAfter = Math.max(1, Math.ceil((first - now.getTime()) / 1000));
  }
}

function wordsFor(
  code: DenialCode,
  product: string,
  organization: string,
  seats: number,
  holders: readonly Holder[],
  offline: number,
): string {
  switch (code) {
    case 'machine-denied':
      return `${organization} does not allow this machine to use ${product}. Ask an administrator.`;
    case 'license-expired':
      return `The license for ${product} has expired. Ask your administrator to install a new one.`;
    case 'not-licensed':
      return `${organization} has no seats of ${product}. Ask your administrator.`;
    case 'no-seat-assigned':
      return `You have no seat of ${product} in ${organization}, or use it on another machine${named(holders)}. Ask an administrator to assign you one.`;
    case 'seats-exhausted':
      return `All ${seats} ${product} seats of ${organization} are in use${named(holders)}${offlineWords(offline)}. Ask an administrator to release one.`;
  }
}

function named(holders: readonly Holder[]): string {
  if (holders.length === 0) return '';
  const names = holders
    .slice(0, mostNamed)
    .map(({ email, hostname, machineId, since }) => `${email} on ${hostname ?? machineId} since ${inUtc(since)}`);
  const more = holders.length > mostNamed ? ` and ${holders.length - mostNamed} more` : '';
  return `: ${names.join(', ')}${more}`;
}

function offlineWords(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '; one is held by an offline license' : `; ${count} are held by offline licenses`;
}

/** The caller is in no organization whose seats they could take. */
export class NoOrganizationError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'no-organization';

  constructor() {
    super('You are not a member of any organization. Ask an administrator to invite you, or create an organization.');
  }
}

/** The lease is over: released, expired and given to somebody else, or ended by an administrator. */
export class LeaseEndedError extends DomainError {
  readonly kind = 'gone';
  readonly code = 'lease-ended';

  constructor() {
    super('This lease has ended: it was released, expired, or was ended by an administrator. Check out a new one.');
  }
}

/** The organization cannot go while somebody works with its seats. */
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

/** A machine without a network gets a license only where the vendor's license allows it, and there is a seat. */
export class NoOfflineSeatError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'no-offline-seat';

  constructor(product: Product, allowed: boolean) {
    super(
      allowed
        ? `No ${productName[product]} seat is free for an offline license. Release one first.`
        : `The license does not allow offline use of ${productName[product]}.`,
    );
  }
}
