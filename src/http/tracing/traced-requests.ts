import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { currentSpan, type WorkSpan } from '../../tracing/current-span.js';
import { type Tracing } from '../../tracing/tracing.js';

/** What asks all the time and says nothing. */
const untraced = /^\/(health|metrics|assets)(\/|$)/;

const spans = new WeakMap<FastifyRequest, WorkSpan>();

/** The trace that a request belongs to, for the log; empty where none is recorded. */
export function traceIdsOf(request: FastifyRequest): WorkSpan['ids'] | undefined {
  return spans.get(request)?.ids;
}

/** Records each request with all that is asked for it, and goes on with the trace of the caller. To be called before other hooks. */
export function traceRequests(app: NestFastifyApplication, tracing: Tracing | undefined): void {
  if (!tracing) return;
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { method, id, headers } = request;
    // The pattern, not the address: addresses may hold tokens.
    const route = request.routeOptions.url;
    if (route !== undefined && untraced.test(route)) {
      done();
      return;
    }
    const span = tracing.serve(route === undefined ? method : `${method} ${route}`, headers, {
      'http.request.method': method,
      ...(route === undefined ? {} : { 'http.route': route }),
      'license_server.request_id': id,
    });
    spans.set(request, span);
    reply.raw.on('close', () => endSpan(span, reply));
    currentSpan.run(span, done);
  });
  // A body arrives on the connection's account, not on the request's.
  fastify.addHook('preValidation', (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    const span = spans.get(request);
    if (span) currentSpan.run(span, done);
    else done();
  });
}

function endSpan(span: WorkSpan, { raw, statusCode }: FastifyReply): void {
  if (!raw.writableFinished) span.end('client-disconnected');
  else span.end(statusCode >= 500 ? String(statusCode) : undefined, { 'http.response.status_code': statusCode });
}
