import { DomainError } from '../errors/domain-error.js';

/** Somebody who cannot sign in cannot own an organization. */
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
