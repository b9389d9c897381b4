import { Injectable } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds after which requests that are still under way at the end are cut off. */
const timeoutMillis = 20_000;

/** Whether this server is about to stop, so that it gets no new requests. */
@Injectable()
export class Draining {
  private begun = false;

  get isUnderWay(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }

  /** Begins, and resolves when the load balancer has had time to notice. */
  async drain(millis: number): Promise<void> {
    this.begin();
    await delay(millis);
  }
}

/** While the server drains, each answer asks for another connection next time, which a balancer opens elsewhere. */
export function closeWhileDraining(app: NestFastifyApplication, draining: Draining): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    if (draining.isUnderWay) reply.header('connection', 'close');
    done();
  });
}

/**
 * Lets go of the connections of a server that is being closed, as soon as each has got its answer, and in the end of all.
 *
 * @returns ends it
 */
export function letConnectionsGo(server: Server): () => void {
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const rest = setTimeout(() => server.closeAllConnections(), timeoutMillis);
  return () => {
    clearInterval(idle);
    clearTimeout(rest);
  };
}
