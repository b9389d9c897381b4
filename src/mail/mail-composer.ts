import { MailerService } from '@nestjs-modules/mailer';
import { Injectable } from '@nestjs/common';
import { type Language } from '../config/language.js';
import { type Brand } from '../branding/branding.queries.js';
import { type TemplatedMail } from './templated-mail.js';
import { inMail, type ShownLogo } from './mail-logo.js';
import { mailTexts } from './mail-texts.js';

/** A mail in the words of one language. */
export interface ComposedMail {
  subject: string;
  text: string;
  html: string;
}

/** Of what a template is filled with, this much is always there. */
export interface TemplateContext extends Record<string, unknown> {
  language: Language;
  subject: string;
  /** Whose mail it is: an organization, or the server. */
  brand: string;
  logo: ShownLogo | null;
  /** The link behind the button, if there is one. */
  url: string | null;
}

/** Writes mails from their templates, as they go out or wait in the outbox. */
@Injectable()
export class MailComposer {
  constructor(private readonly mailer: MailerService) {}

  /** The default transporter of the mailer sends nothing: it answers with what it was to send. */
  async compose(mail: TemplatedMail, language: Language, brand: Brand): Promise<ComposedMail> {
    const { message } = (await this.mailer.sendMail({
      template: mail.template,
      context: contextOf(mail, language, brand),
    })) as { message: string };
    const { subject, text, html } = JSON.parse(message) as ComposedMail;
    return { subject, text, html };
  }
}

/** What a template is filled with: the words of its language, whose mail it is, and the link. */
export function contextOf({ template, facts, url }: TemplatedMail, language: Language, brand: Brand): TemplateContext {
  const { product, openAddress, ...mails } = mailTexts[language];
  const content = (mails[template] as (told: TemplatedMail['facts']) => { subject: string })(facts);
  const around = { language, openAddress, brand: brand.name ?? product, logo: brand.logo && inMail(brand.logo) };
  return { ...around, ...content, subject: oneLine(content.subject), url: url ?? null };
}

/** Names in a subject may hold anything; a header is one line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 250);
}
