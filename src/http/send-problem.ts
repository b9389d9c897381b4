import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Logger } from 'pino';
import { problemOf } from './problem.js';

/** Answers with what went wrong, in the one form of this server. */
export function sendProblem(reply: FastifyReply, error: unknown): void {
  if (reply.sent) return;
  const { status, headers, body } = problemOf(error);
  void reply
    .status(status)
    .headers(headers)
    .header('x-request-id', reply.request.id)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(Object.assign({}, body, { requestId: reply.request.id })));
}

/** Puts what the caller is not told into the log. */
export function logFailure(log: Logger, error: unknown, request: FastifyRequest): void {
  if (problemOf(error).status >= 500) log.error({ err: error, requestId: request.id }, 'A request failed');
}
