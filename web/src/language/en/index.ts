import { app } from './app';
import { dashboard } from './dashboard';
import { organization } from './organization';
import { setup } from './setup';
import { signIn } from './sign-in';

/** All words of the console in English; one file for each room. */
export const en = { app, dashboard, organization, setup, signIn } as const;
