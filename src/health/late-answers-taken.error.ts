import { DomainError } from '../errors/domain-error.js';
import { tryAgainIn } from '../errors/try-again.js';

/** No caller may keep many connections open by asking for late answers. */
export class LateAnswersTakenError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'late-answers-taken';
  override readonly retryAfter = 60;

  constructor() {
    super(`Others are waiting for a late answer already. ${tryAgainIn(60)}`);
  }
}
