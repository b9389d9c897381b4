import { type User } from './user.entity.js';
import { type OutsideUnavailableError } from './user.errors.js';

/** A name and a password as they were typed, and from where. */
export interface TypedCredentials {
  /** An e-mail address, or a user name. */
  name: string;
  password: string;
  /** Of the client. */
  address: string;
}

/**
 * What something else than this server says of a password: the account that it is right for; `wrong`; or `unknown`, when it does not
 * know the person, and this server's own password decides.
 */
export type OutsideAnswer = User | 'wrong' | 'unknown';

/** Checks a password for an account, or for a name without an account. */
export interface OutsideCheck {
  /** @throws OutsideUnavailableError without asking, when it is known that there would be no answer */
  checkAvailable(): void;
  /** That there is no answer in time. */
  unavailable(): OutsideUnavailableError;
  /**
   * @throws OutsideUnavailableError
   * @throws DomainError when the password is right, and the person still cannot sign in
   */
  check(credentials: TypedCredentials): Promise<OutsideAnswer>;
}

/** Passwords that are not this server's own: those of directories. */
export interface OutsidePasswords {
  /** Milliseconds after which a right password is checked again. */
  readonly recheckMillis: number;
  /** Whether a name that is no e-mail address may be that of a person. */
  takesUserNames(): Promise<boolean>;
  /** The e-mail address of the person who is known to have this name, where it is another one than the name. */
  addressOf(name: string): string | undefined;
  /** @returns undefined when nothing checks the password of this account, or of a name without an account */
  checkFor(name: string, user: User | undefined): Promise<OutsideCheck | undefined>;
}
