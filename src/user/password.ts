import { canonicalEmail } from '../text/email-address.js';
import { InvalidRequestError } from '../http/validation/validation.js';
import { type Weakness } from './password-estimator.js';

/** Manual, "Accounts": 8 to 128 characters. */
export const passwordLength = { min: 8, max: 128 };

/** A new password that follows the rules, hashed. Only {@link UserService.acceptPassword} makes one. */
export class AcceptedPassword {
  readonly #hash: string;

  constructor(hash: string) {
    this.#hash = hash;
  }

  get hash(): string {
    return this.#hash;
  }
}

/**
 * The rules for a new password that need no estimate.
 *
 * @param email of the account, the first guess of any attacker
 * @throws InvalidRequestError
 */
export function checkPlainRules(password: string, email: string, field: string): void {
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
}

/** The refusal of a password that is too weak. */
export function weakPassword(weakness: Weakness, field: string): InvalidRequestError {
  return new InvalidRequestError([{ field, message: weaknesses[weakness], rule: weakness }]);
}

const weaknesses: Record<Weakness, string> = {
  'password-repetitive': 'the password repeats itself; choose another one',
  'password-sequence': 'the password follows the alphabet, the digits or the keyboard; choose another one',
  'password-season': 'the password is built on a season, month, weekday, date or year; choose another one',
  'password-personal':
    'the password is built on your name or that of your organization or of this product; choose another one',
  'password-common': 'the password is one of the most used ones, or built on one; choose another one',
  'password-weak': 'the password is easy to guess; choose a longer one, such as four unrelated words',
};
