import { hash, verify } from '@node-rs/argon2';
import { createHash, timingSafeEqual } from 'node:crypto';
import { canonicalEmail } from '../http/fields.js';
import { InvalidRequestError } from '../http/validation.js';
import { type Weakness } from './password-estimator.js';
import { weaknessOf } from './password-strength.js';

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
 * @param names of the person and the organizations
 * @throws InvalidRequestError
 */
export async function checkNewPassword(
  password: string,
  email: string,
  names: readonly string[] = [],
  field = 'password',
): Promise<void> {
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
  const weakness = await weaknessOf(password, [email, ...names]);
  if (weakness) throw new InvalidRequestError([{ field, message: reasons[weakness], rule: weakness }]);
}

const reasons: Record<Weakness, string> = {
  'password-repetitive': 'the password repeats itself, choose another',
  'password-sequence': 'the password follows the alphabet, the numbers or the keyboard, choose another',
  'password-season': 'the password is made of a season, month, day or year, choose another',
  'password-personal': 'the password is made of names of you, your organization or this product, choose another',
  'password-common': 'this password is one of the most used ones, or made of one; choose another',
  'password-weak': 'the password is easy to guess, choose a longer one, such as four words',
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
