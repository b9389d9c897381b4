import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '../../generated/api';
import { Problem, UnreachableError } from './problem';
import { confirmation } from './confirmation';
import { connection } from './connection';
import { session } from './session';

/** Where the server is: the root of this page's base, whatever a proxy has put before it. No slash at its end. */
export const serverRoot = new URL('.', document.baseURI).href.replace(/\/$/, '');

/** Milliseconds without a key or a click from which on a request is the page's own: it does not keep the session alive. */
const untouchedMillis = 60_000;
let touchedAt = Date.now();
for (const event of ['pointerdown', 'keydown', 'wheel', 'touchmove']) {
  addEventListener(event, () => (touchedAt = Date.now()), { capture: true, passive: true });
}

const watch: Middleware = {
  onRequest({ request }) {
    if (Date.now() - touchedAt > untouchedMillis) request.headers.set('x-background', '1');
    return request;
  },
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
export const api = createClient<paths>({ baseUrl: serverRoot, fetch: confirmed });
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

/** Sends a request, and once more when the server has asked for the password before and got it. */
async function confirmed(request: Request): Promise<Response> {
  const isForm = request.headers.get('content-type')?.startsWith('multipart/') ?? false;
  const again = request.method === 'GET' || isForm ? undefined : request.clone();
  const response = await fetch(request);
  if (!again || response.status !== 403) return response;
  const problem = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { code?: string } | undefined;
  if (problem?.code !== 'confirmation-required' || !(await confirmation.ask())) return response;
  return fetch(again);
}
