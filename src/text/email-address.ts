import { isEmail } from 'class-validator';
import { isIP } from 'node:net';
import { trimInvisible } from './invisible.js';

/**
 * Characters that change the direction of text: in an address with one, what is read is not what is there. All other invisible
 * characters come in by copying, and are left out.
 */
const direction = /[\u202a-\u202e\u2066-\u2069]/u;
const unseen = /(?![\u202a-\u202e\u2066-\u2069])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The one form in which an address is kept and compared, and which a keyboard can write: without what copying adds, full-width
 * and other second forms of a letter as the letter itself, lower case.
 */
export function canonicalEmail(text: string): string {
  return trimInvisible(text).replace(unseen, '').normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}

/** The form in which former versions have kept an address. */
export function formerEmail(text: string): string {
  return text.normalize('NFC').trim().toLowerCase();
}

/** Why a text cannot be the address of an account: the name of the rule that it breaks. */
export type EmailProblem = 'isEmail' | 'emailDirection' | 'emailAlphabets';

export const emailProblems: Readonly<Record<EmailProblem, string>> = {
  isEmail: 'must be an e-mail address',
  emailDirection: 'has an invisible character that changes the direction of the text: type the address by hand',
  emailAlphabets:
    'mixes letters of several alphabets, some of which look the same: type the address by hand, with one keyboard',
};

/** What is wrong with a canonical address, for the person who has to type it. */
export function problemOfEmail(email: string): EmailProblem | undefined {
  if (direction.test(email)) return 'emailDirection';
  if (!hasEmailForm(email)) return 'isEmail';
  return isMixed(email) ? 'emailAlphabets' : undefined;
}

/** Whether a canonical address can be one. */
export function isEmailAddress(email: string): boolean {
  return problemOfEmail(email) === undefined;
}

/**
 * Whether a text has the form of an address: `ada@example.com`, and inside of a company also `admin@intranet`, `root@localhost` or
 * `ops@[10.0.0.5]`.
 */
export function hasEmailForm(email: string): boolean {
  if (email.length > 254 || email.includes('\0')) return false;
  const [, local, literal] = /^(.+)@\[([^[\]]+)\]$/.exec(email) ?? [];
  if (local !== undefined && literal !== undefined) {
    const isAddress = isIP(literal) === 4 || (/^ipv6:/i.test(literal) && isIP(literal.slice(5)) === 6);
    return isAddress && hasEmailForm(`${local}@localhost`);
  }
  return isEmail(email, { allow_utf8_local_part: true, require_tld: false });
}

/** Alphabets that have letters which look like those of another one. */
const alphabets = [
  /\p{Script=Latin}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

/** Letters of other alphabets that look like Latin ones. */
const lookAlikes = /^[аеорсухіјѕһԁԛԝӏьᴦοαιυνκρϲϳ\p{Nd}\p{P}\p{S}]+$/u;

/**
 * Whether an address can be taken for another one: a part has letters of two alphabets (as in UTS 39, "Highly Restrictive"), or
 * looks all Latin without being it beside one that is Latin.
 */
function isMixed(email: string): boolean {
  const parts = email.split(/[@.]/);
  const scripts = parts.map((part) => alphabets.filter((alphabet) => alphabet.test(part)).length);
  if (scripts.some((count) => count > 1)) return true;
  const isLatin = (part: string): boolean => /\p{Script=Latin}/u.test(part);
  const isOtherLetters = (part: string): boolean => /\p{L}/u.test(part) && !isLatin(part);
  return parts.some(isLatin) && parts.some((part) => isOtherLetters(part) && lookAlikes.test(part));
}
