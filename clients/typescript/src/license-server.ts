import { type paths } from './generated/api.js';
import { RefusedError, UnreachableError } from './problem.js';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

interface AnyOperation {
  parameters: { path?: unknown; query?: unknown };
  requestBody?: { content: object };
  responses: object;
}

/** The paths that have this method. */
type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends AnyOperation ? P : never;
}[keyof paths];

type OperationOf<P extends keyof paths, M extends Method> = paths[P][M] extends AnyOperation ? paths[P][M] : never;

type BodyAs<Type, Value> = Type extends `${string}json`
  ? Value
  : Type extends 'multipart/form-data'
    ? FormData
    : Type extends 'application/x-www-form-urlencoded'
      ? URLSearchParams
      : string;

/** What a request sends. */
export type BodyOf<Operation> = Operation extends { requestBody?: { content: infer Content } }
  ? { [Type in keyof Content]: BodyAs<Type, Content[Type]> }[keyof Content]
  : never;

type ContentAs<Type, Value> = Type extends `${string}json` ? Value : Type extends `text/${string}` ? string : Blob;

type ContentOf<Response> = Response extends { content: infer Content }
  ? { [Type in keyof Content]: ContentAs<Type, Content[Type]> }[keyof Content]
  : undefined;

/** What an operation answers when it succeeds: parsed JSON, a string of other text, a Blob of all else, or undefined. */
export type SuccessOf<Operation extends { responses: object }> = {
  [Status in keyof Operation['responses'] & (200 | 201 | 202 | 204)]: ContentOf<Operation['responses'][Status]>;
}[keyof Operation['responses'] & (200 | 201 | 202 | 204)];

type PathOption<Operation> = Operation extends { parameters: { path: infer Path } } ? { path: Path } : { path?: never };
type QueryOption<Operation> = Operation extends { parameters: { query: infer Query } }
  ? { query: Query }
  : Operation extends { parameters: { query?: infer Query } }
    ? { query?: Query }
    : { query?: never };
type BodyOption<Operation> = Operation extends { requestBody: object }
  ? { body: BodyOf<Operation> }
  : { body?: BodyOf<Operation> };

/** Of every call. */
export interface CommonOptions {
  headers?: Record<string, string>;
  /** Cancels the request. */
  signal?: AbortSignal;
  /** Milliseconds to wait for the answer; 15,000 unless given. */
  timeoutMillis?: number;
  /** Whether the request outlives the page that sends it (browsers). */
  keepalive?: boolean;
}

/** What goes with the call of an operation. */
export type CallOptions<Operation> =
  // One operation at a time: the intersection of unions of all of them is too much for the compiler.
  Operation extends unknown
    ? CommonOptions & PathOption<Operation> & QueryOption<Operation> & BodyOption<Operation>
    : never;

/** Options may be left out where nothing in them is required. */
type Rest<Options> = object extends Options ? [options?: Options] : [options: Options];

type Answer<P extends keyof paths, M extends Method> = Promise<SuccessOf<OperationOf<P, M>>>;

interface UntypedOptions extends CommonOptions {
  path?: Record<string, string | number | undefined>;
  query?: Record<string, unknown>;
  body?: unknown;
}

export interface LicenseServerOptions {
  /** An API key or an access token. A page of the server itself needs none: it sends its session cookie. */
  apiKey?: string;
  /** In place of the global `fetch`, for example behind a proxy. */
  fetch?: typeof globalThis.fetch;
}

const answerMillis = 15_000;

/** A license server, with every route of its API typed by the OpenAPI document. */
export class LicenseServer {
  /** Without a slash at its end. */
  readonly url: string;
  private readonly fetch: typeof globalThis.fetch;
  private readonly credentials: Record<string, string>;

  /**
   * @param url the Server URL, with its path if it has one
   * @throws TypeError when it is not a URL
   */
  constructor(url: string | URL, options: LicenseServerOptions = {}) {
    const { href, protocol } = new URL(url);
    if (!/^https?:$/.test(protocol)) throw new TypeError(`The Server URL must begin with http:// or https://: ${href}`);
    this.url = href.replace(/\/+$/, '');
    this.fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
    this.credentials = options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : {};
  }

  /** @throws RefusedError, UnreachableError; also of the other methods */
  get<P extends PathsWith<'get'>>(path: P, ...rest: Rest<CallOptions<OperationOf<P, 'get'>>>): Answer<P, 'get'> {
    return this.call('GET', path, rest);
  }

  post<P extends PathsWith<'post'>>(path: P, ...rest: Rest<CallOptions<OperationOf<P, 'post'>>>): Answer<P, 'post'> {
    return this.call('POST', path, rest);
  }

  put<P extends PathsWith<'put'>>(path: P, ...rest: Rest<CallOptions<OperationOf<P, 'put'>>>): Answer<P, 'put'> {
    return this.call('PUT', path, rest);
  }

  patch<P extends PathsWith<'patch'>>(
    path: P,
    ...rest: Rest<CallOptions<OperationOf<P, 'patch'>>>
  ): Answer<P, 'patch'> {
    return this.call('PATCH', path, rest);
  }

  delete<P extends PathsWith<'delete'>>(
    path: P,
    ...rest: Rest<CallOptions<OperationOf<P, 'delete'>>>
  ): Answer<P, 'delete'> {
    return this.call('DELETE', path, rest);
  }

  /** @param rest the options, if there are any; their types are checked where they are given */
  private async call<T>(method: string, template: string, rest: unknown): Promise<T> {
    const [options = {}] = rest as [UntypedOptions?];
    const { path = {}, query = {}, body, headers, signal, keepalive, timeoutMillis = answerMillis } = options;
    const timeout = AbortSignal.timeout(Math.ceil(timeoutMillis));
    const isJson = body !== undefined && !isSentAsItIs(body);
    const request: RequestInit = {
      method,
      headers: { ...this.credentials, ...(isJson && { 'content-type': 'application/json' }), ...headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      body: isSentAsItIs(body) ? body : JSON.stringify(body),
      ...(keepalive && { keepalive }),
    };
    let answer: Response;
    let content: unknown;
    try {
      answer = await this.fetch(this.url + filled(template, path) + queryText(query), request);
      content = await contentOf(answer);
    } catch (error) {
      signal?.throwIfAborted();
      throw new UnreachableError(this.url, error);
    }
    if (answer.ok) return content as T;
    throw new RefusedError(
      answer.status,
      isRecord(content) ? content : {},
      secondsIn(answer.headers.get('retry-after')),
    );
  }
}

function isSentAsItIs(body: unknown): body is string | FormData | URLSearchParams | Blob {
  return (
    typeof body === 'string' || body instanceof FormData || body instanceof URLSearchParams || body instanceof Blob
  );
}

/** @throws TypeError when the value for a placeholder is missing */
function filled(template: string, values: Record<string, string | number | undefined>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined || value === '') throw new TypeError(`${template}: ${name} is missing`);
    return encodeURIComponent(String(value));
  });
}

function queryText(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((each) => each !== undefined && each !== null)
      .map((each): [string, string] => [name, String(each as string | number | boolean)]),
  );
  return pairs.length > 0 ? `?${new URLSearchParams(pairs).toString()}` : '';
}

async function contentOf(answer: Response): Promise<unknown> {
  const type = answer.headers.get('content-type') ?? '';
  if (/^application\/([\w.-]+\+)?json\b/.test(type)) return answer.json();
  if (type === '' || answer.status === 204) {
    await answer.body?.cancel();
    return undefined;
  }
  return type.startsWith('text/') ? answer.text() : answer.blob();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function secondsIn(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
