import { type FastifyReply } from 'fastify';
import { problemOf } from './problem.js';

/** Answers with what went wrong, in the one form of this server. */
export function sendProblem(reply: FastifyReply, error: unknown): void {
  if (reply.sent) return;
  const { status, headers, body } = problemOf(error);
  void reply
    .status(status)
    .headers(headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(body));
}
