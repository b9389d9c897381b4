import { randomInt } from 'node:crypto';
import { trimInvisible } from '../../text/invisible.js';

/** Letters and digits that are not mistaken for one another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const groups = 4;
const groupLength = 6;

const form = new RegExp(`^[${alphabet}]{${groups * groupLength}}$`);

/** A new client password: 118 random bits in four groups, to be typed into a dialog. */
export function newClientPassword(): string {
  const group = (): string =>
    Array.from({ length: groupLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return Array.from({ length: groups }, group).join('-');
}

/**
 * A client password without what typing adds: capital letters, blanks, other hyphens or none.
 *
 * @returns undefined when the text cannot be a client password
 */
export function asClientPassword(typed: string): string | undefined {
  const characters = trimInvisible(typed)
    .toLowerCase()
    .replaceAll(/[\s\p{Pd}]/gu, '');
  return form.test(characters) ? characters : undefined;
}
