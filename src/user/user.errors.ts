import { DomainError } from '../errors/domain-error.js';

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

/** The server would have nobody left to administer it. */
export class LastAdministratorError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'last-administrator';

  constructor() {
    super('This is the last administrator of the server. Make somebody else one first.');
  }
}
