/** Name of the cookie that holds the session's token. */
export const sessionCookie = 'session';

/** Seconds that a session lasts. */
export const sessionSeconds = 24 * 3600;
