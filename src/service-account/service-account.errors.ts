import { DomainError } from '../errors/domain-error.js';

/** Two service accounts of an organization cannot share a name, however it is written. */
export class ServiceAccountNameTakenError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'service-account-name-taken';
  override readonly details: { name: string };

  constructor(name: string) {
    super(`This organization already has a service account with the name ${name}. Choose another name.`);
    this.details = { name };
  }
}
