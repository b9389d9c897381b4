import type { Problem as ProblemBody } from '../../generated/api';

/** What is wrong with a field. */
export type FieldProblem = NonNullable<ProblemBody['errors']>[number];

/** A refusal of the server (RFC 9457), in its own words. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** For programs. */
    readonly code: string,
    message: string,
    /** Each wrong field and why. */
    readonly errors: readonly FieldProblem[] = [],
    /** All that the server said. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'Problem';
  }

  /** @param body of the answer, whatever it is: a proxy may have answered instead of the server */
  static of(status: number, body: unknown): Problem {
    const { code, message, errors } = (typeof body === 'object' && body !== null ? body : {}) as Record<
      string,
      unknown
    >;
    return new Problem(
      status,
      typeof code === 'string' ? code : 'unknown',
      typeof message === 'string' ? message : `The server answered with status ${status}.`,
      Array.isArray(errors) ? (errors as FieldProblem[]) : [],
      typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
    );
  }
}

/** Nobody answers: the server restarts, or the network is away. */
export class UnreachableError extends Error {
  constructor() {
    super('unreachable');
    this.name = 'UnreachableError';
  }
}
