import { DomainError } from './domain-error.js';

export const diskFullMessage =
  'The disk of the server or of its database is full, so nothing was saved. Ask your administrator to make room.';

/** The database has stopped because its disk is full. 503 rather than 507: programs that try again are right to do so. */
export class DiskFullError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'disk-full';
  override readonly retryAfter = 10;

  constructor() {
    super(diskFullMessage);
  }
}
