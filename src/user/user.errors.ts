import { DomainError } from '../errors/domain-error.js';
import { tryAgainIn } from '../errors/try-again.js';
import { counted } from '../errors/counted.js';

/** Two accounts cannot share an e-mail address. */
export class EmailTakenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'email-taken';
  override readonly details: { email: string };

  constructor(email: string) {
    super(`There is already an account for ${email}.`);
    this.details = { email };
  }
}

/** Anybody may have made the account: the administrator is told before it becomes one. */
export class UnverifiedAdministratorError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'account-unverified';
  override readonly details: { email: string };

  constructor(email: string) {
    super(
      `The address ${email} is not verified: the account may belong to someone else. Send \`confirm: true\` to make it an administrator; its password, sessions and API keys are then void, and you get a link to set a new password.`,
    );
    this.details = { email };
  }
}

/** A directory that knows the password gives no answer. Nothing is known of the password, so nothing is said about it. */
export class OutsideUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'directory-unavailable';
  override readonly retryAfter = 10;

  constructor(name: string, options?: ErrorOptions) {
    super(`The directory ${name} does not answer, so passwords cannot be checked just now. ${tryAgainIn(10)}`);
    this.cause = options?.cause;
  }
}

/** The server would have no administrator left. */
export class LastAdministratorError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'last-administrator';

  constructor() {
    super('This is the last administrator of the server. Make another account an administrator first.');
  }
}

/** The strength of a new password could not be estimated; it was not set. */
export class PasswordCheckUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'password-check-unavailable';
  override readonly retryAfter = 10;

  constructor() {
    super(`The strength of the new password could not be checked just now, so it was not set. ${tryAgainIn(10)}`);
  }
}

/** An account cannot take up the check of new passwords, which all accounts share. */
export class TooManyPasswordChecksError extends DomainError {
  readonly kind = 'too-many-requests';
  readonly code = 'too-many-password-checks';
  override readonly retryAfter = 10;
  override readonly details: { most: number };

  constructor(most: number) {
    super(
      `The server is checking ${counted(most, 'new password')} for this account already, so this one was not set. ${tryAgainIn(10)}`,
    );
    this.details = { most };
  }
}

/** What is done to many accounts at once would also be done to the caller's own. */
export class NotYourselfError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'not-yourself';

  constructor() {
    super('This is your own account. Change it on its own, or ask another administrator.');
  }
}
