import { app } from './app';
import { refusal } from './refusal';
import { signIn } from './sign-in';

/** What the sign-in page needs: part of the first load. */
export const firstTexts = {
  app,
  refusal,
  signIn,
} as const;
