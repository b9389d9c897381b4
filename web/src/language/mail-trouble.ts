import i18next from 'i18next';
import { en } from './en';

/** The longest first: some begin like others. */
const troubles = (Object.entries(en.mail.trouble) as [keyof typeof en.mail.trouble, string][]).sort(
  ([, one], [, other]) => other.length - one.length,
);

/** What the server says of a mail, in the reader's language; what a mail server has said stays as it is. */
export function mailTrouble(message: string): string {
  const known = troubles.find(([, english]) => message.startsWith(english));
  return known ? i18next.t(`mail.trouble.${known[0]}`) + message.slice(known[1].length) : message;
}
