import { DomainError } from '../errors/domain-error.js';

/** For balancers: send the next ones elsewhere. */
export class DrainingError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'draining';
  override readonly retryAfter = 2;

  constructor() {
    super('This server is about to stop. Send new requests to another one.');
  }
}
