import type { WebhookChange, WebhookTestRequest, WebhookView } from '../../generated/api';
import type { WebhookEvent, WebhookFormat } from './webhook-calls';

/** A webhook as its form has it. */
export interface WebhookValues {
  /** Empty: the one that is stored stays. */
  url: string;
  format: WebhookFormat;
  events: WebhookEvent[];
  caCertificate: string;
}

/** Whether the address is shown: those of chats are secrets. */
export function isShown({ format }: Pick<WebhookView, 'format'>): boolean {
  return format === 'standard';
}

export function webhookValuesOf(webhook: WebhookView | undefined): WebhookValues {
  return {
    url: webhook && isShown(webhook) ? webhook.url : '',
    format: webhook?.format ?? 'standard',
    events: [...(webhook?.events ?? [])],
    caCertificate: webhook?.caCertificate ?? '',
  };
}

export function webhookChangeOf({ url, ...values }: WebhookValues): WebhookChange {
  return { ...values, ...(url.trim() !== '' && { url: url.trim() }) };
}

/** What a test of the form is sent with. */
export function testOf({ events: _, ...values }: WebhookValues): WebhookTestRequest {
  const { url, format, caCertificate } = webhookChangeOf({ ...values, events: [] });
  return { url, format, caCertificate };
}

export function hostOf({ url }: Pick<WebhookView, 'url'>): string {
  return new URL(url).host;
}
