import { DomainError } from '../../errors/domain-error.js';

/** Why a code was not accepted. */
export type CodeRefusal = 'wrong' | 'used' | 'clock-off';

const refusals = {
  wrong: { code: 'wrong-code', message: 'The code is wrong. Enter the code that your app shows now.' },
  used: { code: 'code-used', message: 'This code has been used. Wait until your app shows the next one.' },
  'clock-off': {
    code: 'clock-off',
    message:
      'The code is right, but not at this time. Check the clock of your phone: set it to automatic, then enter the next code.',
  },
} as const satisfies Record<CodeRefusal, { code: string; message: string }>;

/** A code of the second step was not accepted. */
export class WrongCodeError extends DomainError {
  readonly code: (typeof refusals)[CodeRefusal]['code'];
  override readonly refusesAccess: boolean;

  /** @param kind `unauthenticated` in a sign-in, `forbidden` where a session confirms */
  constructor(
    readonly kind: 'unauthenticated' | 'forbidden' | 'invalid',
    refusal: CodeRefusal,
  ) {
    super(refusals[refusal].message);
    this.code = refusals[refusal].code;
    this.refusesAccess = kind === 'forbidden';
  }
}

/** The account has to have a second factor, and its days without one are over. */
export class SecondFactorRequiredError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'second-factor-required';
  override readonly refusesAccess = true;

  constructor() {
    super('Your account needs a second step at sign-in. Add an authenticator app or a passkey in the console first.');
  }
}

/** The last factor of an account that has to have one. */
export class LastFactorError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'last-second-factor';

  constructor() {
    super('Your account needs a second factor. Add another one before you remove this one.');
  }
}

/** The browser has no sign-in that waits for its second step, or no longer. */
export class SignInExpiredError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'sign-in-expired';

  constructor() {
    super('Your sign-in has expired. Enter your password again.');
  }
}

/** There is no authenticator app to confirm. */
export class NoFactorBegunError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'no-factor-begun';

  constructor() {
    super('No authenticator app waits for its first code. Start again.');
  }
}

/** An account needs no more factors than this. */
export class TooManyFactorsError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'too-many-second-factors';
  override readonly details: { most: number };

  constructor(most: number) {
    super(`An account can have at most ${most} authenticator apps and passkeys. Remove one that you no longer use.`);
    this.details = { most };
  }
}

/** The answer of a passkey is not good: of another one, for another address, too old, used, or altered. */
export class PasskeyRefusedError extends DomainError {
  readonly code = 'passkey-refused';
  override readonly refusesAccess: boolean;

  constructor(readonly kind: 'unauthenticated' | 'forbidden' | 'invalid') {
    super('The passkey was not accepted. Try again, or use another way.');
    this.refusesAccess = kind === 'forbidden';
  }
}

/** The passkey belongs to an account already. */
export class PasskeyTakenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'passkey-taken';

  constructor() {
    super('This passkey is in use already.');
  }
}

/** Browsers make no passkeys for the address of this server. */
export class PasskeysUnavailableError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'passkeys-unavailable';

  constructor() {
    super('Passkeys need a server address (SERVER_URL) that begins with https:// and has a host name.');
  }
}
