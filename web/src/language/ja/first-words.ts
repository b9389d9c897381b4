import type { firstWords as english } from '../en/first-words';
import type { TranslationWithoutPlurals } from '../translation';
import { app } from './app';
import { refusal } from './refusal';
import { signIn } from './sign-in';

/** What the sign-in page needs. */
export const firstWords: TranslationWithoutPlurals<typeof english> = {
  app,
  refusal,
  signIn,
};
