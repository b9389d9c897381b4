import type { firstTexts as english } from '../en/first-texts';
import type { Translation } from '../translation';
import { app } from './app';
import { refusal } from './refusal';
import { signIn } from './sign-in';

/** Was die Anmeldeseite braucht. */
export const firstTexts: Translation<typeof english> = {
  app,
  refusal,
  signIn,
};
