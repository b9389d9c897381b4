import { describe, expect, it } from '@jest/globals';
import type { WebhookView } from '../../generated/api';
import { webhookChangeOf, hostOf, testOf, webhookValuesOf } from './webhook-values';

const stored = {
  id: 1,
  url: 'https://hooks.slack.com/…',
  format: 'slack',
  events: ['seats.exhausted'],
  caCertificate: null,
} as WebhookView;

describe('The form of a webhook', () => {
  it('keeps an address that is not shown, unless another one is typed', () => {
    const values = webhookValuesOf(stored);
    expect(values.url).toBe('');
    expect(webhookChangeOf(values)).toEqual({ format: 'slack', events: ['seats.exhausted'], caCertificate: '' });
    expect(webhookChangeOf({ ...values, url: ' https://hooks.slack.com/services/new ' }).url).toBe(
      'https://hooks.slack.com/services/new',
    );
  });

  it('shows and sends any other address', () => {
    const values = webhookValuesOf({ ...stored, format: 'standard', url: 'https://ci.example.com:8443/hook' });
    expect(values.url).toBe('https://ci.example.com:8443/hook');
    expect(testOf(values)).toEqual({ url: values.url, format: 'standard', caCertificate: '' });
  });

  it('names a webhook by its host', () => {
    expect(hostOf(stored)).toBe('hooks.slack.com');
    expect(hostOf({ url: 'https://ci.example.com:8443/hook' })).toBe('ci.example.com:8443');
  });
});
