import { type WebhookEvent } from './webhook-events.js';
import { type NamedDelivery } from './webhook.queries.js';

/** What a webhook is told, in the form of the Standard Webhooks specification. */
export interface WebhookPayload {
  type: WebhookEvent | 'webhook.test';
  /** When it happened, ISO 8601. */
  timestamp: string;
  data: WebhookData;
}

export interface WebhookData extends Record<string, unknown> {
  /** Absent: it concerns the whole server. */
  organization?: { id: number; name: string | null };
  /** `email` is null once the account is deleted. */
  user?: { id: number; email: string | null };
}

export function payloadOf(delivery: NamedDelivery): WebhookPayload {
  const { event, occurredAt, data, organizationId, organizationName, userId, userEmail } = delivery;
  return {
    type: event,
    timestamp: occurredAt.toISOString(),
    data: {
      ...(organizationId !== null && { organization: { id: organizationId, name: organizationName } }),
      ...(userId !== null && { user: { id: userId, email: userEmail } }),
      ...data,
      ...(event.startsWith('invitation.') && { email: delivery.recipient }),
      ...(event === 'mail.failed' && { recipient: delivery.recipient, error: delivery.mailError }),
    },
  };
}
