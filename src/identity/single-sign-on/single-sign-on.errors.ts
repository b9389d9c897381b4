import { DomainError, type ErrorKind } from '../../errors/domain-error.js';

/** What went wrong with a sign-in at a provider; the sign-in page has a sentence for each. */
export type SingleSignOnProblem =
  | 'provider-unavailable'
  | 'provider-misconfigured'
  | 'provider-refused'
  | 'provider-answer-invalid'
  | 'provider-clock'
  | 'provider-too-many-groups'
  | 'provider-not-asked-again'
  | 'provider-unsolicited'
  | 'sign-in-expired';

const kinds: Readonly<Record<SingleSignOnProblem, ErrorKind>> = {
  'provider-unavailable': 'unavailable',
  'provider-misconfigured': 'conflict',
  'provider-refused': 'forbidden',
  'provider-answer-invalid': 'forbidden',
  'provider-clock': 'forbidden',
  'provider-too-many-groups': 'forbidden',
  'provider-not-asked-again': 'forbidden',
  'provider-unsolicited': 'forbidden',
  'sign-in-expired': 'gone',
};

const messages: Readonly<Record<SingleSignOnProblem, string>> = {
  'provider-unavailable': 'The identity provider does not answer. Try again later, or sign in with a password.',
  'provider-misconfigured':
    'Single sign-on is not set up correctly. Ask an administrator to run the test of the identity provider.',
  'provider-refused': 'The identity provider did not sign you in. Ask your identity team for access to this server.',
  'provider-answer-invalid':
    'The answer of the identity provider was not valid, so you were not signed in. Try again; if it happens again, ask an administrator.',
  'provider-clock':
    'The clocks of this server and of the identity provider differ by more than a minute, so you were not signed in. Ask an administrator.',
  'provider-too-many-groups':
    'You are in more groups than the identity provider sends. Ask your identity team to send only the groups that this server needs.',
  'provider-not-asked-again':
    'The identity provider did not ask you to sign in again, so the action is not confirmed. Set up a passkey or an authenticator app in your profile to confirm with.',
  'provider-unsolicited':
    'This server does not accept sign-ins that begin at the identity provider. Choose the provider on the sign-in page here.',
  'sign-in-expired': 'This sign-in has expired, was used already, or began in another browser. Sign in again.',
};

/** A sign-in with a provider that ends without a session. */
export class SingleSignOnError extends DomainError {
  readonly kind: ErrorKind;
  override readonly refusesAccess = false;

  /** @param reason for administrators: it goes into the audit log and is not shown */
  constructor(
    readonly code: SingleSignOnProblem,
    readonly reason: string,
  ) {
    super(messages[code]);
    this.kind = kinds[code];
  }
}
