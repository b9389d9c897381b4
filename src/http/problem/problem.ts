import { HttpException } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { isConnectionTrouble } from '../../errors/connection-trouble.js';
import { diskFullMessage } from '../../errors/disk-full.error.js';
import { isDiskFull } from '../../errors/disk-full.js';
import { DomainError, type ErrorKind } from '../../errors/domain-error.js';
import { tryAgainIn } from '../../errors/try-again.js';

/** What is wrong with a field. */
export interface FieldProblem {
  field: string;
  message: string;
  /** Which rule is broken, by its name in class-validator or one of our own. */
  rule?: string;
  /** What the rule allows at least or at most. */
  limit?: number;
}

/** What every refusal looks like: RFC 9457 problem details, and `message`, which the clients show. */
export class Problem {
  @ApiProperty({ example: 'about:blank', description: 'Always `about:blank`; programs look at `code`.' })
  type!: string;

  @ApiProperty({ example: 'Conflict', description: 'The name of the status.' })
  title!: string;

  @ApiProperty({ example: 409 })
  status!: number;

  @ApiProperty({
    example: 'seats-exhausted',
    description: 'For programs; never changes. docs/errors.md lists them all.',
  })
  code!: string;

  @ApiProperty({ description: 'For people: what happened and what to do. The same as `message`.' })
  detail!: string;

  @ApiProperty({ description: 'For people: what happened and what to do. The clients show it as it is.' })
  message!: string;

  @ApiPropertyOptional({
    description: "By which the request is found in the server's log; also in the header `X-Request-Id`.",
    example: '4f8c3a52-1f0e-4d0b-9a57-1c1f6f1f7d11',
  })
  requestId?: string;

  @ApiPropertyOptional({
    description: 'With `invalid-request`: each wrong field and why.',
    type: 'array',
    items: {
      type: 'object',
      required: ['field', 'message'],
      properties: {
        field: { type: 'string' },
        message: { type: 'string' },
        rule: { type: 'string', description: 'For programs: which rule is broken, if it has a name.' },
        limit: { type: 'number', format: 'double', description: 'What the rule allows at least or at most.' },
      },
    },
    example: [{ field: 'email', message: 'email must be an e-mail address', rule: 'isEmail' }],
  })
  errors?: FieldProblem[];
}

/** A problem on its way out: the body, and the headers that go with it. */
export interface ProblemAnswer {
  status: number;
  body: Problem;
  headers: Record<string, string>;
}

/** The status of each kind of refusal. */
export const statusOf: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'too-large': 413,
  unsupported: 415,
  'not-satisfiable': 416,
  'too-many-requests': 429,
  unavailable: 503,
  'insufficient-storage': 507,
};

/** What `Retry-After` says with a 503 that has no reason of its own. */
const unavailableSeconds = 2;

/** Turns anything that was thrown into the one form in which this server says no. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof DomainError) {
    const status = statusOf[error.kind];
    const headers: Record<string, string> = {};
    if (error.retryAfter !== undefined) headers['retry-after'] = String(error.retryAfter);
    if (status === 401) headers['www-authenticate'] = 'Bearer';
    return { status, headers, body: Object.assign(problem(status, error.code, error.message), error.details) };
  }
  const { status, code, message } = foreignError(error);
  const headers: Record<string, string> = status === 503 ? { 'retry-after': String(unavailableSeconds) } : {};
  return { status, headers, body: problem(status, code, message) };
}

function problem(status: number, code: string, message: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail: message, message };
}

function foreignError(error: unknown): { status: number; code: string; message: string } {
  const {
    code = '',
    statusCode,
    message = '',
  } = (error ?? {}) as Partial<Record<'code' | 'message', string>> & {
    statusCode?: number;
  };
  const status = error instanceof HttpException ? error.getStatus() : (statusCode ?? 500);
  const known = frameworkProblems[code] ?? problemsByStatus[status];
  if (known) return { status, code: known[0], message: known[1] };
  if (status >= 400 && status < 500) return { status, code: 'bad-request', message };
  if (isDiskFull(error)) {
    return {
      status: 507,
      code: 'disk-full',
      message: diskFullMessage,
    };
  }
  if (isConnectionTrouble(error)) {
    return {
      status: 503,
      code: 'database-unavailable',
      message: `The server cannot reach its database at the moment. ${tryAgainIn(unavailableSeconds)}`,
    };
  }
  return {
    status: 500,
    code: 'internal-error',
    message:
      'Something went wrong inside the server. Its log says what; give your administrator the time and the request id.',
  };
}

/** By Fastify's error codes. */
const frameworkProblems: Record<string, [string, string]> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid-json', 'The body of the request is not valid JSON.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'This content type is not understood here. Send application/json.',
  ],
  FST_INVALID_MULTIPART_CONTENT_TYPE: ['unsupported-media-type', 'Send the file as multipart/form-data.'],
  FST_ERR_BAD_URL: ['invalid-url', 'The address of the request is not valid.'],
};

/** Code and message of what the framework refuses, by status. */
export const problemsByStatus: Record<number, [string, string]> = {
  403: ['invalid-url', 'The address of the request is not valid.'],
  404: ['not-found', 'There is nothing at this address. The API is described at /api.'],
  405: [
    'method-not-allowed',
    'This address does not have that method; the header Allow names those it has. The API is described at /api.',
  ],
  408: ['request-timeout', 'The request took too long to arrive.'],
  413: ['too-large', 'The request is too large.'],
  415: ['unsupported-media-type', 'This content type is not understood here. Send application/json.'],
  414: ['uri-too-long', 'The address of the request is too long.'],
  417: [
    'expectation-failed',
    'This server meets no expectation other than 100-continue. Send the request without the header Expect.',
  ],
  431: ['headers-too-large', 'The headers of the request are too large.'],
  503: ['unavailable', `The server is shutting down or not ready. ${tryAgainIn(unavailableSeconds)}`],
};
