import { DomainError } from '../errors/domain-error.js';

/** Nothing but the setup answers before it is done. */
export class NotSetUpError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'setup-required';

  constructor(serverUrl: string) {
    super(`This license server is not activated yet. An administrator can do that at ${serverUrl}.`);
  }
}

/** Setup happens once. */
export class AlreadySetUpError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'already-set-up';

  constructor(message = 'This server is set up already. Sign in to change anything.') {
    super(message);
  }
}

/** First the license, then the account. */
export class LicenseRequiredError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'license-required';

  constructor() {
    super('Upload the license file first, or start the evaluation.');
  }
}

/** Not the token that the server printed. */
export class WrongSetupTokenError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'wrong-setup-token';
  override readonly refusesAccess = true;

  constructor() {
    super(
      'The setup token is missing or wrong (header X-Setup-Token). The server prints it at its start and keeps it in the ' +
        'file setup-token in its data folder.',
    );
  }
}
