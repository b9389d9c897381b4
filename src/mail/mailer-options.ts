import { type MailerOptions } from '@nestjs-modules/mailer';

/** The mailer begins without a way out: mail servers are in the database, and come and go while the server runs. */
export function mailerOptions(): MailerOptions {
  return { transport: { jsonTransport: true } };
}
