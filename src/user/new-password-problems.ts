import { ApiProblems } from '../http/problem/api-problems.js';

/** Documents how a route refuses a new password for the time being; it is never accepted unchecked. */
export function NewPasswordProblems(
  tooMany = 'Too many new passwords of the account are being checked.',
): MethodDecorator {
  return ApiProblems({
    429: tooMany,
    503: 'The strength of the password cannot be checked just now, so it is not set. Try again in 10 seconds.',
  });
}
