import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { hasBody } from './request-limits.js';

/** What an upload must bring in each second: less than the slowest line that anybody would send a file over. */
const minUploadBytesPerSecond = 8 * 1024;

const sweepMillis = 1000;

interface Arriving {
  /** An upload: any size, if only it goes on. */
  streamed: boolean;
  since: number;
  /** Bytes of the connection at that time. */
  bytes: number;
}

/**
 * Cuts off requests whose body does not arrive in time. (Node itself does so with slow headers; its limit for whole requests
 * would also end large uploads.) Looks once a second at those that have not arrived, which costs the others next to nothing.
 *
 * @param seconds for a whole body; for an upload, the time over which its rate is measured
 * @param cut answers and ends the connection
 */
export function cutSlowBodies(app: NestFastifyApplication, seconds: number, cut: (socket: Socket) => void): void {
  const arriving = new Map<IncomingMessage, Arriving>();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request: FastifyRequest, _reply: unknown, done: () => void) => {
    if (hasBody(request)) {
      const streamed = request.routeOptions.config.streamed === true;
      arriving.set(request.raw, { streamed, since: performance.now(), bytes: request.raw.socket.bytesRead });
    }
    done();
  });
  fastify.addHook('preValidation', ({ raw }: FastifyRequest, _reply: unknown, done: () => void) => {
    if (raw.complete) arriving.delete(raw);
    done();
  });
  const sweep = (): void => {
    for (const [raw, each] of arriving) {
      if (raw.complete || raw.destroyed || raw.socket.destroyed) arriving.delete(raw);
      else if (isTooSlow(raw, each, seconds)) {
        arriving.delete(raw);
        cut(raw.socket);
      }
    }
  };
  const timer = setInterval(sweep, sweepMillis).unref();
  fastify.addHook('onClose', (_instance: unknown, done: () => void) => {
    clearInterval(timer);
    done();
  });
}

function isTooSlow({ socket }: IncomingMessage, each: Arriving, seconds: number): boolean {
  const now = performance.now();
  if (now - each.since < seconds * 1000) return false;
  if (!each.streamed || socket.bytesRead - each.bytes < minUploadBytesPerSecond * seconds) return true;
  Object.assign(each, { since: now, bytes: socket.bytesRead });
  return false;
}
