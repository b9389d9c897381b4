import { DomainError } from '../../errors/domain-error.js';
import { type SingleSignOnError } from '../single-sign-on/single-sign-on.errors.js';

/** OpenID Connect Back-Channel Logout 1.0, section 2.8: providers look at `error` and `error_description`. */
export class LogoutRefusedError extends DomainError {
  readonly kind = 'invalid';
  readonly code = 'invalid_request';
  override readonly details: { error: string; error_description: string };

  constructor({ reason }: SingleSignOnError) {
    super(`The logout token is not valid: ${reason}`);
    this.details = { error: this.code, error_description: this.message };
  }
}
