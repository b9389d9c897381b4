import type { en } from '../en';
import type { Translation } from '../translation';
import { administration } from './administration';
import { app } from './app';
import { audit } from './audit';
import { connect } from './connect';
import { dashboard } from './dashboard';
import { invitation } from './invitation';
import { licenses } from './licenses';
import { mail } from './mail';
import { organization } from './organization';
import { plugins } from './plugins';
import { policies } from './policies';
import { profile } from './profile';
import { refusal } from './refusal';
import { setup } from './setup';
import { show } from './show';
import { signIn } from './sign-in';
import { teams } from './teams';
import { users } from './users';
import { utilization } from './utilization';

/** Alle Wörter der Konsole auf Deutsch. */
export const de: Translation<typeof en> = {
  administration,
  app,
  audit,
  connect,
  dashboard,
  invitation,
  licenses,
  mail,
  organization,
  plugins,
  policies,
  profile,
  refusal,
  setup,
  show,
  signIn,
  teams,
  users,
  utilization,
};
