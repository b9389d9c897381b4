import { DomainError } from '../errors/domain-error.js';

export class WebhookDisabledError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'webhook-disabled';

  constructor() {
    super('The webhook is disabled, so nothing is sent. Enable it first.');
  }
}
