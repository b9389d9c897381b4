import type { en } from '../en';
import type { Translation } from '../translation';
import { app } from './app';
import { dashboard } from './dashboard';
import { organization } from './organization';
import { setup } from './setup';
import { signIn } from './sign-in';

/** Alle Wörter der Konsole auf Deutsch. */
export const de: Translation<typeof en> = { app, dashboard, organization, setup, signIn };
