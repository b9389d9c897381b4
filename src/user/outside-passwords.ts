import { type User } from './user.entity.js';

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

/** Checks passwords that are not this server's own: those of a directory. */
export interface OutsidePasswords {
  /** Milliseconds after which a right password is checked again. */
  readonly recheckMillis: number;
  /** Whether there is anything that checks the password of this account, or of a name without an account. */
  decidesAbout(name: string, user: User | undefined): Promise<boolean>;
  /** The account that this name was right for before, where it is not the address of one. */
  accountOf(name: string): number | undefined;
  /**
   * @throws OutsideUnavailableError
   * @throws DomainError when the password is right, and the person still cannot sign in
   */
  check(credentials: TypedCredentials, user: User | undefined): Promise<OutsideAnswer>;
  /** @throws OutsideUnavailableError without asking, when it is known that there would be no answer */
  checkAvailable(user: User | undefined): Promise<void>;
}
