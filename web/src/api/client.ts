import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '../../generated/api';
import { Problem, UnreachableError } from './problem';
import { connection } from './connection';
import { session } from './session';

/** Where the server is: the root of this page's base, whatever a proxy has put before it. No slash at its end. */
export const serverRoot = new URL('.', document.baseURI).href.replace(/\/$/, '');

const watch: Middleware = {
  onResponse({ response, schemaPath }) {
    // A proxy answers for a server that is away; the server itself says so while its database is.
    if ([502, 503, 504].includes(response.status)) connection.lost();
    else connection.found();
    if (response.status === 401 && !schemaPath.startsWith('/api/v1/auth/sign-in') && !schemaPath.includes('/setup/')) {
      session.ended();
    }
  },
  onError() {
    connection.lost();
    return new UnreachableError();
  },
};

/** Calls the server's API by its own description. Use {@link answer} to get a body or a thrown {@link Problem}. */
export const api = createClient<paths>({ baseUrl: serverRoot });
api.use(watch);

/**
 * The body of an answer.
 *
 * @throws Problem with the server's words when it refuses
 */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw Problem.of(response.status, error);
  return data as T;
}
