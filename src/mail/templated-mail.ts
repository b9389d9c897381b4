import { type Language } from '../config/language.js';
import { type Facts, type Template } from './mail-texts.js';

/** A mail to one person, before it is in words. */
export interface TemplatedMail {
  /** What the outbox calls it, and the reader can turn off. */
  kind: string;
  to: string;
  template: Template;
  facts: Facts<Template>;
  /** Where the button leads. */
  url?: string;
  /** For a reader who has not chosen a language; absent: the server's. */
  language?: Language;
  attachments?: readonly MailAttachment[];
}

/** A file that goes with a mail. It waits in the outbox with it: not for large ones. */
export interface MailAttachment {
  filename: string;
  contentType: string;
  content: string;
}

/** Templates that are of the same kind for the outbox. */
const kinds: Partial<Record<Template, string>> = { 'email-change': 'verification' };

/** A mail: its template, and the facts for which every language has words. */
export function templatedMail<T extends Template>(
  template: T,
  to: string,
  facts: Facts<T>,
  more: Pick<TemplatedMail, 'url' | 'language' | 'attachments'> = {},
): TemplatedMail {
  return { kind: kinds[template] ?? template, to, template, facts, ...more };
}
