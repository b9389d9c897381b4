import { DomainError, NotFoundError } from '../errors/domain-error.js';

/** No organization of the caller's: whether there is another one with this id, only its members hear. */
export class NotAMemberError extends NotFoundError {
  constructor(organizationId: number) {
    super(
      'The organization',
      `You are not a member of an organization with the id ${organizationId}. Check the organization id, or ask an administrator of the organization to invite you.`,
    );
  }
}

/** Only administrators create organizations on this server. Katalon Studio shows the message to its user. */
export class OrganizationCreationClosedError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'organization-creation-closed';
  override readonly refusesAccess = true;

  constructor() {
    super(
      "Only the server's administrator creates organizations here. Ask the administrator for one, or ask the owner or an admin of an organization to invite you.",
    );
  }
}

/** An account whose address is not proved is good for the organization that has invited it, and for nothing else. */
export class UnverifiedAccountError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'address-unverified';
  override readonly refusesAccess = true;

  constructor() {
    super(
      "Your e-mail address is not verified, so you cannot create an organization. Request a verification e-mail in your profile, or ask the server's administrator.",
    );
  }
}

/** A person who cannot sign in cannot own an organization. */
export class DisabledMemberError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'account-disabled';

  constructor(email: string) {
    super(`The account of ${email} is disabled.`);
  }
}

/** An organization has exactly one owner (manual, "Organizations, users, roles"). */
export class OwnerStaysError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'owner-stays';

  constructor() {
    super('This is the owner of the organization. Transfer the ownership to another member first.');
  }
}

/** Groups of an identity provider say who is a member, and with which role. */
export class ManagedMemberError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'member-managed';
  override readonly details: { provider: string };

  constructor(provider: string) {
    super(`This role comes from the groups of ${provider}. Change the groups of the person there.`);
    this.details = { provider };
  }
}

/** Two teams of an organization cannot share a name. */
export class TeamNameTakenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'team-name-taken';
  override readonly details: { name: string };

  constructor(name: string) {
    super(`There is already a team with the name ${name}.`);
    this.details = { name };
  }
}
