import { app } from './app';
import { dashboard } from './dashboard';
import { invitation } from './invitation';
import { organization } from './organization';
import { profile } from './profile';
import { setup } from './setup';
import { signIn } from './sign-in';
import { teams } from './teams';
import { users } from './users';

/** All words of the console in English; one file for each room. */
export const en = {
  app,
  dashboard,
  invitation,
  organization,
  profile,
  setup,
  signIn,
  teams,
  users,
} as const;
