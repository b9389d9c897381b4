import { type FastifyReply } from 'fastify';

/** Aborted when the connection closes, before the answer or after it. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  // A connection that has closed already does not tell again.
  if (reply.raw.closed || reply.raw.destroyed) gone.abort();
  return gone.signal;
}
