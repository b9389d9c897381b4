import { describe, expect, it } from '@jest/globals';
import { TooManyAttemptsError } from './auth.errors.js';

describe('Too many attempts', () => {
  it('are told with the seconds to wait, of which one is no seconds', () => {
    expect(new TooManyAttemptsError(1, 'account')).toMatchObject({
      message: 'Too many failed attempts to sign in to this account. Try again in 1 second.',
      retryAfter: 1,
    });
    expect(new TooManyAttemptsError(60, 'network').message).toContain('Try again in 60 seconds.');
  });
});
