import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type IncomingMessage } from 'node:http';
import { type Logger } from 'pino';
import { DomainError } from '../../errors/domain-error.js';
import { type Problem, problemOf } from './problem.js';

/** How long, and for how much, a client is heard that goes on sending a body which is too large. */
const drainLimits = { bytes: 32 * 1024 * 1024, millis: 5_000 };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The form of refusals of a route that follows a protocol with a form of its own. */
    problemForm?: ProblemForm;
  }
}

/** How a protocol wants to be told what went wrong. */
export interface ProblemForm {
  type: string;
  body: (problem: Problem) => object;
}

const ownForm: ProblemForm = { type: 'application/problem+json; charset=utf-8', body: (problem) => problem };

/** Answers with what went wrong, in the one form of this server or in that of the route. */
export function sendProblem(reply: FastifyReply, error: unknown): void {
  if (reply.sent) return;
  const { status, headers, body } = problemOf(error);
  const form = reply.request.routeOptions.config.problemForm ?? ownForm;
  reasons.set(reply, reasonOf(body));
  const send = (): void => {
    void reply
      .status(status)
      .headers(headers)
      .header('x-request-id', reply.request.id)
      .header('content-type', form.type)
      .send(JSON.stringify(Object.assign({}, form.body(body), { requestId: reply.request.id })));
  };
  // The connection closes after this answer, and a client that is cut off while it sends never reads why.
  if (status === 413 && !reply.request.raw.complete) hearOut(reply.request.raw, send);
  else send();
}

const reasons = new WeakMap<FastifyReply, string>();

/** Why a request was refused: the code, and the names of fields that were wrong; empty when this server gave no reason. */
export function refusalReasonOf(reply: FastifyReply): string {
  return reasons.get(reply) ?? '';
}

function reasonOf({ code, errors = [] }: Problem): string {
  const fields = [...new Set(errors.map(({ field }) => field))].filter((field) => /^[A-Za-z][\w.]{0,39}$/.test(field));
  return fields.length > 0 ? `${code}: ${fields.slice(0, 5).join(', ')}` : code;
}

/** Throws the rest of a body away, within bounds, and then goes on. */
function hearOut(request: IncomingMessage, next: () => void): void {
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > drainLimits.bytes) done();
  };
  const done = (): void => {
    clearTimeout(timer);
    request.off('data', count).off('end', done).off('close', done);
    next();
  };
  const timer = setTimeout(done, drainLimits.millis);
  request.on('data', count).on('end', done).on('close', done).resume();
}

/** Puts what the caller is not told into the log; a refusal in the words of the domain tells all there is. */
export function logFailure(log: Logger, error: unknown, request: FastifyRequest): void {
  if (!(error instanceof DomainError) && problemOf(error).status >= 500)
    log.error({ err: error, requestId: request.id }, 'A request failed');
}
