import { DomainError } from '../errors/domain-error.js';
import { LinkUsedError } from '../auth/auth.errors.js';
import { type InvitationResult } from './dto/invitation.js';

/** Manual, "Invitations": the link was opened while another account is signed in. The words are the manual's. */
export class OtherAccountError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'other-account';
  override readonly details: { signedInAs: string; email: string; signOut: string };

  constructor(signedInAs: string, email: string) {
    super('Cannot accept the invitation.');
    this.details = { signedInAs, email, signOut: '/api/v1/auth/sign-out' };
  }
}

/** The invitation was accepted. The first sentence is the manual's, which many look for. */
export class InvitationUsedError extends LinkUsedError {
  override readonly details = { reason: 'invitation' };

  constructor() {
    super('It was an invitation, and it has been accepted: sign in with your e-mail address and password.');
  }
}

/** The administrator of the organization has taken it back. */
export class InvitationRevokedError extends DomainError {
  readonly kind = 'gone';
  readonly code = 'invitation-revoked';

  constructor() {
    super('This invitation has been withdrawn. Ask for a new one.');
  }
}

/** Nothing can be done to it any more. */
export class InvitationClosedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'invitation-closed';

  constructor(why: string) {
    super(`${why} Invite the address again, if need be.`);
  }
}

/** The invited address has an account: its owner joins signed in, and not otherwise. */
export class AccountExistsError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'account-exists';

  constructor(email: string) {
    super(`There is an account for ${email}. Sign in with it, and accept the invitation without a new password.`);
  }
}

/** The link of one organization does not take another one away from its owner. */
export class OwnerUnverifiedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'unverified-owner';

  constructor() {
    super(
      "The account for this address owns an organization. Sign in with it first, or ask the server's administrator for a link to set a new password.",
    );
  }
}

/** A person who cannot sign in cannot join. */
export class InvitedAccountDisabledError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'account-disabled';

  constructor() {
    super("This account is disabled. Ask the server's administrator to enable it.");
  }
}

/** Not one of the addresses could be invited. */
export class NobodyInvitedError extends DomainError {
  readonly kind: 'invalid' | 'conflict';
  readonly code = 'nobody-invited';
  override readonly details: { results: InvitationResult[] };

  constructor(results: InvitationResult[]) {
    const problems = results.flatMap(({ email, error }) => (error ? [`${email}: ${error.message}`] : []));
    super(problems.slice(0, 10).join(' '));
    this.kind = results.every(({ error }) => error?.code === 'invalid-email') ? 'invalid' : 'conflict';
    this.details = { results };
  }
}
