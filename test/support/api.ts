import { checkDocumented } from './documents/documented-codes.js';

/** An answer of the server, and what to do with it. */
export class Answer {
  constructor(private readonly response: Promise<{ status: number; body: unknown; headers: Headers }>) {}

  /** The body, if the status is this one; else an error that shows what came instead. */
  async expect<T = Record<string, unknown>>(status: number): Promise<T> {
    const answer = await this.response;
    if (answer.status !== status) {
      throw new Error(`Expected ${status}, but the answer was ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body as T;
  }

  /** The message of a refusal with this status, which must be a problem detail. */
  async refused(status: number): Promise<string> {
    const problem = await this.expect<{ message: string; detail: string; status: unknown; code: string }>(status);
    const type = (await this.response).headers.get('content-type');
    // SCIM has a form of its own (RFC 7644, 3.12).
    const isScim = type?.startsWith('application/scim+json') ?? false;
    const said = isScim ? Number(problem.status) : problem.status;
    if (said !== status || problem.detail !== problem.message || !problem.code || !problem.message) {
      throw new Error(`Not a problem detail: ${JSON.stringify(problem)}`);
    }
    if (!isScim && !type?.startsWith('application/problem+json')) throw new Error(`Not a problem detail: ${type}`);
    return problem.message;
  }

  async status(): Promise<number> {
    return (await this.response).status;
  }

  async headers(): Promise<Headers> {
    return (await this.response).headers;
  }
}

/** Somebody who calls the server over HTTP. */
export class Api {
  constructor(
    readonly url: string,
    /** The headers that say who calls. */
    readonly credentials: Record<string, string> = {},
  ) {}

  get(path: string, headers: Record<string, string> = {}): Answer {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Answer {
    return this.request('POST', path, body, headers);
  }

  patch(path: string, body: unknown): Answer {
    return this.request('PATCH', path, body, {});
  }

  put(path: string, body: unknown): Answer {
    return this.request('PUT', path, body, {});
  }

  delete(path: string): Answer {
    return this.request('DELETE', path, undefined, {});
  }

  /** The raw request: a string or form goes out as it is, anything else as JSON. */
  request(method: string, path: string, body: unknown, headers: Record<string, string>): Answer {
    const raw =
      body === undefined || typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams;
    return new Answer(
      fetch(this.url + path, {
        method,
        body: raw ? body : JSON.stringify(body),
        headers: { ...this.credentials, ...(raw ? {} : { 'content-type': 'application/json' }), ...headers },
        redirect: 'manual',
      }).then(async (response) => {
        // A stream of events has no end.
        const endless = response.headers.get('content-type') === 'text/event-stream';
        if (endless) await response.body?.cancel();
        const text = endless ? '' : await response.text();
        const isJson = (response.headers.get('content-type') ?? '').includes('json');
        const { status, headers: answered } = response;
        const parsed: unknown = isJson ? JSON.parse(text) : text;
        const code = status >= 400 ? (parsed as { code?: unknown } | null)?.code : undefined;
        if (typeof code === 'string') checkDocumented(method, path, { status, code });
        return { status, headers: answered, body: parsed };
      }),
    );
  }

  /** `POST /oauth/token` as the Katalon clients send it. */
  token(form: Record<string, string>, headers: Record<string, string> = {}): Answer {
    return this.request('POST', '/oauth/token', new URLSearchParams(form), headers);
  }

  /** The same server, with an access token got for e-mail and password. */
  async signedIn(email: string, password: string): Promise<Api> {
    const form = { grant_type: 'password', username: email, password };
    const { access_token } = await this.token(form).expect<{ access_token: string }>(200);
    return this.withBearer(access_token);
  }

  /** The same server as a browser sees it that has signed in. */
  async browser(email: string, password: string): Promise<Api> {
    const answer = this.post('/api/v1/auth/sign-in', { email, password });
    await answer.expect(204);
    const cookie = ((await answer.headers()).get('set-cookie') ?? '').split(';')[0] ?? '';
    return this.withHeaders({ cookie });
  }

  withBearer(token: string): Api {
    return new Api(this.url, { authorization: `Bearer ${token}` });
  }

  /** The same credentials at another server. */
  at(url: string): Api {
    return new Api(url, this.credentials);
  }

  withHeaders(headers: Record<string, string>): Api {
    return new Api(this.url, headers);
  }
}
