import type { en } from '../en';
import type { Translation } from '../translation';
import { app } from './app';
import { dashboard } from './dashboard';
import { invitation } from './invitation';
import { organization } from './organization';
import { profile } from './profile';
import { setup } from './setup';
import { signIn } from './sign-in';
import { teams } from './teams';
import { users } from './users';

/** Alle Wörter der Konsole auf Deutsch. */
export const de: Translation<typeof en> = {
  app,
  dashboard,
  invitation,
  organization,
  profile,
  setup,
  signIn,
  teams,
  users,
};
