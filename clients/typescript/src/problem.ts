import { type Problem } from './generated/api.js';

/** The server refused a request. Show `message` to people, and check `code` in programs. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Such as `seats-exhausted`; undefined: what answered is not the license server. */
  readonly code: string | undefined;

  /**
   * @param problem the whole answer, with the fields of its code, such as `holders`
   * @param retryAfterSeconds when another attempt makes sense, if the server says so
   */
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem> & Record<string, unknown>,
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.message ?? `The server answered ${status}.`);
    this.code = problem.code;
  }

  /** Whether the same request may succeed later: the server is overloaded, starting or out of order. */
  get isTemporary(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** The server did not answer: it is down, the network is, or the time for the answer is over. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(url: string, cause: unknown) {
    super(`The license server does not answer at ${url}: ${describeCause(cause)}`, { cause });
  }
}

/** `fetch` itself says only that it failed. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** What was thrown, as an error. */
export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}
