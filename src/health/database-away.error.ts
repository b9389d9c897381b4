import { DomainError } from '../errors/domain-error.js';
import { counted } from '../errors/counted.js';

/** For balancers: this server cannot help anybody until its database is back. */
export class DatabaseAwayError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'database-unavailable';
  override readonly retryAfter = 2;
  override readonly details: { databaseAwaySeconds: number };

  constructor(databaseAwaySeconds: number) {
    super(`The server has not reached its database for ${counted(databaseAwaySeconds, 'second')}.`);
    this.details = { databaseAwaySeconds };
  }
}
