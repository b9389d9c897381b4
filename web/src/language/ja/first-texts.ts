import type { firstTexts as english } from '../en/first-texts';
import type { TranslationWithoutPlurals } from '../translation';
import { app } from './app';
import { refusal } from './refusal';
import { signIn } from './sign-in';

/** What the sign-in page needs. */
export const firstTexts: TranslationWithoutPlurals<typeof english> = {
  app,
  refusal,
  signIn,
};
