import { type Language } from '../config/language.js';
import { messageText } from './message-text.js';
import { type WebhookFormat } from './webhook.entity.js';
import { type WebhookPayload } from './webhook-payload.js';

/** How a payload is written for one receiver. */
export interface BodyStyle {
  format: WebhookFormat;
  /** Of what is shown in chats. */
  language: Language;
}

/** The body of a request. Text of people is never read as markup: it neither notifies a channel nor shows a link. */
export function bodyOf(payload: WebhookPayload, { format, language }: BodyStyle): string {
  if (format === 'standard') return JSON.stringify(payload);
  const text = messageText(payload, language);
  return JSON.stringify(format === 'slack' ? slackMessage(text) : teamsMessage(text));
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function slackMessage(text: string): object {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { text: escaped, mrkdwn: false };
}

/** An Adaptive Card, as the workflows of Teams take it. Text runs have no markup. */
function teamsMessage(text: string): object {
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text }] }],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}
