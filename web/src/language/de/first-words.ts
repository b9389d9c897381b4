import type { firstWords as english } from '../en/first-words';
import type { Translation } from '../translation';
import { app } from './app';
import { refusal } from './refusal';
import { signIn } from './sign-in';

/** Was die Anmeldeseite braucht. */
export const firstWords: Translation<typeof english> = {
  app,
  refusal,
  signIn,
};
