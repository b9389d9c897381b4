import { readFileSync } from 'node:fs';
import { trimInvisible } from '../../src/text/invisible.js';
import { UsageError } from '../usage-error.js';

/** The server said no: the key, the organization, the license. */
export class RefusedError extends Error {
  /** @param code for programs, such as `seats-exhausted`; undefined: the answer had none */
  constructor(
    message: string,
    readonly status?: number,
    readonly code?: string,
  ) {
    super(message);
  }
}

/** The server cannot be reached, or breaks off again and again. */
export class UnreachableError extends Error {}

/** Milliseconds for an answer, unless a caller knows better. */
const answerMillis = 15_000;

/** A license server, as the owner of an API key calls it. */
export class ServerCaller {
  private readonly url: string;

  constructor(
    server: string,
    private readonly apiKey: string,
  ) {
    this.url = server.replace(/\/+$/, '');
  }

  /**
   * Sends JSON and reads JSON.
   *
   * @param path below the Server URL
   * @param timeoutMillis for the answer
   * @throws RefusedError, UnreachableError
   */
  async call<T>(method: string, path: string, body?: object, timeoutMillis = answerMillis): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(this.url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.apiKey}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(Math.ceil(timeoutMillis)),
      });
    } catch (error) {
      const message = `The server does not answer at ${this.url}: ${causeOf(error)}`;
      throw new UnreachableError(message, { cause: error });
    }
    const text = await answer.text();
    if (answer.ok) return parsed(text, this.url) as T;
    throw refusalOf(answer, text);
  }
}

function parsed(text: string, url: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new RefusedError(`What answers at ${url} is no license server.`);
  }
}

/** What an answer other than 2xx stands for. */
export function refusalOf({ status, statusText }: Response, text: string): RefusedError | UnreachableError {
  const { message, code } = (jsonOf(text) ?? {}) as { message?: string; code?: string };
  const said = `The server says: ${message ?? `${status} ${statusText}`}`;
  return status >= 500 || status === 429 ? new UnreachableError(said) : new RefusedError(said, status, code);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What lies behind an error of `fetch`, which itself says only that it failed. */
export function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

/** @throws UsageError */
export function serverAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new UsageError(`--server must be a URL that begins with http:// or https://, not "${text}".`);
}

/** @throws UsageError */
export function organizationNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new UsageError('--organization must be the number of an organization.');
  return Number(text);
}

/**
 * @param file whose first line is the key; undefined: it is in `text`
 * @param variable of the environment that may hold the key, for who gives none
 * @throws UsageError
 */
export function apiKeyFrom(file: string | undefined, text: string | undefined, variable: string): string {
  const given = file === undefined ? (text ?? '') : readKey(file);
  const key = trimInvisible(given.split(/\r?\n/)[0] ?? '');
  if (key === '') throw new UsageError(`Give an API key: --api-key-file FILE, or the variable ${variable}.`);
  if (!/^[\w.~+/=-]+$/.test(key)) throw new UsageError('This is not an API key.');
  return key;
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
}
