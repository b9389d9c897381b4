import { DomainError } from '../errors/domain-error.js';

/** An administrator cannot erase themselves: the act would not be theirs any more. */
export class OwnAccountError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'own-account';

  constructor() {
    super('You cannot erase your own account. Ask another administrator of the server.');
  }
}

/** An organization would be left without an owner. */
export class OwnsOrganizationsError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'owns-organizations';
  override readonly details: { organizations: string[] };

  constructor(organizations: string[]) {
    super(`The account owns ${organizations.join(', ')}. Transfer the ownership first, or delete the organization.`);
    this.details = { organizations };
  }
}

/** The audit log is being sealed, restored or verified by another server for too long. */
export class AuditLogBusyError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'audit-log-busy';
  override readonly retryAfter = 10;

  constructor() {
    super(
      'The audit log is busy, and the person is not erased completely. The account is disabled. Try again in 10 seconds.',
    );
  }
}
