import { type DiskState } from '../database/disk-watch.js';
import { DomainError } from '../errors/domain-error.js';
import { counted } from '../errors/counted.js';

/** For balancers: this server cannot help anybody until its database is back. */
export class DatabaseAwayError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'database-unavailable';
  override readonly retryAfter = 2;
  override readonly details: { databaseAwaySeconds: number; disk: DiskState };

  constructor(databaseAwaySeconds: number, disk: DiskState) {
    const why = disk === 'full' ? ' The disk of the data folder is full: make room, and the server goes on.' : '';
    super(`The server has not reached its database for ${counted(databaseAwaySeconds, 'second')}.${why}`);
    this.details = { databaseAwaySeconds, disk };
  }
}
