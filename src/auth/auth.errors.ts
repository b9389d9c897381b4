import { DomainError } from '../errors/domain-error.js';
import { tryAgainIn } from '../errors/try-again.js';
import { counted } from '../errors/counted.js';

/** No credentials where some are needed. */
export class NotSignedInError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'not-signed-in';
  override readonly refusesAccess = true;

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

/** A client password where only the account's own password will do. */
export class ClientPasswordMisplacedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'client-password-misplaced';

  constructor() {
    super('A client password works in Katalon Studio only. Sign in here with the password of your account.');
  }
}

/** The caller is known and still may not. */
export class ForbiddenError extends DomainError {
  readonly kind = 'forbidden';
  readonly code: string = 'forbidden';
  override readonly refusesAccess = true;

  constructor(message = 'You are not allowed to do this. Ask an administrator.') {
    super(message);
  }
}

/** A member whose role is not enough. */
export class RoleMissingError extends ForbiddenError {
  /** @param organizationId where they are a member */
  constructor(
    message: string,
    readonly organizationId: number,
  ) {
    super(message);
  }
}

/** An API key that is not for this kind of request. */
export class ScopeMissingError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'scope-missing';
  override readonly refusesAccess = true;
  override readonly details: { needed: readonly string[]; scopes: readonly string[]; scope: string };

  constructor(needed: readonly string[], scopes: readonly string[]) {
    const scope = needed.map((each) => `"${each}"`).join(' or ');
    super(`This API key lacks the scope ${scope}. Create a key with it in your profile.`);
    this.details = { needed, scopes, scope };
  }
}

/** An API key where only a person will do. */
export class PersonRequiredError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'person-required';
  override readonly refusesAccess = true;

  constructor() {
    super('API keys cannot do this. Sign in to the console, or get an access token with your password.');
  }
}

/** A service account where only a person will do. */
export class ServiceAccountRefusedError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'service-account-refused';
  override readonly refusesAccess = true;

  constructor() {
    super('A service account cannot do this. Ask an administrator of its organization.');
  }
}

/** The session is open, but it is a while ago that its user proved who they are. */
export class ConfirmationRequiredError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'confirmation-required';
  override readonly refusesAccess = true;

  constructor() {
    super('Confirm with your password that it is you, then try again (POST /api/v1/auth/confirm).');
  }
}

/** RFC 6749, section 5.2: OAuth clients look at `error` and `error_description`. */
export class OAuthError extends DomainError {
  override readonly details: { error: string; error_description: string };

  constructor(
    readonly kind: 'invalid' | 'unauthenticated' | 'forbidden' | 'unavailable',
    readonly code:
      'invalid_request' | 'invalid_grant' | 'invalid_client' | 'unsupported_grant_type' | 'temporarily_unavailable',
    message: string,
    override readonly retryAfter?: number,
  ) {
    super(message);
    this.details = { error: code, error_description: message };
  }
}

/** An account needs no more keys than this. */
export class TooManyApiKeysError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'too-many-api-keys';
  override readonly details: { most: number };

  constructor(most: number) {
    super(`An account can have at most ${counted(most, 'API key')}. Delete one that is no longer used.`);
    this.details = { most };
  }
}

/** An account needs no more client passwords than this. */
export class TooManyClientPasswordsError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'too-many-client-passwords';
  override readonly details: { most: number };

  constructor(most: number) {
    super(`An account can have at most ${counted(most, 'client password')}. Delete one that is no longer used.`);
    this.details = { most };
  }
}

/** The caller's password or address is an identity provider's to change. */
export class KeptByProviderError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kept-by-provider';
  override readonly details: { providers: string };

  constructor(names: readonly string[]) {
    const providers = names.join(', ');
    super(`Your password and your e-mail address are kept by ${providers}. Change them there.`);
    this.details = { providers };
  }
}

/** What the free failures of a throttle are counted by; `codes`: the codes of an account's authenticator app in a day. */
export type SignInLimit = 'account-and-address' | 'account' | 'address' | 'network' | 'codes';

const limited: Record<SignInLimit | 'setup-token', string> = {
  'account-and-address': 'failed attempts to sign in to this account from your address',
  account: 'failed attempts to sign in to this account',
  address: 'failed attempts to sign in from your address',
  network: 'failed attempts to sign in from your network',
  codes: 'codes of an authenticator app for this account today. Use a recovery code or a passkey',
  'setup-token': 'wrong setup tokens from your address',
};

/** Too many failed attempts to prove something. The wait ends automatically. */
export class TooManyAttemptsError extends DomainError {
  readonly kind = 'too-many-requests';
  readonly code = 'too-many-attempts';
  override readonly details: { retryAfter: number; limit: keyof typeof limited };

  /** @param retryAfter seconds */
  constructor(
    override readonly retryAfter: number,
    limit: keyof typeof limited,
  ) {
    super(`Too many ${limited[limit]}. ${tryAgainIn(retryAfter)}`);
    this.details = { retryAfter, limit };
  }
}

/** An address is proved by a mail, and there is no mail server that may carry it. */
export class AddressNotProvableError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'address-not-provable';

  constructor() {
    super(
      'This server cannot send mail, so the address cannot be verified by a link. Send `verified: true` to vouch for the address yourself.',
    );
  }
}

/** A throttled sign-in cannot wait for its turn here. */
export class SignInUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'sign-in-unavailable';
  override readonly retryAfter = 60;
}

/** There is nothing left to prove. */
export class AlreadyVerifiedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'already-verified';

  constructor() {
    super('Your e-mail address is verified already.');
  }
}

/** The password that was to prove who is asking is not theirs. */
export class WrongCurrentPasswordError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'wrong-current-password';
  override readonly refusesAccess = true;

  constructor() {
    super('The current password is wrong.');
  }
}

/** A link that works once has worked (manual, "Invitations"; the words are the manual's). */
export class LinkUsedError extends DomainError {
  readonly kind = 'gone';
  readonly code = 'link-used';

  /** @param more what kind of link it was, and what to do now */
  constructor(more?: string) {
    super(['This link has been used to reset password.', more].filter((message) => message !== undefined).join(' '));
  }
}

/** A link whose time is over. */
export class LinkExpiredError extends DomainError {
  readonly kind = 'gone';
  readonly code = 'link-expired';

  constructor(message = 'This link has expired. Ask for a new one.') {
    super(message);
  }
}

/** A link that this server never gave, or has replaced by a newer one. */
export class LinkUnknownError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'link-unknown';

  constructor() {
    super('This link is not valid, or a newer one has replaced it. Ask for a new one.');
  }
}
