import { DomainError } from './domain-error.js';
import { counted, isOrAre } from './counted.js';
import { tryAgainIn } from './try-again.js';

/** By code: what an account or an organization may have a limited number of. */
const messages = {
  'too-many-organizations': (most: number) =>
    `An account can own at most ${counted(most, 'organization')}. Delete one, or transfer it to another member.`,
  'too-many-teams': (most: number) => `An organization can have at most ${counted(most, 'team')}. Delete one first.`,
  'too-many-members': (most: number) =>
    `The organization has reached its limit of ${counted(most, 'member')}. Ask an administrator of the organization to remove one.`,
  'too-many-service-accounts': (most: number) =>
    `The organization has reached its limit of ${counted(most, 'service account')}. Delete one that is no longer used.`,
  'too-many-scim-tokens': (most: number) =>
    `An identity provider can have at most ${counted(most, 'SCIM token')}. Revoke one first.`,
  'too-many-webhooks': (most: number) => `There can be at most ${counted(most, 'webhook')}. Delete one first.`,
  'too-many-views': (most: number) => `You can save at most ${counted(most, 'view')}. Delete one first.`,
  'plugin-quota-reached': (most: number) =>
    `The private plugins of an organization can take up at most ${most} MB together. Delete some first.`,
} as const;

/** An account or an organization has as many of something as the server allows (settings, "Limits"). */
export class LimitReachedError extends DomainError {
  readonly kind = 'conflict';
  override readonly details: { most: number };

  constructor(
    readonly code: keyof typeof messages,
    most: number,
  ) {
    super(messages[code](most));
    this.details = { most };
  }
}

const openMessages = {
  'too-many-event-streams': (most: number) =>
    `An account can have at most ${counted(most, 'event stream')} open. Close other tabs or programs first.`,
  'too-many-waiting': (most: number) =>
    `You have ${counted(most, 'check-out')} waiting for a seat of this organization, which is the limit. Try again when ${most === 1 ? 'it is' : 'some of them are'} done.`,
  'too-many-waiting-here': (most: number) =>
    `${counted(most, 'check-out')} ${isOrAre(most)} waiting for the seats of this organization, which is the limit. Try again later.`,
} as const;

/** As many requests of one kind stay open as the server allows; try again when some have ended. */
export class TooManyOpenError extends DomainError {
  readonly kind = 'too-many-requests';
  override readonly retryAfter = 10;
  override readonly details: { most: number };

  constructor(
    readonly code: keyof typeof openMessages,
    most: number,
  ) {
    super(openMessages[code](most));
    this.details = { most };
  }
}

const dailyMessages = {
  'too-many-invitations-today': (most: number) =>
    `An organization can create at most ${counted(most, 'invitation')} a day.`,
  'too-many-resends-today': (most: number) =>
    `An organization can send at most ${counted(most, 'invitation')} again a day.`,
  'too-many-mails-today': (most: number) => `An organization can send at most ${counted(most, 'mail')} a day.`,
} as const;

/** An organization has done something as often as it may on one day (UTC). Nothing of the request was done. */
export class DailyLimitError extends DomainError {
  readonly kind = 'too-many-requests';
  override readonly details: { most: number };
  override readonly retryAfter: number;

  constructor(
    readonly code: keyof typeof dailyMessages,
    most: number,
    now: Date,
  ) {
    super(`${dailyMessages[code](most)} Try again after midnight UTC, or ask the server's administrator for more.`);
    this.details = { most };
    this.retryAfter = Math.ceil((86_400_000 - (now.getTime() % 86_400_000)) / 1000);
  }
}

/** Something harmless, too often. */
export class RateLimitedError extends DomainError {
  readonly kind = 'too-many-requests';
  override readonly details: { retryAfter: number };

  /**
   * @param limited what the limit is, as a sentence
   * @param retryAfter seconds
   */
  constructor(
    readonly code:
      'too-many-test-mails' | 'too-many-notifications' | 'too-many-address-changes' | 'too-many-webhook-tests',
    limited: string,
    override readonly retryAfter: number,
  ) {
    super(`${limited} ${tryAgainIn(retryAfter)}`);
    this.details = { retryAfter };
  }
}
