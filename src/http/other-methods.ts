import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import findMyWay from 'find-my-way';
import { maxParamLength } from './limits/route-limits.js';
import { sendProblem } from './problem/send-problem.js';

/**
 * Says 405, and which methods there are (`Allow`, RFC 9110 section 15.5.6), at each address that has a route, but none for the
 * method of the request. Fastify itself answers 404 there, as if the address were wrong.
 */
@Injectable()
export class OtherMethods implements OnApplicationBootstrap {
  /** By the pattern of the address, without the names of its parameters: routes of one address may name them differently. */
  private readonly addresses = new Map<string, { url: string; methods: Set<string> }>();
  /** Finds the address of a request whatever its method is; a route for each method would make the start long. */
  private readonly router = findMyWay({ maxParamLength });
  private readonly fastify: FastifyInstance;

  constructor(http: HttpAdapterHost) {
    this.fastify = http.httpAdapter.getInstance<FastifyInstance>();
    this.fastify.addHook('onRoute', ({ url, method }: RouteOptions) => {
      const pattern = url.replace(/:\w+/g, ':');
      const known = this.addresses.get(pattern) ?? { url, methods: new Set<string>() };
      for (const each of [method].flat()) known.methods.add(each);
      this.addresses.set(pattern, known);
    });
  }

  /** Nest has added all of its routes by now. */
  onApplicationBootstrap(): void {
    for (const { url, methods } of [...this.addresses.values()]) {
      // A wildcard stands for addresses that need not exist: what is not found there stays not found.
      if (url.includes('*')) continue;
      const allow = [...methods].sort().join(', ');
      this.router.on('GET', url, () => undefined, allow);
      this.refuseElsewhere(url, methods, allow);
    }
    // Before the body is read as well: what is wrong with it says nothing where there is no such route.
    this.fastify.addHook('onRequest', (request, reply, done) => {
      if (!request.is404) {
        done();
        return;
      }
      const found = this.router.find('GET', request.raw.url ?? '/');
      if (found) refuse(reply, found.store as string);
      else sendProblem(reply, { statusCode: 404 });
    });
  }

  /** Of `/list`, a request with another method must not reach `/:id`, nor a page of the console. */
  private refuseElsewhere(url: string, methods: Set<string>, allow: string): void {
    const method = this.fastify.supportedMethods.filter(
      (each) => !methods.has(each) && this.fastify.findRoute({ method: each, url }),
    );
    if (method.length === 0) return;
    const answer = (_request: FastifyRequest, reply: FastifyReply): void => refuse(reply, allow);
    // As a hook, it answers before a body is read.
    this.fastify.route({ method, url, exposeHeadRoute: false, onRequest: answer, handler: answer });
  }
}

function refuse(reply: FastifyReply, allow: string): void {
  sendProblem(reply.header('allow', allow), { statusCode: 405 });
}
