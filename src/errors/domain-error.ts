/** What kind of no it is; the HTTP status follows from it in one place. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'precondition-failed'
  | 'too-large'
  | 'unsupported'
  | 'not-satisfiable'
  | 'too-many-requests'
  | 'unavailable'
  | 'insufficient-storage';

/**
 * A refusal in the words of the domain. The message is shown to people as it is, so it says what to do next;
 * the code is for programs and never changes.
 */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;
  abstract readonly code: string;
  /** More members for the answer. Never a secret. */
  readonly details: Readonly<Record<string, unknown>> = {};
  /** Seconds until it makes sense to try again. */
  readonly retryAfter?: number;
  /** The caller may not, or is not who they say: the audit log has it. */
  readonly refusesAccess: boolean = false;
}

/** The thing asked for does not exist, or is not visible to the caller. */
export class NotFoundError extends DomainError {
  readonly kind = 'not-found';
  readonly code = 'not-found';

  /** @param message where more is to be said than that it was not found */
  constructor(what: string, message = `${what} was not found.`) {
    super(message);
  }
}
