import type { en } from '../en';
import type { Translation } from '../translation';
import { administration } from './administration';
import { app } from './app';
import { audit } from './audit';
import { dashboard } from './dashboard';
import { licenses } from './licenses';
import { mail } from './mail';
import { organization } from './organization';
import { plugins } from './plugins';
import { policies } from './policies';
import { setup } from './setup';
import { show } from './show';
import { signIn } from './sign-in';
import { utilization } from './utilization';

/** Alle Wörter der Konsole auf Deutsch. */
export const de: Translation<typeof en> = {
  administration,
  app,
  audit,
  dashboard,
  licenses,
  mail,
  organization,
  plugins,
  policies,
  setup,
  show,
  signIn,
  utilization,
};
