import { type Settings } from '../../config/settings.js';
import { basePathOf } from '../../http/pages/base-path.js';

/** Name of the cookie that holds the session's token. */
export const sessionCookie = 'session';

/** Name of the cookie of a browser that has done the first of two steps. */
export const pendingSignInCookie = 'sign-in';

interface CookieOptions {
  path: string;
  httpOnly: boolean;
  sameSite: 'lax';
  secure: boolean;
}

/** How the cookies of a sign-in are set. */
export function cookieOptions({ serverUrl }: Pick<Settings, 'serverUrl'>): CookieOptions {
  const secure = serverUrl.startsWith('https:');
  return { path: basePathOf(serverUrl) || '/', httpOnly: true, sameSite: 'lax', secure };
}
