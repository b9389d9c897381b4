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
    /** All that the server said. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'Problem';
  }

  /** Each wrong field and why. */
  get errors(): readonly FieldProblem[] {
    const { errors } = this.details;
    return Array.isArray(errors) ? (errors as FieldProblem[]) : [];
  }

  /** @param body of the answer, whatever it is: a proxy may have answered instead of the server */
  static of(status: number, body: unknown): Problem {
    const details = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const { code, message } = details;
    return new Problem(
      status,
      typeof code === 'string' ? code : 'unknown',
      typeof message === 'string' ? message : `The server answered with status ${status}.`,
      details,
    );
  }
}

/** No answer: the server restarts, or the network is away. */
export class UnreachableError extends Error {
  constructor() {
    super('unreachable');
    this.name = 'UnreachableError';
  }
}
