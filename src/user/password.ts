import { hash, verify } from '@node-rs/argon2';
import { createHash, timingSafeEqual } from 'node:crypto';
import { canonicalEmail } from '../http/fields.js';
import { InvalidRequestError } from '../http/validation.js';

/**
 * Memory in KiB and passes for argon2id, the library's default algorithm. Of the settings that OWASP's Password Storage Cheat
 * Sheet calls equally strong this one costs the server least: 7 ms of a core, where 19 MiB and two passes cost 16.
 */
const cost = { memoryCost: 12_288, timeCost: 3, parallelism: 1 };

/** Manual, "Accounts": 8 to 128 characters. */
export const passwordLength = { min: 8, max: 128 };

export async function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

/**
 * Compares a password with what the account's row holds.
 *
 * @param stored an argon2 hash, or the plain text where the row says so
 * @param encrypted the row's `password_encrypted`
 */
export async function passwordMatches(password: string, stored: string, encrypted: boolean): Promise<boolean> {
  if (!encrypted) return timingSafeEqual(digest(password), digest(stored));
  try {
    return await verify(stored, password);
  } catch {
    // Somebody wrote plain text and forgot password_encrypted=false: no hash, no match.
    return false;
  }
}

/**
 * The rules for a new password.
 *
 * @param email of the account, the first that anybody would try
 * @throws InvalidRequestError
 */
export async function checkNewPassword(password: string, email: string, field = 'password'): Promise<void> {
  const length = Array.from(password).length;
  if (length < passwordLength.min || length > passwordLength.max) {
    throw new InvalidRequestError([
      {
        field,
        message: `the password must have ${passwordLength.min} to ${passwordLength.max} characters`,
        rule: 'password-length',
      },
    ]);
  }
  if (password.trim() === '') {
    throw new InvalidRequestError([
      { field, message: 'the password must not consist of blanks', rule: 'password-blank' },
    ]);
  }
  if (canonicalEmail(password) === email) {
    throw new InvalidRequestError([
      { field, message: 'the e-mail address is no password, choose another', rule: 'password-email' },
    ]);
  }
  if ((await commonPasswords()).has(password.toLowerCase())) {
    throw new InvalidRequestError([
      { field, message: 'this password is one of the most used ones, choose another', rule: 'password-common' },
    ]);
  }
}

let common: Set<string> | undefined;

/** Loaded when first needed: most days nobody chooses a password. */
async function commonPasswords(): Promise<Set<string>> {
  if (!common) {
    const { dictionary } = await import('@zxcvbn-ts/language-common');
    common = new Set(dictionary['passwords-common'].filter((word) => word.length >= 8));
  }
  return common;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
