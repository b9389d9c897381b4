import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
import { DomainError } from '../../errors/domain-error.js';
import { defaultBodyLimit } from './route-limits.js';
import { InvalidRequestError } from '../validation/validation.js';

/** Browsers send about 20, proxies add a few. */
const maxHeaders = 100;

/** UTF-16 units of a path and its query. */
const maxUrlLength = 8192;

/** A boundary as RFC 2046 allows it: 1 to 70 characters, in quotes or not. */
const boundary = /;\s*boundary=(?:"[^"\r\n]{1,70}"|[^\s;"]{1,70})\s*(?:;|$)/i;

/** The body is compressed. A few bytes could unfold into gigabytes, so no route accepts that. */
export class UnsupportedEncodingError extends DomainError {
  readonly kind = 'unsupported';
  readonly code = 'unsupported-encoding';

  constructor() {
    super('Send the body without a Content-Encoding: this server does not accept compressed requests.');
  }
}

/** Refuses requests that are out of bounds by what their head says, before anything of the body is read. */
export function limitRequests(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void) => {
    done(refusalOf(request));
  });
}

/** Whether a body follows the head of a request. */
export function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

function refusalOf(request: FastifyRequest): Error | undefined {
  const { raw, headers } = request;
  // Names and values stand in one list.
  if (raw.rawHeaders.length > 2 * maxHeaders) return withStatus(431);
  if ((raw.url?.length ?? 0) > maxUrlLength) return withStatus(414);
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return new UnsupportedEncodingError();
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return undefined;
  const { bodyLimit = defaultBodyLimit, streamed } = request.routeOptions.config;
  if (!streamed && Number(headers['content-length']) > bodyLimit) return withStatus(413);
  const type = headers['content-type'];
  if (type?.toLowerCase().startsWith('multipart/') && !boundary.test(type)) {
    return new InvalidRequestError([
      { field: 'file', message: 'the form is broken: send it as multipart/form-data with a boundary' },
    ]);
  }
  return undefined;
}

function withStatus(statusCode: number): Error {
  return Object.assign(new Error('out of bounds'), { statusCode });
}
