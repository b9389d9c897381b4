import { DomainError } from '../errors/domain-error.js';

/** No credentials where some are needed. */
export class NotSignedInError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'not-signed-in';

  constructor(message = 'Sign in first, or send an API key or access token (Authorization: Bearer …).') {
    super(message);
  }
}

/** Wrong e-mail or password; deliberately silent on which of them. */
export class WrongCredentialsError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'wrong-credentials';

  constructor() {
    super('The e-mail address or the password is wrong, or the account is disabled.');
  }
}

/** The caller is known and still may not. */
export class ForbiddenError extends DomainError {
  readonly kind = 'forbidden';
  readonly code: string = 'forbidden';

  constructor(message = 'You are not allowed to do this. Ask an administrator.') {
    super(message);
  }
}

/** RFC 6749, section 5.2: OAuth clients look at `error` and `error_description`. */
export class OAuthError extends DomainError {
  override readonly details: { error: string; error_description: string };

  constructor(
    readonly kind: 'invalid' | 'unauthenticated' | 'forbidden',
    readonly code: 'invalid_request' | 'invalid_grant' | 'invalid_client' | 'unsupported_grant_type',
    message: string,
  ) {
    super(message);
    this.details = { error: code, error_description: message };
  }
}

/** Nobody needs more keys than this. */
export class TooManyApiKeysError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'too-many-api-keys';

  constructor(most: number) {
    super(`An account can have at most ${most} API keys. Delete one that is no longer used.`);
  }
}
