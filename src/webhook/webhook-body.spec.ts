import { describe, expect, it } from '@jest/globals';
import { languages } from '../config/language.js';
import { bodyOf } from './webhook-body.js';
import { webhookEvents } from './webhook-events.js';
import { messageText } from './message-text.js';
import { type WebhookPayload } from './webhook-payload.js';

const payload = (type: WebhookPayload['type'], data: WebhookPayload['data']): WebhookPayload => ({
  type,
  timestamp: '2027-01-31T09:12:00.000Z',
  data: { organization: { id: 1, name: 'Example' }, user: { id: 7, email: 'ada@example.com' }, ...data },
});

const exhausted = payload('seats.exhausted', { product: 'KSE', seats: 20 });

describe('A message in a chat', () => {
  it('is a sentence, in the language of the server', () => {
    expect(messageText(exhausted, 'en')).toBe('All 20 Studio seats of Example are taken.');
    expect(messageText(exhausted, 'de')).toBe('Alle 20 Studio-Plätze von Example sind belegt.');
    expect(messageText(exhausted, 'ja')).toBe('ExampleのStudioシート（20シート）はすべて使用中です。');
    const single = payload('seats.exhausted', { product: 'KRE', seats: 1 });
    expect(messageText(single, 'en')).toBe('The only Runtime Engine seat of Example is taken.');
    const expiring = payload('license.expiring', { customer: 'Acme', expiresAt: '2027-02-07T23:59:59.000Z' });
    expect(messageText(expiring, 'en')).toBe('The license of Acme expires on 2027-02-07.');
  });

  it('has words for every event, with all that it tells', () => {
    const told = {
      ...{ product: 'KSE', code: 'CODE', reason: 'REASON', seats: 3, free: 2, customer: 'CUSTOMER', role: 'ROLE' },
      ...{
        expiresAt: '2027-02-07',
        email: 'EMAIL',
        recipient: 'RECIPIENT',
        error: 'ERROR',
        name: 'NAME',
        version: '1',
      },
    };
    for (const event of webhookEvents) {
      for (const language of languages) {
        const text = messageText(payload(event, told), language);
        expect([event, text]).toEqual([event, expect.stringMatching(/^\S.{15,}[.R)。）]$/)]);
        expect(text).not.toMatch(/undefined|null|\(\)|（）| {2}| \./);
      }
    }
  });

  it('neither calls a channel nor hides a link, whatever somebody is called', () => {
    const name = '<!channel> *Sale* <https://evil.example|Example> & [more](https://evil.example)';
    const joined = payload('member.removed', { organization: { id: 1, name } });
    const slack = JSON.parse(bodyOf(joined, { format: 'slack', language: 'en' })) as { text: string; mrkdwn: boolean };
    expect(slack.text).toBe(
      'ada@example.com was removed from &lt;!channel&gt; *Sale* &lt;https://evil.example|Example&gt; &amp; [more](https://evil.example).',
    );
    expect(slack.mrkdwn).toBe(false);
    const teams = JSON.parse(bodyOf(joined, { format: 'teams', language: 'en' })) as {
      attachments: { content: { body: { type: string; inlines: { type: string; text: string }[] }[] } }[];
    };
    // Text runs are shown as they are.
    expect(teams.attachments[0]!.content.body).toEqual([
      { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: `ada@example.com was removed from ${name}.` }] },
    ]);
  });
});
