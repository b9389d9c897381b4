import { type MailerOptions } from '@nestjs-modules/mailer';
import { HandlebarsAdapter } from '@nestjs-modules/mailer/adapters/handlebars.adapter';

/** The adapter of the mailer throws where it is not caught when a template cannot be filled; here the mail fails instead. */
export class Templates extends HandlebarsAdapter {
  override compile(
    mail: { data: { html?: string; template: string } },
    callback: (error?: unknown) => void,
    options: MailerOptions,
  ): void {
    let failure: unknown;
    try {
      super.compile(mail, (error: unknown) => (failure ??= error), options);
    } catch (error) {
      failure ??= error;
    }
    if (mail.data.html === undefined) failure ??= new Error(`The template ${mail.data.template} cannot be filled.`);
    callback(failure);
  }
}
